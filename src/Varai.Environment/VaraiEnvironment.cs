using Microsoft.Extensions.DependencyInjection;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.Monitoring;
using Varai.Secrets;

namespace Varai;

/// <summary>The front door. Each area is resolved when it is first used, so that a service pays only for what it uses.</summary>
internal sealed class VaraiEnvironment(IServiceProvider services) : IVaraiEnvironment
{
    private IEnvironmentConfiguration? _configuration;
    private ISecretStore? _secrets;
    private IFeatureFlags? _featureFlags;
    private IMetrics? _metrics;
    private IErrorTracker? _errors;

    public string Name => Configuration.EnvironmentName;

    public IEnvironmentConfiguration Configuration => _configuration ??= services.GetRequiredService<IEnvironmentConfiguration>();

    public ISecretStore Secrets => _secrets ??= services.GetRequiredService<ISecretStore>();

    public IFeatureFlags FeatureFlags => _featureFlags ??= services.GetRequiredService<IFeatureFlags>();

    public IMetrics Metrics => _metrics ??= services.GetRequiredService<IMetrics>();

    public IErrorTracker Errors => _errors ??= services.GetRequiredService<IErrorTracker>();

    public bool Is(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return string.Equals(name, Name, StringComparison.OrdinalIgnoreCase);
    }

    public ValueTask<string> GetSecretAsync(string name, CancellationToken cancellationToken = default) =>
        Secrets.GetSecretAsync(name, cancellationToken);

    public string GetSecret(string name) => Secrets.GetSecret(name);

    public ValueTask<string?> SetSecretAsync(string name, string value, CancellationToken cancellationToken = default) =>
        Secrets.SetSecretAsync(name, value, cancellationToken);

    public bool IsFeatureEnabled(string name) => FeatureFlags.IsFeatureEnabled(name);

    public FeatureParameters GetFeatureParameters(string name) => FeatureFlags.GetFeatureParameters(name);
}
