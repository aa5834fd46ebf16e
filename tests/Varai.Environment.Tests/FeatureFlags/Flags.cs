using Microsoft.Extensions.Time.Testing;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Engine;

namespace Varai.Tests.FeatureFlags;

/// <summary>Compiles documents for tests.</summary>
internal static class Flags
{
    public static FeatureFlagSnapshot Compile(string json, TimeProvider? time = null, params IFeatureFilter[] filters)
    {
        var errors = new List<ConfigurationError>();
        FeatureFlagSet set = FeatureFlagReader.Read(Nodes.Parse(json), errors.Add);
        Assert.Empty(errors);
        return new FlagCompiler(new FlagEnvironment(time ?? new FakeTimeProvider(), filters: filters)).Compile(set, (_, _, _) => { });
    }

    /// <summary>One flag with one condition.</summary>
    public static FeatureFlagSnapshot WithCondition(string condition) =>
        Compile($$"""{ "feature_flags": { "f": { "enabled": true, "conditions": [{{condition}}] } } }""");

    public static FlagDecision Ask(this FeatureFlagSnapshot snapshot, string name, FlagContext? context = null) => snapshot.Find(name)!.Evaluate(context);

    public static IReadOnlyList<string> Errors(string json, params IFeatureFilter[] filters)
    {
        var errors = new List<ConfigurationError>();
        FeatureFlagValidator.Validate(Nodes.Parse(json), new FlagCompiler(new FlagEnvironment(TimeProvider.System, filters: filters)), errors.Add);
        return [.. errors.Select(e => e.ToString())];
    }
}
