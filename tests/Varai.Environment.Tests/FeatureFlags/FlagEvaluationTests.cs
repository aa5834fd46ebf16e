using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags;

public sealed class FlagEvaluationTests
{
    private const string Shop = """
        {
          "feature_flags": {
            "base": { "enabled": true, "conditions": [ { "group": "beta" } ] },
            "needs_base": { "enabled": true, "prerequisites": [ "base" ] },
            "needs_no_base": { "enabled": true, "prerequisites": [ { "flag": "base", "enabled": false } ] },
            "needs_blue": { "enabled": true, "prerequisites": [ { "flag": "button", "variant": "blue" } ] },
            "killed": { "enabled": true, "kill_switch": true, "variants": { "a": { "value": 1, "status_override": "enabled" } }, "allocation": { "default_when_disabled": "a" } },
            "button": {
              "enabled": true,
              "variants": { "red": "#f00", "blue": "#00f", "green": { "value": "#0f0", "status_override": "disabled" } },
              "allocation": {
                "default_when_enabled": "red",
                "user": [ { "variant": "blue", "users": [ "alice" ] } ],
                "group": [ { "variant": "green", "groups": [ "ops" ] }, { "variant": "blue", "groups": [ "beta" ] } ],
                "rules": [ { "variant": "blue", "conditions": { "attribute": "country", "equals": "DE" } } ]
              }
            },
            "split": {
              "enabled": true,
              "variants": { "low": 1, "high": 2 },
              "allocation": { "percentile": [ { "variant": "low", "from": 0, "to": 50 }, { "variant": "high", "from": 50, "to": 100 } ] }
            },
            "typed": {
              "enabled": true,
              "variants": { "all": { "value": { "limit": 5, "name": "x" } } },
              "allocation": { "default_when_enabled": "all" }
            },
            "limit": { "enabled": true, "variants": { "n": 2.5 }, "allocation": { "default_when_enabled": "n" } }
          }
        }
        """;

    private static readonly FeatureFlagSnapshot Snapshot = Flags.Compile(Shop);
    private static readonly FlagContext Alice = new("alice");
    private static readonly FlagContext Beta = new("bob", ["beta"]);
    private static readonly FlagContext German = new("carl") { ["country"] = "DE" };

    [Fact]
    public void Prerequisite_that_is_not_met_puts_the_flag_off()
    {
        Assert.True(Snapshot.Ask("needs_base", Beta).IsEnabled);
        FlagDecision decision = Snapshot.Ask("needs_base", Alice);
        Assert.Equal((false, FlagReason.PrerequisiteFailed, "prerequisites:0"), (decision.IsEnabled, decision.Reason, decision.Rule));
        Assert.True(Snapshot.Ask("needs_no_base", Alice).IsEnabled);
        Assert.False(Snapshot.Ask("needs_no_base", Beta).IsEnabled);
        Assert.True(Snapshot.Ask("needs_blue", Alice).IsEnabled);
        Assert.False(Snapshot.Ask("needs_blue", new FlagContext("zoe")).IsEnabled);
    }

    [Fact]
    public void Kill_switch_beats_everything()
    {
        FlagDecision decision = Snapshot.Ask("killed", Alice);
        Assert.Equal((false, FlagReason.Killed, "a"), (decision.IsEnabled, decision.Reason, decision.Variant?.Name));
    }

    [Fact]
    public void Allocation_asks_users_groups_and_rules_in_this_order()
    {
        AssertVariant(Alice, "blue", "allocation:user:0");
        AssertVariant(new FlagContext("bob", ["beta", "ops"]), "green", "allocation:group:0", isEnabled: false);
        AssertVariant(Beta, "blue", "allocation:group:1");
        AssertVariant(German, "blue", "allocation:rules:0");
        AssertVariant(new FlagContext("zoe"), "red", rule: null);
        AssertVariant(context: null, "red", rule: null);

        static void AssertVariant(FlagContext? context, string variant, string? rule, bool isEnabled = true)
        {
            FlagDecision decision = Snapshot.Ask("button", context);
            Assert.Equal((variant, rule, isEnabled), (decision.Variant?.Name, decision.Rule, decision.IsEnabled));
            Assert.Equal(rule is null ? FlagReason.Static : FlagReason.TargetingMatch, decision.Reason);
        }
    }

    [Fact]
    public void Allocation_by_percentile_splits_callers()
    {
        int low = 0;
        for (int i = 0; i < 2000; i++)
        {
            FlagDecision decision = Snapshot.Ask("split", new FlagContext($"user-{i}"));
            Assert.Equal(FlagReason.Split, decision.Reason);
            Assert.Equal(decision.Variant?.Name == "low" ? "allocation:percentile:0" : "allocation:percentile:1", decision.Rule);
            low += decision.Variant?.Name == "low" ? 1 : 0;
        }

        Assert.InRange(low, 900, 1100);
        Assert.Null(Snapshot.Ask("split").Variant);
    }

