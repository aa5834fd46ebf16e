using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;

namespace Varai.Tests.FeatureFlags.Evaluation;

/// <summary>Enough flags to be compiled by several threads: what comes out is what one thread makes of them.</summary>
public sealed class ManyFlagsTests
{
    private const int Count = 3_000;

    [Fact]
    public void Validate_ErrorsAmongMany_AreToldInTheOrderOfTheDocument()
    {
        using var harness = new FlagHarness();
        List<ConfigurationError> errors = harness.Validate(Document(i => i % 250 == 249
            ? """{ "enabled": "yes", "variants": [ { "name": "a" }, { "nme": "b" } ], "allocation": { "default_when_enabled": "c" } }"""
            : Sound(i)));

        int[] wrong = [.. Enumerable.Range(0, Count).Where(i => i % 250 == 249)];
        Assert.Equal(
            wrong.SelectMany(i => (string[])[$"f{i}:enabled", $"f{i}:variants:1:nme", $"f{i}:variants:1", $"f{i}:allocation:default_when_enabled"]),
            errors.Select(e => e.Key["feature_flags:".Length..]));
        Assert.Equal(wrong.SelectMany(i => Enumerable.Repeat(i + 2, 4)), errors.Select(e => e.Origin.Line));
    }

    [Fact]
    public void Evaluate_EachOfMany_IsWhatItIsAlone()
    {
        using var harness = new FlagHarness();
        FeatureFlagEvaluator flags = harness.OverJson(Document(Sound));
        var anna = new FlagContext("anna") { ["country"] = "DE" };

        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"f{i}"), flags.FeatureNames);
        for (int i = 0; i < Count; i += 97)
        {
            using var alone = new FlagHarness();
            FlagEvaluation expected = alone.OverFlags($"{{ \"f{i}\": {Sound(i)} }}").Evaluate($"f{i}", anna);
            FlagEvaluation found = flags.Evaluate($"f{i}", anna);
            Assert.Equal((expected.IsEnabled, expected.Variant?.Name, expected.Reason, expected.MatchedRule), (found.IsEnabled, found.Variant?.Name, found.Reason, found.MatchedRule));
        }
    }

    [Fact]
    public void Bind_OfAFilterOfTheServicesOwn_IsNeverCalledByTwoThreads()
    {
        int inside = 0;
        int most = 0;
        var filter = new NamedFilter("Contoso.Own", _ => true, parameters =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.SpinWait(200);
            Interlocked.Decrement(ref inside);
            return parameters;
        });
        using var harness = new FlagHarness();

        FeatureFlagEvaluator flags = harness.With(filter).OverJson(
            Document(_ => """{ "enabled": true, "conditions": { "client_filters": [ { "name": "Contoso.Own" } ] } }"""));

        Assert.Equal((Count, 1), (filter.Binds, most));
        Assert.True(flags.IsFeatureEnabled("f7"));
    }

    private static string Document(Func<int, string> flag) =>
        $"{{ \"feature_flags\": {{\n{string.Join(",\n", Enumerable.Range(0, Count).Select(i => $"\"f{i}\": {flag(i)}"))}\n}} }}";

    private static string Sound(int i) => (i % 3) switch
    {
        0 => "true",
        1 => """{ "enabled": true, "conditions": { "client_filters": [ { "name": "Match", "parameters": { "attribute": "country", "operator": "in", "values": ["DE", "AT"] } } ] } }""",
        _ => """
            { "enabled": true, "variants": [ { "name": "a", "configuration_value": 1 }, { "name": "b", "configuration_value": 2 } ],
            """.Trim() + """ "allocation": { "percentile": [ { "variant": "a", "from": 0, "to": 50 }, { "variant": "b", "from": 50, "to": 100 } ] } }""",
    };
}
