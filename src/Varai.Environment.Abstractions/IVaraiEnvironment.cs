using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.Monitoring;
using Varai.Secrets;

namespace Varai;

/// <summary>The front door: what a service needs of its environment day by day. Inject it; it is a singleton.</summary>
/// <remarks>Every member is safe from any thread. An area is set up when it is first used.</remarks>
public interface IVaraiEnvironment
{
    /// <summary>The environment the service runs in, such as <c>production</c>; always lower case.</summary>
    string Name { get; }

    /// <summary>All of the configuration: history, differences, explanations and changes too.</summary>
    IEnvironmentConfiguration Configuration { get; }

    /// <summary>All of the secrets: versions, binary values and change tokens too.</summary>
    ISecretStore Secrets { get; }

    /// <summary>All of the feature flags.</summary>
    IFeatureFlags FeatureFlags { get; }

    /// <summary>All of the service's own metrics: counters, gauges, histograms and handles too.</summary>
    IMetrics Metrics { get; }

    /// <summary>The errors of this process; see <see cref="IErrorTracker"/>.</summary>
    IErrorTracker Errors { get; }

    /// <summary>Whether the service runs in an environment.</summary>
    /// <param name="name">The environment's name, whatever its case.</param>
    bool Is(string name);

    /// <summary>The value of a secret; see <see cref="ISecretStore.GetSecretAsync"/>.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <exception cref="SecretException">The secret is missing or binary, or its provider failed.</exception>
    ValueTask<string> GetSecretAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>The value of a secret without waiting; see <see cref="ISecretStore.GetSecret"/>.</summary>
    /// <param name="name">The secret's name.</param>
    /// <exception cref="SecretException">The secret is missing or binary, has to be waited for, or its provider failed.</exception>
    string GetSecret(string name);

    /// <summary>Writes a secret with the first provider that can; see <see cref="ISecretStore.SetSecretAsync"/>.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="value">The new value.</param>
    /// <param name="cancellationToken">Cancels the write if it has not happened yet.</param>
    /// <returns>The new version as the provider names it, or <see langword="null"/> when it has no versions.</returns>
    /// <exception cref="SecretException">No provider can write it, or the provider failed.</exception>
    ValueTask<string?> SetSecretAsync(string name, string value, CancellationToken cancellationToken = default);

    /// <summary>Whether a feature is on; see <see cref="IFeatureFlags.IsFeatureEnabled(string)"/>.</summary>
    /// <param name="name">The flag's name.</param>
    bool IsFeatureEnabled(string name);

    /// <summary>The parameters of a feature; see <see cref="IFeatureFlags.GetFeatureParameters"/>.</summary>
    /// <param name="name">The flag's name.</param>
    FeatureParameters GetFeatureParameters(string name);
}
