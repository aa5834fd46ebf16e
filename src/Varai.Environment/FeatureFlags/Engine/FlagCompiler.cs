using Varai.Configuration;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Engine;

/// <summary>Makes definitions ready to be asked.</summary>
internal sealed class FlagCompiler(FlagEnvironment environment)
{
    private long _version;

    /// <summary>A snapshot without flags, before the first load.</summary>
    public static FeatureFlagSnapshot Empty { get; } = new([], version: 0);

    /// <summary>Compiles a set.</summary>
    /// <param name="set">The definitions.</param>
    /// <param name="onMismatch">Told flag, parameter and problem when a parameter can't be read as asked.</param>
    /// <exception cref="ConfigurationException">The definitions contradict themselves or each other.</exception>
    public FeatureFlagSnapshot Compile(FeatureFlagSet set, Action<string, string, string> onMismatch)
    {
        var errors = new List<ConfigurationError>();
        long version = Volatile.Read(ref _version) + 1;
        CompiledFeatureFlag[] flags = new SetCompiler(set, environment, onMismatch, new FlagErrors(errors.Add), version).Compile();
        if (errors.Count > 0)
            throw new ConfigurationException("The feature flags can't be used.", errors);
        Volatile.Write(ref _version, version);
        return new FeatureFlagSnapshot(flags, version);
    }

    /// <summary>Reports what <see cref="Compile"/> would refuse.</summary>
    public void Check(FeatureFlagSet set, Action<ConfigurationError> report) =>
        new SetCompiler(set, environment, static (_, _, _) => { }, new FlagErrors(report), version: 0).Compile();
}
