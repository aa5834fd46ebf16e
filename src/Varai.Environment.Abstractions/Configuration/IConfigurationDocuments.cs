namespace Varai.Configuration;

/// <summary>Whole documents of any environment: as they are, as they were, and as an update would make them.</summary>
/// <remarks>A singleton beside <see cref="IEnvironmentConfiguration"/>, for what works on several environments. Safe from any
/// thread.</remarks>
public interface IConfigurationDocuments
{
    /// <summary>Reads a document; secret references stand as written.</summary>
    /// <param name="reference">Which environment or version.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ConfigurationException">There is no such environment or version, or its files are invalid.</exception>
    Task<ConfigurationSnapshot> ReadAsync(ConfigurationReference reference, CancellationToken cancellationToken = default);

    /// <summary>Does all that an update does short of changing anything: edits the text in memory, merges and checks the
    /// result.</summary>
    /// <param name="update">The update; one without changes previews what is there.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ConfigurationException">The environment does not exist, its file is invalid, or a change can't be made in
    /// its text.</exception>
    Task<ConfigurationPreview> PreviewAsync(ConfigurationUpdate update, CancellationToken cancellationToken = default);

    /// <summary>Finishes, or undoes, a change that another process had begun when it died. A service does so at its start and
    /// before each change.</summary>
    /// <param name="cancellationToken">Cancels the work; what is open then stays open.</param>
    Task RecoverAsync(CancellationToken cancellationToken = default);
}
