namespace Varai.Configuration;

/// <summary>Takes environments from files into the state store and back, byte for byte.</summary>
/// <remarks>A singleton, for environments that live in the state store. What is taken: <c>base</c> and the environments'
/// files, <c>schema.json</c> and <c>schemas/*.json</c>; not the <c>.local</c> files of one machine. Safe from any thread.</remarks>
public interface IEnvironmentTransfer
{
    /// <summary>Puts the files of a folder into the state store, all or none, recorded as a version of each environment whose
    /// values change. A file takes the place of the document of the same layer; other documents stay.</summary>
    /// <param name="import">Which folder, who and why.</param>
    /// <param name="cancellationToken">Cancels the work before anything is changed.</param>
    /// <returns>What was put there, or would be.</returns>
    /// <exception cref="ConfigurationException">The folder can't be read, a document is there already with other content, or an
    /// environment would not be valid; nothing is changed.</exception>
    /// <exception cref="InvalidOperationException">The environments are files.</exception>
    /// <exception cref="State.StateException">The state store can't be used.</exception>
    Task<EnvironmentTransferResult> ImportAsync(EnvironmentImport import, CancellationToken cancellationToken = default);

    /// <summary>Writes the documents as files into a folder, which is made where it is missing. Files that have the same bytes are
    /// left alone, and so are files of other names.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="overwrite">Whether files with other content are replaced.</param>
    /// <param name="cancellationToken">Cancels the work before anything is written.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="ConfigurationException">A file would be overwritten, and none is written; or the folder can't be written.</exception>
    /// <exception cref="InvalidOperationException">The environments are files.</exception>
    /// <exception cref="State.StateException">The state store can't be used.</exception>
    Task<EnvironmentTransferResult> ExportAsync(string directory, bool overwrite = false, CancellationToken cancellationToken = default);
}
