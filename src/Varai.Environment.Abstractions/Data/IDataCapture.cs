namespace Varai.Data;

/// <summary>A view of an environment's data, read item by item. Disposing it lets go of the snapshot.</summary>
/// <remarks>Used by one caller; several items may be open at once, as many as <see cref="DataManifest.MaximumParallelism"/> says.</remarks>
public interface IDataCapture : IAsyncDisposable
{
    /// <summary>What the view holds, as far as it is known before reading.</summary>
    DataManifest Manifest { get; }

    /// <summary>The items, in the order in which a restore needs them: what is of kind <see cref="DataItemKind.Schema"/> has to be
    /// written before what comes after it is begun, and <see cref="DataItemKind.Checks"/> after all others.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IAsyncEnumerable<DataItem> ListAsync(CancellationToken cancellationToken);

    /// <summary>Opens the content of an item. Values are masked already.</summary>
    /// <param name="item">An item of this capture; directories and links have no content.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A forward-only stream that the caller disposes. A read throws <see cref="DataComponentException"/> when the source
    /// can't be read or has changed where it must not.</returns>
    /// <exception cref="DataComponentException">The item can't be read.</exception>
    Task<Stream> OpenAsync(DataItem item, CancellationToken cancellationToken);
}
