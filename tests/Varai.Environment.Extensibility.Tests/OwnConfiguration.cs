using System.Runtime.CompilerServices;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;

namespace Contoso.Extensions;

/// <summary>A configuration written outside Varai: one fixed document, made in code.</summary>
internal sealed class OwnConfiguration : IEnvironmentConfiguration
{
    public string EnvironmentName => "contoso";

    public ConfigurationSnapshot Current { get; } = new(
        "contoso",
        ConfigurationNode.Object([new ConfigurationMember("feature_flags", ConfigurationNode.Object(
            [new ConfigurationMember("own_flag", ConfigurationNode.Scalar(ConfigurationNodeKind.Boolean, "true"))]))]),
        [],
        DateTimeOffset.UnixEpoch,
        _ => new string('0', 64));

    public ConfigurationStatus Status { get; } = new([], DateTimeOffset.UnixEpoch);

    public IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);

    public BoundComponents Components { get; } = new((_, type) => Activator.CreateInstance(type)!);

    public Task<ConfigurationVersion?> GetCurrentVersionAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<ConfigurationVersion?>(null);

    public async IAsyncEnumerable<ConfigurationVersion> GetHistoryAsync(
        string? environmentName = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        yield break;
    }

    public Task<IReadOnlyList<ConfigurationDifference>> DiffAsync(
        ConfigurationReference from, ConfigurationReference to, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<ConfigurationDifference>>([]);

    public Task<ConfigurationVersion> UpdateAsync(ConfigurationUpdate update, CancellationToken cancellationToken = default) =>
        throw new ConfigurationException("This configuration is fixed.", []);

    public Task<ConfigurationVersion> RestoreAsync(ConfigurationRestore restore, CancellationToken cancellationToken = default) =>
        throw new ConfigurationException("This configuration is fixed.", []);

    public Task<ConfigurationExplanation> ExplainAsync(string key, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ConfigurationExplanation { Key = key, Exists = Current.Root.FindKey(key) is not null });

    public Task<ConfigurationValidationResult> ValidateAsync(
        string? environmentName = null, bool checkSecrets = true, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ConfigurationValidationResult(EnvironmentName, []));

    public Task<ConfigurationHistoryReport> VerifyHistoryAsync(
        string? environmentName = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ConfigurationHistoryReport(EnvironmentName, 0, []));
}
