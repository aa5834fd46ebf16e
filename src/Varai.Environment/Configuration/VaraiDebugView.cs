using Microsoft.Extensions.Configuration;
using Varai.Secrets;

namespace Varai.Configuration;

/// <summary>Keeps secrets out of the host's debug view of its configuration.</summary>
/// <remarks>A value with <c>${secret:name}</c> in it is resolved for whoever reads <c>IConfiguration</c>, or no connection string
/// could be bound; so <c>root.GetDebugView()</c> shows secrets as it shows every other value.</remarks>
public static class VaraiDebugView
{
    /// <summary>Writes <c>***</c> in place of a value that holds a secret of the environment's configuration, to be used as
    /// <c>root.GetDebugView(VaraiDebugView.Redact)</c>.</summary>
    /// <param name="context">The value, and the provider it is from.</param>
    /// <returns>The value; <c>***</c> for one that holds a secret, or that comes from a chained section where that can't be told.
    /// Values of other sources (environment variables, command line, ...) are shown as they are.</returns>
    public static string Redact(ConfigurationDebugViewContext context) =>
        MayHoldSecret(context.ConfigurationProvider, context.Path) ? SecretValue.Redacted : context.Value ?? "";

    private static bool MayHoldSecret(IConfigurationProvider provider, string key) => provider switch
    {
        EnvironmentConfigurationProvider environment => environment.MayHoldSecret(key),
        ChainedConfigurationProvider { Configuration: IConfigurationRoot root } =>
            root.Providers.LastOrDefault(p => p.TryGet(key, out _)) is { } source && MayHoldSecret(source, key),
        ChainedConfigurationProvider => true,
        _ => false,
    };
}
