namespace Varai.Data;

/// <summary>Data being built aside, to take the place of what an environment has. Disposing it without a commit leaves the
/// environment as it was; what was built stays for an attempt with the same id, where the component can use it.</summary>
/// <remarks>Used by one caller; several items may be written at once, as many as <see cref="MaximumParallelism"/> says.</remarks>
public interface IDataRestore : IAsyncDisposable
{
    /// <summary>How many items may be written at once; 1 for one after the other.</summary>
    int MaximumParallelism { get; }

    /// <summary>Looks whether an item is there already, so that it need not be read. Called once for every item, before it is written, by a
    /// migration for all of them before the first is written; an item without content is taken care of by this call.</summary>
    /// <param name="item">The item.</param>
    /// <param name="earlier">What an earlier attempt with the same id got for an item of this name, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The result, or <see langword="null"/> when the item has to be written.</returns>
    /// <exception cref="DataComponentException">The item can't be taken, for instance since its path leads out of the tree.</exception>
    ValueTask<DataItemResult?> FindAsync(DataItem item, DataItemResult? earlier, CancellationToken cancellationToken);

    /// <summary>Writes an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="content">Its content; read once, to the end, and not disposed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="DataComponentException">It can't be written, or is not what it should be.</exception>
    Task<DataItemResult> WriteAsync(DataItem item, Stream content, CancellationToken cancellationToken);

    /// <summary>Verifies what was built and puts it in the place of what is there.</summary>
    /// <param name="cancellationToken">Ends the work; the swap, once begun, is finished.</param>
    /// <exception cref="DataComponentException">What was built is not what was captured, breaks a constraint, or can't take the place
    /// of what is there. The environment is as it was.</exception>
    Task<DataRestoreResult> CommitAsync(CancellationToken cancellationToken);
}
