namespace Varai.Data;

/// <summary>A part of an environment that holds data: a folder of files, a database. It can be captured as streams, restored into an
/// environment, and fingerprinted; migration, backup and whatever else moves data is written on top of that.</summary>
/// <remarks>Called from any number of threads at once. The container disposes it. Trouble is a <see cref="DataComponentException"/>,
/// whose text never quotes data. An environment's name is compared whatever its case.</remarks>
public interface IDataComponent
{
    /// <summary>The name by which requests choose it, such as <c>files</c>; no <c>/</c>, and otherwise as <see cref="State.StateKey"/> has it.</summary>
    string Name { get; }

    /// <summary>Opens a view of an environment's data. Whether it is one moment's view is told by <see cref="DataManifest.IsSnapshot"/>.</summary>
    /// <param name="request">Which environment, and what is left out or masked.</param>
    /// <param name="cancellationToken">Ends the work; nothing is left behind.</param>
    /// <exception cref="DataMaskingException">Columns need a rule and have none, or a rule fits nothing.</exception>
    /// <exception cref="DataComponentException">The environment has no such component, or it can't be read.</exception>
    Task<IDataCapture> CaptureAsync(DataCaptureRequest request, CancellationToken cancellationToken);

    /// <summary>Begins to replace an environment's data. It stays as it is until <see cref="IDataRestore.CommitAsync"/>.</summary>
    /// <param name="request">Which environment, and what may happen to what it has.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="DataComponentException">The environment has no such component, it can't be written, or somebody else is
    /// restoring it; that one is transient.</exception>
    Task<IDataRestore> RestoreAsync(DataRestoreRequest request, CancellationToken cancellationToken);

    /// <summary>Says in a few lines what an environment's data is, so that two environments can be compared: one for each table, or
    /// one for a whole tree of files.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="DataComponentException">The environment has no such component, or it can't be read.</exception>
    Task<IReadOnlyList<DataFingerprint>> FingerprintAsync(string environment, CancellationToken cancellationToken);
}
