using System.Diagnostics;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;
using Varai.Tests.FeatureFlags.Differential;
using Varai.Tests.FeatureFlags.Evaluation;

namespace Varai.Tests.FeatureFlags;

/// <summary>Random and broken documents never make the engine throw, and whatever it loads is answered the same by every member, at
/// once and without allocating.</summary>
public sealed class FlagFuzzTests
{
    private const string Canary = "s3cr3t-canary";

    // What names a thing is told, because a misspelt name can't be found otherwise; see FlagErrorTests.
    private static readonly HashSet<string> Naming = new(StringComparer.OrdinalIgnoreCase)
    {
        "id", "name", "prerequisites", "flag", "variant", "default_when_enabled", "default_when_disabled", "segment", "segments", "operator", "attribute", "by",
    };

    private static Gen<string> AnyJson => Json(4);

    private static readonly Gen<string> AnyDocument = Gen.Select(
        AnyOf.These("feature_flags", "feature_segments", "feature_management", "FeatureManagement", "Feature_Flags"), AnyJson, Gen.Bool,
        (section, json, isWrapped) => isWrapped ? $"{{ \"{section}\": {{ \"feature_flags\": [{json}], \"a\": {json} }} }}" : $"{{ \"{section}\": {json} }}");

    private static readonly Gen<string> MutatedDocument = Gen.OneOf(
        MutatedFlags.Of(FuzzedFlags.Document).Select(d => d.ToJsonString()),
        MutatedFlags.Of(RandomFlags.Flag.Select(f => f.Json)).Select(d => $"{{ \"feature_management\": {{ \"feature_flags\": [{d.ToJsonString()}] }} }}"));

    [Fact]
    public void Validate_any_document_only_reports() => Gen.OneOf(AnyDocument, MutatedDocument, MutatedDocument).Sample(
        json =>
        {
            using FlagHarness harness = Harness();
            AssertErrors(harness.Validate(json));
        },
        iter: 2_000);

    [Fact]
    public void Validate_a_secret_in_the_wrong_place_is_never_told() => Gen.Select(
        Gen.OneOf(FuzzedFlags.Document, RandomFlags.Flag.Select(f => $"{{ \"feature_management\": {{ \"feature_flags\": [{f.Json}] }} }}"), MutatedDocument), Gen.Int[0, 9_999]).Sample(
        (json, place) =>
        {
            JsonNode root = JsonNode.Parse(json)!;
            if (!Plant(root, place))
                return;
            using FlagHarness harness = Harness();
            List<ConfigurationError> errors = harness.Validate(root.ToJsonString());
            Assert.DoesNotContain(Canary, string.Join('\n', errors), StringComparison.OrdinalIgnoreCase);
        },
        iter: 2_000);

    [Fact]
    public void Evaluate_any_flags_agree_with_themselves() => Gen.Select(FuzzedFlags.Document, FuzzedFlags.Context.Array[8], Gen.Int[-50, 50]).Sample(
        (json, contexts, day) =>
        {
            using FlagHarness harness = Harness(day);
            Assert.Empty(harness.Validate(json));
            (IEnvironmentConfiguration configuration, Action<string> replace) = ScriptedConfiguration.Create(json);
            FeatureFlagEvaluator flags = harness.Over(new Varai.FeatureFlags.Stores.ConfigurationFeatureFlagStore(configuration));
            IFeatureFlagSnapshot pinned = flags.Pin();
            var before = new List<FlagEvaluation>();
            foreach (FlagContext? context in contexts)
            {
                IReadOnlyList<FlagEvaluation> all = flags.EvaluateAll(context);
                Assert.Equal(flags.FeatureNames, all.Select(e => e.Flag));
                foreach (FlagEvaluation expected in all)
                {
                    Assert.Equal(expected, flags.Evaluate(expected.Flag, context));
                    Assert.Equal(expected, flags.Evaluate(expected.Flag.ToUpperInvariant(), context));
                    Assert.Equal(expected, flags.Explain(expected.Flag, context).Evaluation);
                    Assert.Equal(expected.IsEnabled, context is null ? flags.IsFeatureEnabled(expected.Flag) : flags.IsFeatureEnabled(expected.Flag, context));
                    Assert.Equal(expected.Variant, flags.Evaluate(expected.Flag, context).Variant);
                }

                before.AddRange(all);
            }

            replace("{ \"feature_flags\": {} }");
            Assert.Empty(flags.FeatureNames);
            Assert.Equal(before, contexts.SelectMany(c => pinned.EvaluateAll(c)));
        },
        iter: 400);

