using System.Reflection;
using Varai.Configuration;

namespace Varai.Tests.FeatureFlags.Stores;

/// <summary>A configuration that has nothing but its present document.</summary>
public class CurrentOnly : DispatchProxy
{
    private ConfigurationSnapshot? _snapshot;

    public static IEnvironmentConfiguration Of(ConfigurationSnapshot snapshot)
    {
        var proxy = Create<IEnvironmentConfiguration, CurrentOnly>();
        ((CurrentOnly)(object)proxy)._snapshot = snapshot;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == "get_Current" ? _snapshot : throw new NotSupportedException(targetMethod.Name);
}
