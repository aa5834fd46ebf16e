using Varai.Configuration;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Evaluation;

/// <summary>A filter whose answer a test gives.</summary>
internal sealed class NamedFilter(string name, Func<FeatureFilterContext, bool> isEnabled, Func<ConfigurationNode?, object?>? bind = null) : IFeatureFilter
{
    private int _binds;

    public string Name => name;

    public int Binds => _binds;

    public object? Bind(ConfigurationNode? parameters)
    {
        Interlocked.Increment(ref _binds);
        return bind is null ? parameters : bind(parameters);
    }

    public bool IsEnabled(in FeatureFilterContext context) => isEnabled(context);
}
