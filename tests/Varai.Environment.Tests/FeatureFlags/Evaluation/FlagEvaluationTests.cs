using System.Text.Json.Serialization;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;

namespace Varai.Tests.FeatureFlags.Evaluation;

public sealed partial class FlagEvaluationTests : IDisposable
{
    private const string Shop = """
        {
          "banner": {
            "enabled": true,
            "variants": [
              { "name": "plain", "configuration_value": { "color": "grey", "size": 1 } },
              { "name": "bold", "configuration_value": { "color": "red", "size": 3 } },
              { "name": "off", "configuration_value": { "color": "none", "size": 0 }, "status_override": "Disabled" }
            ],
            "allocation": {
              "default_when_enabled": "plain",
              "default_when_disabled": "off",
              "user": [ { "variant": "bold", "users": ["anna", "berta"] }, { "variant": "off", "users": ["carl"] } ],
              "group": [ { "variant": "bold", "groups": ["press"] } ]
            }
          }
        }
        """;

    private readonly FlagHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Theory]
    [InlineData("anna", null, true, "bold", FlagReason.TargetingMatch, "allocation.user[0]")]
    [InlineData("carl", null, false, "off", FlagReason.TargetingMatch, "variants[2].status_override (off)")]
    [InlineData("dora", "press", true, "bold", FlagReason.TargetingMatch, "allocation.group[0]")]
    [InlineData("dora", null, true, "plain", FlagReason.Default, "allocation.default_when_enabled")]
    [InlineData(null, null, true, "plain", FlagReason.Default, "allocation.default_when_enabled")]
    public void Evaluate_Allocation_GivesTheVariantAndTheRule(string? user, string? group, bool isOn, string variant, FlagReason reason, string rule)
    {
        FeatureFlagEvaluator flags = _harness.OverFlags(Shop);

        FlagEvaluation evaluation = flags.Evaluate("BANNER", new FlagContext(user) { Groups = group is null ? [] : [group] });

        Assert.Equal(("banner", isOn, variant, reason, rule, 1L),
            (evaluation.Flag, evaluation.IsEnabled, evaluation.Variant?.Name, evaluation.Reason, evaluation.MatchedRule, evaluation.SnapshotVersion));
    }

    [Fact]
    public void Evaluate_NoContext_GivesTheDefaultVariant()
    {
        FlagEvaluation evaluation = _harness.OverFlags(Shop).Evaluate("banner");
        Assert.Equal((true, "plain", FlagReason.Default), (evaluation.IsEnabled, evaluation.Variant?.Name, evaluation.Reason));
    }

    [Fact]
    public void GetVariant_JsonObject_IsBoundOnceAndShared()
    {
        FeatureFlagEvaluator flags = _harness.OverFlags(Shop);
        var anna = new FlagContext("anna");

        Banner? first = flags.GetVariant("banner", fallback: null, FlagJson.Default.Banner, anna);

        Assert.Equal(new Banner("red", 3), first);
        Assert.Same(first, flags.GetVariant("banner", fallback: null, FlagJson.Default.Banner, anna));
        Assert.Equal("red", flags.GetVariant<Varai.Configuration.ConfigurationNode>("banner", null, anna)!.Find("color")!.Text);
        var fallback = new Banner("x", 0);
        Assert.Same(fallback, flags.GetVariant("nowhere", fallback, FlagJson.Default.Banner, anna));
    }

    [Fact]
    public void TryGet_OneVariantAsSeveralTypes_EachIsRead()
    {
        var variant = new FlagVariant("big", Nodes.Parse("20"));
        var word = new FlagVariant("word", Nodes.Parse("\"Monday\""));

        for (int i = 0; i < 2; i++)
        {
            Assert.True(variant.TryGet(out int whole));
            Assert.Equal(20, whole);
            Assert.True(variant.TryGet(out double number));
            Assert.Equal(20.0, number);
            Assert.True(variant.TryGet(out string? text));
            Assert.Equal("20", text);
            Assert.False(variant.TryGet(out bool _));
            Assert.True(variant.TryGet(FlagJson.Default.Int32, out int bound));
            Assert.Equal(20, bound);
            Assert.False(word.TryGet(out int _));
            Assert.True(word.TryGet(out DayOfWeek day));
            Assert.Equal(DayOfWeek.Monday, day);
        }
    }

    [Fact]
    public void GetVariant_ScalarTypes_AreReadAndMismatchesFallBack()
    {
        FeatureFlagEvaluator flags = _harness.OverFlags("""
            {
              "text": { "enabled": true, "variants": [ { "name": "a", "configuration_value": "hello" } ], "allocation": { "default_when_enabled": "a" } },
              "number": { "enabled": true, "variants": [ { "name": "a", "configuration_value": 42 } ], "allocation": { "default_when_enabled": "a" } },
              "wait": { "enabled": true, "variants": [ { "name": "a", "configuration_value": "00:00:30" } ], "allocation": { "default_when_enabled": "a" } },
              "day": { "enabled": true, "variants": [ { "name": "a", "configuration_value": "monday" } ], "allocation": { "default_when_enabled": "a" } },
              "bare": { "enabled": true, "variants": [ { "name": "a" } ], "allocation": { "default_when_enabled": "a" } }
            }
            """);

        Assert.Equal("hello", flags.GetVariant("text", "fallback"));
        Assert.Equal(42, flags.GetVariant("number", 0));
        Assert.Equal(42.0, flags.GetValue(Flag.Number("number", 0)));
        Assert.Equal(42L, flags.GetValue(Flag.Integer("number", 0)));
        Assert.Equal(TimeSpan.FromSeconds(30), flags.GetValue(Flag.Duration("wait", TimeSpan.Zero)));
        Assert.Equal(DayOfWeek.Monday, flags.GetValue(Flag.Choice("day", DayOfWeek.Sunday)));
        Assert.Equal(DayOfWeek.Sunday, flags.GetValue(Flag.Choice("text", DayOfWeek.Sunday)));
        Assert.Equal(7, flags.GetVariant("text", 7));
        Assert.Equal("fallback", flags.GetVariant("bare", "fallback"));
        Assert.Equal("fallback", flags.GetValue(Flag.String("nowhere", "fallback")));
        Assert.Equal("a", flags.Evaluate("bare").Variant?.Name);
        Assert.Throws<NotSupportedException>(() => flags.GetVariant("text", new Uri("about:blank")));
    }

    [Theory]
    [InlineData("""{ "enabled": false, "kill_switch": false }""", false, "enabled")]
    [InlineData("""{ "enabled": true, "kill_switch": true }""", false, "kill_switch")]
    [InlineData("""{ "enabled": true, "kill_switch": true, "variants": [ { "name": "v", "status_override": "Enabled" } ], "allocation": { "default_when_disabled": "v", "default_when_enabled": "v" } }""", false, "kill_switch")]
    public void Evaluate_SwitchedOff_StaysOffWhateverElseIsWritten(string flag, bool isOn, string rule)
    {
        FlagEvaluation evaluation = _harness.OverFlags($"{{ \"f\": {flag} }}").Evaluate("f");
        Assert.Equal((isOn, FlagReason.Disabled, rule), (evaluation.IsEnabled, evaluation.Reason, evaluation.MatchedRule));
    }

    [Fact]
    public void Evaluate_UnmetConditionsAndAnOverride_TurnOnAsMicrosoftsDo()
    {
        _harness.With(new NamedFilter("Never", _ => false));
        FlagEvaluation evaluation = _harness.OverFlags("""
            { "f": { "enabled": true, "conditions": { "client_filters": [ { "name": "Never" } ] },
                     "variants": [ { "name": "v", "status_override": "Enabled" } ], "allocation": { "default_when_disabled": "v" } } }
            """).Evaluate("f");
        Assert.Equal((true, "v", "variants[0].status_override (v)"), (evaluation.IsEnabled, evaluation.Variant?.Name, evaluation.MatchedRule));
    }

    [Fact]
    public void Evaluate_Prerequisites_AskTheOtherFlag()
    {
        FeatureFlagEvaluator flags = _harness.OverFlags($$"""
            {
              "on": true, "off": false,
              "banner": {{Shop[(Shop.IndexOf(':', StringComparison.Ordinal) + 1)..Shop.LastIndexOf('}')]}},
              "needs_on": { "enabled": true, "prerequisites": ["ON"] },
              "needs_off": { "enabled": true, "prerequisites": ["on", { "flag": "off", "enabled": false }] },
              "needs_both": { "enabled": true, "prerequisites": ["on", "off"] },
              "needs_bold": { "enabled": true, "prerequisites": [{ "flag": "banner", "variant": "bold" }] },
              "needs_needs": { "enabled": true, "prerequisites": ["needs_on", "needs_off"] }
            }
            """);

        Assert.True(flags.IsFeatureEnabled("needs_on"));
        Assert.True(flags.IsFeatureEnabled("needs_off"));
        Assert.True(flags.IsFeatureEnabled("needs_needs"));
        FlagEvaluation both = flags.Evaluate("needs_both");
        Assert.Equal((false, FlagReason.Disabled, "prerequisites[1] (off)"), (both.IsEnabled, both.Reason, both.MatchedRule));
        Assert.True(flags.IsFeatureEnabled("needs_bold", new FlagContext("anna")));
        Assert.False(flags.IsFeatureEnabled("needs_bold", new FlagContext("dora")));
    }

    [Fact]
    public void Evaluate_EnvironmentsOwnValues_LieOverTheRest()
    {
        FeatureFlagEvaluator flags = _harness.OverFlags("""
            {
              "a": { "enabled": false, "parameters": { "x": 1, "y": 2 }, "environments": { "staging": { "enabled": true, "parameters": { "x": 10 } } } },
              "b": { "enabled": true, "environments": { "Staging": false } },
              "c": { "enabled": true, "environments": { "production": false } }
            }
            """);

        Assert.True(flags.IsFeatureEnabled("a"));
        Assert.Equal((10, 2), (flags.GetFeatureParameters("a").Get("x", 0), flags.GetFeatureParameters("a").Get("y", 0)));
        Assert.False(flags.IsFeatureEnabled("b"));
        Assert.True(flags.IsFeatureEnabled("c"));
    }

    [Fact]
    public void IsFeatureEnabled_Handle_FollowsTheSnapshotAndFallsBackToItsDefault()
    {
        using var store = new Varai.Testing.FeatureFlags.InMemoryFeatureFlagStore(new FeatureFlagDefinition("Handle_Tests_A", enabled: true));
        FeatureFlagEvaluator flags = _harness.Over(store);
        Flag<bool> a = Flag.Boolean("handle_tests_a"), missing = Flag.Boolean("handle_tests_missing", defaultValue: true);

        Assert.True(flags.IsFeatureEnabled(a));
        Assert.True(flags.IsFeatureEnabled(missing));
        Assert.True(flags.IsFeatureEnabled(missing, new FlagContext("u")));
        Assert.Equal((true, FlagReason.Unknown), (flags.Evaluate(missing).IsEnabled, flags.Evaluate(missing).Reason));
        store.Replace(new FeatureFlagDefinition("handle_tests_a", enabled: false), new FeatureFlagDefinition("handle_tests_missing", enabled: false));
        Assert.False(flags.IsFeatureEnabled(a));
        Assert.False(flags.IsFeatureEnabled(missing));
        Assert.Equal(a.Index, Flag.String("HANDLE_TESTS_A", "").Index);
    }

    [Fact]
    public void Pin_KeepsItsSnapshotWhileTheLiveFlagsGoOn()
    {
        using var store = new Varai.Testing.FeatureFlags.InMemoryFeatureFlagStore(new FeatureFlagDefinition("a", enabled: true));
        FeatureFlagEvaluator flags = _harness.Over(store);
        IFeatureFlags pinned = flags.Pin();
        int told = 0;
        using IDisposable registration = flags.GetChangeToken().RegisterChangeCallback(_ => told++, state: null);

        store.Replace(new FeatureFlagDefinition("a", enabled: false));

        Assert.True(pinned.IsFeatureEnabled("a"));
        Assert.Equal((1L, 2L, 1), (pinned.SnapshotVersion, flags.SnapshotVersion, told));
        Assert.False(flags.IsFeatureEnabled("a"));
        Assert.False(pinned.GetChangeToken().HasChanged);
    }

    [Fact]
    public void GetChangeToken_ListenerThatThrows_KeepsNoOtherFromBeingTold()
    {
        using var store = new Varai.Testing.FeatureFlags.InMemoryFeatureFlagStore();
        FeatureFlagEvaluator flags = _harness.Over(store);
        int told = 0;
        using IDisposable one = flags.GetChangeToken().RegisterChangeCallback(_ => told++, state: null);
        using IDisposable two = flags.GetChangeToken().RegisterChangeCallback(_ => throw new InvalidOperationException("listener"), state: null);
        using IDisposable three = flags.GetChangeToken().RegisterChangeCallback(_ => told++, state: null);

        store.Replace(new FeatureFlagDefinition("a", enabled: true));

        Assert.True(flags.IsFeatureEnabled("a"));
        Assert.Equal(2, told);
        Assert.Equal(1305, Assert.Single(_harness.Logs.GetSnapshot()).Id.Id);
        Assert.Null(_harness.Feed!.Failure);
    }

    [Fact]
    public void CustomFilter_IsBoundOncePerSnapshotAndSeesTheContext()
    {
        var filter = new NamedFilter(
            "Contoso.Browser",
            context => context.Context?["browser"].String == (string?)context.Settings,
            parameters => parameters?.Find("is")?.Text ?? throw new FormatException("'is' is missing"));
        _harness.With(filter);
        FeatureFlagEvaluator flags = _harness.OverFlags("""
            { "long": { "enabled": true, "conditions": { "client_filters": [ { "name": "contoso.browser", "parameters": { "is": "firefox" } } ] } },
              "short": { "enabled": true, "conditions": { "client_filters": [ { "name": "Browser", "parameters": { "is": "lynx" } } ] } } }
            """);
        var firefox = new FlagContext("u") { ["Browser"] = "firefox" };

        Assert.True(flags.IsFeatureEnabled("long", firefox));
        Assert.False(flags.IsFeatureEnabled("short", firefox));
        Assert.False(flags.IsFeatureEnabled("long"));
        Assert.Equal("conditions.client_filters[0] (contoso.browser)", flags.Evaluate("long", firefox).MatchedRule);
        Assert.Equal(2, filter.Binds);
        _harness.Ambient.Current = firefox;
        Assert.True(flags.IsFeatureEnabled("long"));

        Assert.Equal(
            "flags.json:1:117: feature_flags:f:conditions:client_filters:0:parameters: The feature filter 'Contoso.Browser' refuses its parameters: 'is' is missing",
            Assert.Single(_harness.Validate("""{ "feature_flags": { "f": { "enabled": true, "conditions": { "client_filters": [ { "name": "Browser", "parameters": { } } ] } } } }""")).ToString());
    }

    [Fact]
    public void CustomFilter_ThatThrows_FailsClosedAndIsLoggedOnce()
    {
        _harness.With(new NamedFilter("Broken", _ => throw new InvalidOperationException("s3cr3t-canary")));
        FeatureFlagEvaluator flags = _harness.OverFlags("""{ "f": { "enabled": true, "conditions": { "client_filters": [ { "name": "Broken" } ] } } }""");

        for (int i = 0; i < 3; i++)
            Assert.Equal((false, FlagReason.Error), (flags.Evaluate("f").IsEnabled, flags.Evaluate("f").Reason));

        Assert.Equal("A filter of the feature flag 'f' failed: conditions.client_filters[0] (Broken). It counts as not met.", Assert.Single(_harness.Logs.GetSnapshot()).Message);
    }

    [Theory]
    [InlineData("Any", "Yes,No", true)]
    [InlineData("Any", "No,Yes", true)]
    [InlineData("Any", "No,No", false)]
    [InlineData("All", "Yes,Yes", true)]
    [InlineData("All", "Yes,No", false)]
    [InlineData("all", "No,Yes", false)]
    public void Evaluate_RequirementType_Decides(string requirement, string filters, bool isOn)
    {
        _harness.With(new NamedFilter("Yes", _ => true), new NamedFilter("No", _ => false));
        string list = string.Join(',', filters.Split(',').Select(name => $"{{ \"name\": \"{name}\" }}"));
        FeatureFlagEvaluator flags = _harness.OverFlags(
            $"{{ \"f\": {{ \"enabled\": true, \"conditions\": {{ \"requirement_type\": \"{requirement}\", \"client_filters\": [{list}] }} }} }}");
        Assert.Equal(isOn, flags.IsFeatureEnabled("f"));
        Assert.Equal(isOn, flags.Explain("f").Evaluation.IsEnabled);
        Assert.Equal(2, flags.Explain("f").Steps.Count(s => s.Rule.StartsWith("conditions.client_filters[", StringComparison.Ordinal)));
    }

    [Fact]
    public void Explain_TellsWhatDecidedAndWhatTheOthersSaid()
    {
        FeatureFlagEvaluator flags = _harness.OverFlags(Shop);
        Assert.Equal(
            """
            banner is on, variant bold (TargetingMatch) because of allocation.group[0]
              . context: dora in press with plan
              . defined: at flags.json:2:3
              + enabled: the flag is switched on
              . conditions: there are none: on for everybody
              - allocation.user[0]: does not name the targeting key
              - allocation.user[1]: does not name the targeting key
              + allocation.group[0]: names a group of the context: bold
            """.ReplaceLineEndings("\n"),
            flags.Explain("banner", new FlagContext("dora") { Groups = ["press"], ["plan"] = "pro" }).ToString());
        Assert.Contains("there is no flag 'baner'; did you mean 'banner'?", flags.Explain("baner").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_KillSwitchForAll_IsReleasedByNoEnvironment()
    {
        FeatureFlagEvaluator flags = _harness.OverFlags("""
            { "f": { "enabled": true, "kill_switch": true, "environments": { "staging": { "enabled": true, "kill_switch": false } } },
              "g": { "enabled": true, "environments": { "staging": { "kill_switch": true } } } }
            """);
        Assert.Equal("kill_switch", flags.Evaluate("f").MatchedRule);
        Assert.Equal("kill_switch", flags.Evaluate("g").MatchedRule);
    }

    [Fact]
    public void Evaluate_FilterThatThrows_IsAnErrorOnlyWhereItDecides()
    {
        _harness.With(new NamedFilter("Broken", _ => throw new InvalidOperationException()), new NamedFilter("Yes", _ => true));
        FeatureFlagEvaluator flags = _harness.OverFlags("""
            { "any": { "enabled": true, "conditions": { "client_filters": [ { "name": "Broken" }, { "name": "Yes" } ] } },
              "broken": { "enabled": true, "conditions": { "client_filters": [ { "name": "Broken" } ] } },
              "needs": { "enabled": true, "prerequisites": ["broken"] },
              "needs_off": { "enabled": true, "prerequisites": [ { "flag": "broken", "enabled": false } ] } }
            """);
        Assert.Equal((true, FlagReason.TargetingMatch), (flags.Evaluate("any").IsEnabled, flags.Evaluate("any").Reason));
        Assert.Equal((false, FlagReason.Error), (flags.Evaluate("needs").IsEnabled, flags.Evaluate("needs").Reason));
        Assert.Equal((false, FlagReason.Error), (flags.Evaluate("needs_off").IsEnabled, flags.Evaluate("needs_off").Reason));
    }

    [Fact]
    public void Explain_SwitchedOff_TellsWhatTheRestWouldSay()
    {
        FeatureFlagEvaluator flags = _harness.OverFlags(Shop.Replace("\"enabled\": true", "\"enabled\": false", StringComparison.Ordinal));
        FlagExplanation explanation = flags.Explain("banner", new FlagContext("anna"));
        Assert.Equal((false, FlagReason.Disabled, "enabled"), (explanation.Evaluation.IsEnabled, explanation.Evaluation.Reason, explanation.Evaluation.MatchedRule));
        Assert.Contains(explanation.Steps, s => s is { Rule: "allocation.user[0]", Outcome: true, Depth: 1 });
        Assert.Equal(flags.Evaluate("banner", new FlagContext("anna")), explanation.Evaluation);
    }

    [Fact]
    public void GetVariant_TypeThatThrows_IsTheFallback()
    {
        FeatureFlagEvaluator flags = _harness.OverFlags("""
            { "f": { "enabled": true, "variants": [ { "name": "a", "configuration_value": { "size": -1 } } ], "allocation": { "default_when_enabled": "a" } } }
            """);
        var fallback = new Picky(1);
        Assert.Same(fallback, flags.GetVariant("f", fallback, FlagJson.Default.Picky));
        Assert.Same(fallback, flags.GetValue(Flag.Json("f", fallback, FlagJson.Default.Picky)));
    }

    [Fact]
    public void Change_ThatLeavesTheFlagsAsTheyAre_IsNoNews()
    {
        using var store = new Varai.Testing.FeatureFlags.InMemoryFeatureFlagStore(new FeatureFlagDefinition("a", enabled: true));
        FeatureFlagEvaluator flags = _harness.Over(store);
        int told = 0;
        using IDisposable registration = flags.GetChangeToken().RegisterChangeCallback(_ => told++, state: null);

        store.Replace(new FeatureFlagDefinition("a", enabled: true));
        Assert.Equal((0, 1L, 2), (told, flags.SnapshotVersion, store.Loads));
        store.Replace(new FeatureFlagDefinition("a", enabled: false));
        Assert.Equal((1, 2L), (told, flags.SnapshotVersion));
    }

    [Fact]
    public void CustomFilter_EndsLikeABuiltInOne_DoesNotTakeItsShortName()
    {
        _harness.With(new NamedFilter("Contoso.Rollout", _ => true));
        FeatureFlagEvaluator flags = _harness.OverFlags("""
            { "ours": { "enabled": true, "conditions": { "client_filters": [ { "name": "Rollout", "parameters": { "percentage": 0 } } ] } },
              "theirs": { "enabled": true, "conditions": { "client_filters": [ { "name": "Contoso.Rollout" } ] } } }
            """);
        Assert.False(flags.IsFeatureEnabled("ours", new FlagContext("u")));
        Assert.True(flags.IsFeatureEnabled("theirs"));
    }

    [Fact]
    public void EvaluateAll_AgreesWithEvaluate()
    {
        FeatureFlagEvaluator flags = _harness.OverFlags(Shop.Insert(Shop.LastIndexOf('}'), ", \"on\": true, \"off\": false"));
        var anna = new FlagContext("anna");
        Assert.Equal(flags.FeatureNames.Select(name => flags.Evaluate(name, anna)), flags.EvaluateAll(anna));
    }

    [Fact]
    public void Evaluations_AllocateNothing()
    {
        FeatureFlagEvaluator flags = _harness.OverFlags(Shop);
        var contexts = new[] { new FlagContext("anna"), new FlagContext("dora") { Groups = ["press"] }, new FlagContext() };
        Flag<bool> handle = Flag.Boolean("banner");
        _harness.Ambient.Current = contexts[0];
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                flags.Evaluate("banner", contexts[i % 3]);
                flags.Evaluate("Banner");
                flags.IsFeatureEnabled(handle);
                flags.IsFeatureEnabled(handle, contexts[i % 3]);
                flags.GetVariant("banner", null, FlagJson.Default.Banner, contexts[i % 3]);
            }

            if (round == 1)
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    internal sealed record Banner(string Color, int Size);

    internal sealed record Picky
    {
        public Picky(int size)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size);
            Size = size;
        }

        public int Size { get; }
    }

    [JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
    [JsonSerializable(typeof(int))]
    [JsonSerializable(typeof(Banner))]
    [JsonSerializable(typeof(Picky))]
    internal sealed partial class FlagJson : JsonSerializerContext;
}
