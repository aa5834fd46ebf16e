using Microsoft.Extensions.Primitives;
using Varai.Configuration;

namespace Varai.Benchmarks.FeatureFlags;

/// <summary>An environment that is nothing but its name.</summary>
internal sealed class NamedEnvironment : IEnvironmentConfiguration
{
    public string EnvironmentName => "production";

    public ConfigurationSnapshot Current { get; } =
        new("production", ConfigurationNode.Object([]), [], DateTimeOffset.UnixEpoch, static _ => "");

    public ConfigurationStatus Status => throw Unused();

    public BoundComponents Components => throw Unused();

    public IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);

    public Task<ConfigurationVersion?> GetCurrentVersionAsync(CancellationToken cancellationToken = default) => throw Unused();

    public IAsyncEnumerable<ConfigurationVersion> GetHistoryAsync(string? environmentName = null, CancellationToken cancellationToken = default) =>
        throw Unused();

    public Task<IReadOnlyList<ConfigurationDifference>> DiffAsync(
        ConfigurationReference from, ConfigurationReference to, CancellationToken cancellationToken = default) => throw Unused();

    public Task<ConfigurationVersion> UpdateAsync(ConfigurationUpdate update, CancellationToken cancellationToken = default) => throw Unused();

    public Task<ConfigurationVersion> RestoreAsync(ConfigurationRestore restore, CancellationToken cancellationToken = default) => throw Unused();

    public Task<ConfigurationExplanation> ExplainAsync(string key, CancellationToken cancellationToken = default) => throw Unused();

    public Task<ConfigurationValidationResult> ValidateAsync(
        string? environmentName = null, bool checkSecrets = true, CancellationToken cancellationToken = default) => throw Unused();

    public Task<ConfigurationHistoryReport> VerifyHistoryAsync(string? environmentName = null, CancellationToken cancellationToken = default) =>
        throw Unused();

    private static InvalidOperationException Unused() => new("The flags asked their environment for more than its name.");
}