    [Fact]
    public void Evaluate_any_flag_is_quick_and_allocates_nothing() => Gen.Select(FuzzedFlags.Document, FuzzedFlags.Context.Array[4]).Sample(
        (json, contexts) =>
        {
            using FlagHarness harness = Harness();
            FeatureFlagEvaluator flags = harness.OverJson(json);
            bool throws = json.Contains(FuzzedFlags.BrokenFilter, StringComparison.Ordinal);
            foreach (string name in flags.FeatureNames)
            {
                foreach (FlagContext? context in contexts)
                {
                    flags.Evaluate(name, context);
                    long allocated = GC.GetAllocatedBytesForCurrentThread();
                    FlagEvaluation evaluation = flags.Evaluate(name, context);
                    allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
                    // An exception costs what it costs.
                    if (!throws)
                        Assert.True(allocated == 0, $"{allocated} B for {evaluation}: {flags.Explain(name, context)}");
                    TimeSpan quickest = Quickest(flags, name, context);
                    Assert.True(quickest < TimeSpan.FromMilliseconds(1), $"{quickest} for {evaluation}: {flags.Explain(name, context)}");
                }
            }
        },
        iter: 200, threads: 1);

    // The least of several, stopped at the first that is quick enough: the scheduler is not what is tested.
    private static TimeSpan Quickest(FeatureFlagEvaluator flags, string name, FlagContext? context)
    {
        TimeSpan quickest = TimeSpan.MaxValue;
        for (int i = 0; i < 20 && quickest > TimeSpan.FromMilliseconds(0.2); i++)
        {
            long start = Stopwatch.GetTimestamp();
            flags.Evaluate(name, context);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            quickest = elapsed < quickest ? elapsed : quickest;
        }

        return quickest;
    }

    private static FlagHarness Harness(int day = 0) => new FlagHarness { Time = new FakeTimeProvider(RandomFlags.Center.AddDays(day)) }.With(
        new NamedFilter(FuzzedFlags.OwnFilter, c => c.Context?["country"].Equals("DE") ?? false),
        new NamedFilter(FuzzedFlags.BrokenFilter, c => c.Context?.TargetingKey is "Bob" or null ? throw new InvalidOperationException("broken") : true));

    private static void AssertErrors(List<ConfigurationError> errors)
    {
        foreach (ConfigurationError error in errors)
        {
            Assert.NotEmpty(error.Message);
            Assert.NotEmpty(error.Key);
            Assert.Equal("flags.json", error.Origin.File);
            Assert.True(error.Origin.Line > 0, error.ToString());
            Assert.Equal("feature_flags", error.Check);
        }
    }

    private static bool Plant(JsonNode root, int place)
    {
        var places = new List<Action>();
        Collect(root, isNaming: false, plant: null);
        if (places.Count == 0)
            return false;
        places[place % places.Count]();
        return true;

        void Collect(JsonNode? node, bool isNaming, Action? plant)
        {
            if (node is JsonObject members)
            {
                foreach (string name in members.Select(m => m.Key).ToArray())
                    Collect(members[name], Naming.Contains(name), () => members[name] = Canary);
            }
            else if (node is JsonArray items)
            {
                for (int i = 0; i < items.Count; i++)
                {
                    int at = i;
                    Collect(items[i], isNaming, () => items[at] = Canary);
                }
            }

            if (plant is not null && !isNaming)
                places.Add(plant);
        }
    }

    private static Gen<string> Json(int depth)
    {
        Gen<string> scalar = AnyOf.These("null", "true", "false", "0", "-1", "1e999", "100", "\"\"", "\"x\"", "\"On\"", "\"a:b\"", "\"2026-06-01T00:00:00Z\"", "\"\\u0000\"");
        if (depth == 0)
            return scalar;
        Gen<string> below = Json(depth - 1);
        Gen<string> name = AnyOf.These(
            "a", "id", "enabled", "conditions", "client_filters", "EnabledFor", "name", "parameters", "Audience", "Users", "Groups", "Recurrence", "Pattern", "Range", "variants", "allocation",
            "user", "group", "percentile", "from", "to", "seed", "telemetry", "prerequisites", "environments", "staging", "match", "all", "any", "not", "attribute", "operator", "values", "feature_flags", "a:b", "");
        return Gen.Frequency(
            (1, scalar),
            (2, Gen.Select(name, below).Array[0, 5].Select(m => $"{{{string.Join(',', m.DistinctBy(p => p.Item1, StringComparer.OrdinalIgnoreCase).Select(p => $"\"{p.Item1}\":{p.Item2}"))}}}")),
            (1, below.Array[0, 4].Select(i => $"[{string.Join(',', i)}]")));
    }
}