    [Fact]
    public void Evaluate_allocates_nothing()
    {
        (string Flag, FlagContext Context)[] questions =
            [("base", Beta), ("needs_base", Alice), ("button", Alice), ("button", Beta), ("button", German), ("split", Alice), ("killed", Alice)];
        FlagContext[] callers = [.. Enumerable.Range(0, 10).Select(i => new FlagContext(new string('ü', i * 10)) { ["country"] = "DE" })];
        FeatureFlagSnapshot rollouts = Flags.Compile("""
            { "feature_flags": {
                "native": { "enabled": true, "conditions": { "percentage": 30 } },
                "attributes": { "enabled": true, "conditions": { "all": [ { "attribute": "country", "in": ["DE"] }, { "attribute": "country", "matches": "^D." }, { "attribute": "country", "contains": "E" } ] } } },
              "feature_management": { "feature_flags": [ { "id": "theirs", "enabled": true, "conditions": { "client_filters": [
                { "name": "Targeting", "parameters": { "Audience": { "DefaultRolloutPercentage": 30, "Users": ["x"], "Groups": [ { "Name": "g", "RolloutPercentage": 10 } ] } } },
                { "name": "TimeWindow", "parameters": { "Start": "2026-01-01T00:00:00Z" } } ] } } ] } }
            """);
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int on = Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(on > 0);

        int Run()
        {
            int count = 0;
            for (int round = 0; round < 100; round++)
            {
                foreach ((string flag, FlagContext context) in questions)
                    count += Snapshot.Ask(flag, context).IsEnabled ? 1 : 0;
                foreach (FlagContext caller in callers)
                {
                    count += rollouts.Ask("native", caller).IsEnabled ? 1 : 0;
                    count += rollouts.Ask("attributes", caller).IsEnabled ? 1 : 0;
                    count += rollouts.Ask("theirs", caller).IsEnabled ? 1 : 0;
                }
            }

            return count;
        }
    }

    [Fact]
    public void Variant_is_read_as_its_type()
    {
        Assert.True(Snapshot.Ask("limit").Variant!.TryGet(out double number));
        Assert.Equal(2.5, number);
        Assert.False(Snapshot.Ask("limit").Variant!.TryGet(out int _));
        Assert.True(Snapshot.Ask("button").Variant!.TryGet(out string? text));
        Assert.Equal("#f00", text);
        Assert.True(Snapshot.Ask("typed").Variant!.TryGet(FlagTestJson.Default.FlagTestValue, out FlagTestValue? value));
        Assert.Equal(new FlagTestValue(5, "x"), value);
        Assert.True(Snapshot.Ask("typed").Variant!.TryGet(FlagTestJson.Default.FlagTestValue, out FlagTestValue? again));
        Assert.Same(value, again);
        Assert.False(Snapshot.Ask("limit").Variant!.TryGet(FlagTestJson.Default.FlagTestValue, out _));
    }

    [Fact]
    public void Explain_tells_what_decided_and_what_the_rest_said()
    {
        Assert.Equal(
            """
            button: on, variant 'blue' (TargetingMatch by allocation:group:1)
              kill_switch: no, the flag is not killed
              enabled: yes, the flag is enabled
              allocation:user:0: no, users 'alice' get 'blue'; the user is 'bob'
              allocation:group:0: no, groups 'ops' get 'green'; the user's are 'beta'
            > allocation:group:1: yes, groups 'beta' get 'blue'; the user's are 'beta'
              allocation:rules:0: undecided, 'blue' where the attribute 'country' is one of 'DE'; it is absent
            """,
            Snapshot.Find("button")!.Explain(Beta).ToString());
        Assert.Equal(
            """
            needs_base: off (PrerequisiteFailed by prerequisites:0)
              kill_switch: no, the flag is not killed
              enabled: yes, the flag is enabled
            > prerequisites:0: no, the flag 'base' is on; it is base: off (Default)
            """,
            Snapshot.Find("needs_base")!.Explain(Alice).ToString());
        Assert.Equal(
            """
            base: off (Default)
              kill_switch: no, the flag is not killed
              enabled: yes, the flag is enabled
              conditions:0: undecided, the attribute 'groups' is one of 'beta'; there is no context
            """,
            Snapshot.Find("base")!.Explain(context: null).ToString());
        Assert.Equal(
            """
            split: on, variant 'high' (Split by allocation:percentile:1)
              kill_switch: no, the flag is not killed
              enabled: yes, the flag is enabled
              allocation:percentile:0: no, from 0 % to 50 % get 'low'; the percentile is 97.
            > allocation:percentile:1: yes, from 50 % to 100 % get 'high'; the percentile is 97.
            """.Replace("97.", "*", StringComparison.Ordinal),
            System.Text.RegularExpressions.Regex.Replace(
                Snapshot.Find("split")!.Explain(Enumerable.Range(0, 100).Select(i => new FlagContext($"u{i}")).First(c => Snapshot.Ask("split", c).Variant!.Name == "high")).ToString(),
                "[0-9]+\\.[0-9]+",
                "*"));
    }
}
