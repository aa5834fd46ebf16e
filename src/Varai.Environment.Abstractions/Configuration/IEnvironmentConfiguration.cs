using Microsoft.Extensions.Primitives;

namespace Varai.Configuration;

/// <summary>The configuration of the environment the service runs in: its values, where each comes from, what changed
/// when and why, and the way to change it.</summary>
/// <remarks>
/// A component is a top-level key of the environment's document (<c>feature_flags</c>, <c>api_config</c>, ...).
/// Reading never waits and never sees a half-applied change. Every member is safe from any thread. Methods that read or
/// write the history need the state store and raise <see cref="VaraiException"/> while it is away; reading goes on.
/// </remarks>
public interface IEnvironmentConfiguration
{
    /// <summary>The environment's name, such as <c>production</c>; always lower case.</summary>
    string EnvironmentName { get; }

    /// <summary>The latest valid document. An invalid change on disk never gets here.</summary>
    ConfigurationSnapshot Current { get; }

    /// <summary>Whether the files on disk are what <see cref="Current"/> holds, and what is wrong with them if not.</summary>
    ConfigurationStatus Status { get; }

    /// <summary>A token that fires once, after <see cref="Current"/> was replaced by a document with other values.</summary>
    IChangeToken GetChangeToken();

    /// <summary>The components bound to types; <see cref="EnvironmentConfigurationExtensions.Get{T}"/> reads them.</summary>
    BoundComponents Components { get; }

    /// <summary>The recorded version that holds the same values as <see cref="Current"/>.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The version, or <see langword="null"/> when there are no configuration files.</returns>
    Task<ConfigurationVersion?> GetCurrentVersionAsync(CancellationToken cancellationToken = default);

    /// <summary>The recorded versions, newest first.</summary>
    /// <param name="environmentName">The environment; <see langword="null"/> for this one.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    IAsyncEnumerable<ConfigurationVersion> GetHistoryAsync(string? environmentName = null, CancellationToken cancellationToken = default);

    /// <summary>What differs between any two versions or environments, key by key.</summary>
    /// <param name="from">The earlier side.</param>
    /// <param name="to">The later side.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ConfigurationException">One side does not exist or its files are invalid.</exception>
    Task<IReadOnlyList<ConfigurationDifference>> DiffAsync(
        ConfigurationReference from, ConfigurationReference to, CancellationToken cancellationToken = default);

    /// <summary>Changes values in a configuration file: only the changed values' text is replaced, the whole resulting
    /// document is validated first, and the change is recorded with its author and reason.</summary>
    /// <param name="update">What to change, who and why.</param>
    /// <param name="cancellationToken">Cancels before the file is written, not after.</param>
    /// <returns>The new version, or the present one when the values were already so.</returns>
    /// <exception cref="ConfigurationConflictException">The values are not those of
    /// <see cref="ConfigurationUpdate.ExpectedContentHash"/>.</exception>
    /// <exception cref="ConfigurationException">The result would be invalid, or the file can't be edited or written.</exception>
    Task<ConfigurationVersion> UpdateAsync(ConfigurationUpdate update, CancellationToken cancellationToken = default);

    /// <summary>Brings back the values of a recorded version, as a new version.</summary>
    /// <param name="restore">Which version, in which files, who and why.</param>
    /// <param name="cancellationToken">Cancels before the files are written, not after.</param>
    /// <exception cref="ConfigurationException">There is no such version, it is no longer valid, or restoring only the
    /// environment's own file would not bring back its values because a shared file has changed since.</exception>
    Task<ConfigurationVersion> RestoreAsync(ConfigurationRestore restore, CancellationToken cancellationToken = default);

    /// <summary>Where a value comes from: file, line and layer, what it overrides, and the version, author, time and reason
    /// of the change that made it so.</summary>
    /// <param name="key">The key, such as <c>api_config:timeout</c>.</param>
    /// <param name="cancellationToken">Cancels the reading of the history.</param>
    Task<ConfigurationExplanation> ExplainAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Does every check there is on an environment's files, not only on this one's: syntax, merging, schemas, bound
    /// types, rules in code and secret references, and reports all errors at once.</summary>
    /// <param name="environmentName">The environment; <see langword="null"/> for this one.</param>
    /// <param name="checkSecrets">Whether every <c>${secret:name}</c> must resolve through this process' secret providers;
    /// <see langword="false"/> in a pipeline that has no access to them.</param>
    /// <param name="cancellationToken">Cancels the checks.</param>
    Task<ConfigurationValidationResult> ValidateAsync(
        string? environmentName = null, bool checkSecrets = true, CancellationToken cancellationToken = default);

    /// <summary>Recomputes every hash of the recorded history and reports what does not fit: an entry or a document that was
    /// changed, removed or added by hand.</summary>
    /// <param name="environmentName">The environment; <see langword="null"/> for this one.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Task<ConfigurationHistoryReport> VerifyHistoryAsync(string? environmentName = null, CancellationToken cancellationToken = default);
}
