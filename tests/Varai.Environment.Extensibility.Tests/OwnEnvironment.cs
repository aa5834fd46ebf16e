using Varai;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.Monitoring;
using Varai.Secrets;

namespace Contoso.Extensions;

/// <summary>A front door written outside Varai, over whatever areas the container holds.</summary>
internal sealed class OwnEnvironment(IEnvironmentConfiguration configuration, ISecretStore secrets, IFeatureFlags flags, IMetrics metrics, IErrorTracker errors) : IVaraiEnvironment
{
    public string Name => $"own {configuration.EnvironmentName}";

    public IEnvironmentConfiguration Configuration => configuration;

    public ISecretStore Secrets => secrets;

    public IFeatureFlags FeatureFlags => flags;

    public IMetrics Metrics => metrics;

    public IErrorTracker Errors => errors;

    public bool Is(string name) => name == Name;

    public ValueTask<string> GetSecretAsync(string name, CancellationToken cancellationToken = default) =>
        secrets.GetSecretAsync(name, cancellationToken);

    public string GetSecret(string name) => secrets.GetSecret(name);

    public ValueTask<string?> SetSecretAsync(string name, string value, CancellationToken cancellationToken = default) =>
        secrets.SetSecretAsync(name, value, cancellationToken);

    public bool IsFeatureEnabled(string name) => flags.IsFeatureEnabled(name);

    public FeatureParameters GetFeatureParameters(string name) => flags.GetFeatureParameters(name);
}
