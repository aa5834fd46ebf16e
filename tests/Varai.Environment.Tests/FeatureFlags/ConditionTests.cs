using Microsoft.Extensions.Time.Testing;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags;

public sealed class ConditionTests
{
    private static readonly FlagContext Context = new("alice", ["beta", "staff"])
    {
        ["country"] = "DE",
        ["age"] = 42,
        ["paying"] = true,
        ["version"] = "2.10.0-rc.1",
        ["email"] = "alice@example.com",
        ["joined"] = new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero),
        ["seen"] = "2026-01-31T10:00:00+01:00",
        ["roles"] = new[] { "admin", "author" },
        ["score"] = "17.5",
    };

    [Theory]
    [InlineData("""{ "user": ["bob", "alice"] }""", true)]
    [InlineData("""{ "user": "Alice" }""", false)]
    [InlineData("""{ "user": "Alice", "ignore_case": true }""", true)]
    [InlineData("""{ "group": ["staff"] }""", true)]
    [InlineData("""{ "group": ["ops"] }""", false)]
    [InlineData("""{ "attribute": "country", "in": ["DE", "AT"] }""", true)]
    [InlineData("""{ "attribute": "country", "equals": "AT" }""", false)]
    [InlineData("""{ "attribute": "country", "not_in": ["AT"] }""", true)]
    [InlineData("""{ "attribute": "country", "not_equals": "DE" }""", false)]
    [InlineData("""{ "attribute": "nowhere", "not_in": ["AT"] }""", false)] // absent: undecided
    [InlineData("""{ "attribute": "age", "equals": 42.0 }""", true)]
    [InlineData("""{ "attribute": "age", "less_than": 42 }""", false)]
    [InlineData("""{ "attribute": "age", "at_most": 42 }""", true)]
    [InlineData("""{ "attribute": "age", "greater_than": 41.5 }""", true)]
    [InlineData("""{ "attribute": "age", "at_least": 43 }""", false)]
    [InlineData("""{ "attribute": "score", "greater_than": 17 }""", true)]
    [InlineData("""{ "attribute": "country", "greater_than": 1 }""", false)] // no number: undecided
    [InlineData("""{ "attribute": "paying", "equals": true }""", true)]
    [InlineData("""{ "attribute": "paying", "equals": false }""", false)]
    [InlineData("""{ "attribute": "email", "ends_with": ["@example.org", "@example.com"] }""", true)]
    [InlineData("""{ "attribute": "email", "starts_with": "ALICE" }""", false)]
    [InlineData("""{ "attribute": "email", "starts_with": "ALICE", "ignore_case": true }""", true)]
    [InlineData("""{ "attribute": "email", "contains": "@ex" }""", true)]
    [InlineData("""{ "attribute": "email", "matches": "^[a-z]+@example\\.(com|org)$" }""", true)]
    [InlineData("""{ "attribute": "email", "matches": "^bob" }""", false)]
    [InlineData("""{ "attribute": "email", "matches": "^ALICE", "ignore_case": true }""", true)]
    [InlineData("""{ "attribute": "joined", "before": "2025-06-01T00:00:01Z" }""", true)]
    [InlineData("""{ "attribute": "joined", "after": "2025-06-01" }""", false)]
    [InlineData("""{ "attribute": "seen", "after": "2026-01-31T08:59:59Z" }""", true)]
    [InlineData("""{ "attribute": "seen", "before": "2026-01-31T09:00:00Z" }""", false)]
    [InlineData("""{ "attribute": "version", "version_at_least": "2.9" }""", true)]
    [InlineData("""{ "attribute": "version", "version_less_than": "2.10.0" }""", true)]
    [InlineData("""{ "attribute": "version", "version_equals": "2.10.0-rc.1+build" }""", true)]
    [InlineData("""{ "attribute": "version", "version_greater_than": "2.10.0-rc.1" }""", false)]
    [InlineData("""{ "attribute": "version", "version_at_most": "2.10.0-rc.0" }""", false)]
    [InlineData("""{ "attribute": "country", "version_at_most": "2" }""", false)] // no version: undecided
    [InlineData("""{ "attribute": "roles", "in": ["author"] }""", true)]
    [InlineData("""{ "attribute": "roles", "not_in": ["author"] }""", false)]
    [InlineData("""{ "attribute": "roles", "starts_with": "aut" }""", true)]
    [InlineData("""{ "attribute": "roles", "exists": true }""", true)]
    [InlineData("""{ "attribute": "nowhere", "exists": true }""", false)]
    [InlineData("""{ "attribute": "nowhere", "exists": false }""", true)]
    [InlineData("""{ "not": { "user": "bob" } }""", true)]
    [InlineData("""{ "not": { "attribute": "nowhere", "equals": "x" } }""", false)] // what is undecided stays undecided
    [InlineData("""{ "all": [ { "user": "alice" }, { "group": "beta" } ] }""", true)]
    [InlineData("""{ "all": [ { "user": "alice" }, { "group": "ops" } ] }""", false)]
    [InlineData("""{ "all": [] }""", true)]
    [InlineData("""{ "any": [] }""", false)]
    [InlineData("""{ "any": [ { "attribute": "nowhere", "equals": "x" }, { "group": "beta" } ] }""", true)]
    [InlineData("""{ "not": { "all": [ { "attribute": "nowhere", "equals": "x" }, { "user": "bob" } ] } }""", true)] // bob alone decides
    [InlineData("""{ "percentage": 100 }""", true)]
    [InlineData("""{ "percentage": 0 }""", false)]
    [InlineData("""{ "filter": "AlwaysOn" }""", true)]
    public void Condition_holds_or_not(string condition, bool holds) => Assert.Equal(holds, Flags.WithCondition(condition).Ask("f", Context).IsEnabled);

    [Theory]
    [InlineData("""{ "user": "alice" }""")]
    [InlineData("""{ "not": { "user": "alice" } }""")]
    [InlineData("""{ "attribute": "country", "not_in": ["AT"] }""")]
    [InlineData("""{ "percentage": 99.9 }""")]
    [InlineData("""{ "not": { "percentage": 0.1 } }""")]
    [InlineData("""{ "filter": "Microsoft.Targeting", "parameters": { "Audience": { "DefaultRolloutPercentage": 100 } } }""")]
    [InlineData("""{ "not": { "filter": "Microsoft.Targeting", "parameters": { "Audience": { "DefaultRolloutPercentage": 0 } } } }""")]
    public void Condition_without_a_context_fails_closed(string condition)
    {
        FlagDecision decision = Flags.WithCondition(condition).Ask("f");
        Assert.Equal((false, FlagReason.Default), (decision.IsEnabled, decision.Reason));
    }

    [Fact]
    public void Percentage_is_sticky_monotonic_and_about_its_share()
    {
        double[] shares = [0.1, 1, 5, 25, 50, 99, 99.9];
        FeatureFlagSnapshot[] snapshots = [.. shares.Select(share => Flags.WithCondition(FormattableString.Invariant($$"""{ "percentage": {{share}} }""")))];
        int[] counts = new int[shares.Length];
        const int Users = 20_000;
        for (int i = 0; i < Users; i++)
        {
            var context = new FlagContext($"user-{i}");
            bool before = false;
            for (int s = 0; s < shares.Length; s++)
            {
                FlagDecision decision = snapshots[s].Ask("f", context);
                Assert.True(decision.IsEnabled || !before, "Who is in at a share stays in at a larger one.");
                Assert.Same(decision, snapshots[s].Ask("f", context));
                Assert.Equal(decision.IsEnabled ? FlagReason.Split : FlagReason.Default, decision.Reason);
                before = decision.IsEnabled;
                counts[s] += before ? 1 : 0;
            }
        }

        for (int s = 0; s < shares.Length; s++)
        {
            double expected = shares[s] / 100 * Users, deviation = Math.Sqrt(expected * (1 - (shares[s] / 100)));
            Assert.InRange(counts[s], expected - (4 * deviation) - 1, expected + (4 * deviation) + 1);
        }
    }

    [Fact]
    public void Percentage_sticks_to_its_attribute_and_draws_by_its_seed()
    {
        FeatureFlagSnapshot flags = Flags.Compile("""
            { "feature_flags": {
              "a": { "enabled": true, "conditions": { "percentage": 50, "by": "company" } },
              "b": { "enabled": true, "conditions": { "percentage": 50, "by": "company", "seed": "a" } },
              "c": { "enabled": true, "conditions": { "percentage": 50, "by": "company" } } } }
            """);
        int same = 0;
        for (int i = 0; i < 1000; i++)
        {
            var one = new FlagContext($"one-{i}") { ["company"] = i };
            var other = new FlagContext($"other-{i}") { ["company"] = i };
            Assert.Equal(flags.Ask("a", one).IsEnabled, flags.Ask("a", other).IsEnabled);
            Assert.Equal(flags.Ask("a", one).IsEnabled, flags.Ask("b", one).IsEnabled);
            same += flags.Ask("a", one).IsEnabled == flags.Ask("c", one).IsEnabled ? 1 : 0;
        }

        Assert.InRange(same, 400, 600);
        Assert.False(flags.Ask("a", new FlagContext("nobody")).IsEnabled);
    }

    [Fact]
    public void Percentage_with_the_bucketing_of_microsoft_has_its_buckets()
    {
        FeatureFlagSnapshot flags = Flags.Compile("""
            { "feature_flags": { "RolloutPercentageUpdate": { "enabled": true, "bucketing": "sha256", "conditions": { "percentage": 61.7114 } } } }
            """);
        Assert.True(flags.Ask("RolloutPercentageUpdate", new FlagContext("Brittney")).IsEnabled); // 61.711342
        flags = Flags.Compile("""
            { "feature_flags": { "RolloutPercentageUpdate": { "enabled": true, "bucketing": "sha256", "conditions": { "percentage": 61.7113 } } } }
            """);
        Assert.False(flags.Ask("RolloutPercentageUpdate", new FlagContext("Brittney")).IsEnabled);
    }

    [Theory]
    [InlineData("2026-03-02T07:59:59Z", false)]
    [InlineData("2026-03-02T08:00:00Z", true)] // Monday 9:00 in +01:00
    [InlineData("2026-03-02T16:00:00Z", false)]
    [InlineData("2026-03-04T10:00:00Z", true)] // Wednesday
    [InlineData("2026-03-05T10:00:00Z", false)]
    [InlineData("2026-03-09T10:00:00Z", false)] // the week between
    [InlineData("2026-03-16T10:00:00Z", true)]
    [InlineData("2026-03-30T10:00:00Z", false)] // the fifth
    public void Window_recurs_by_weeks(string now, bool holds)
    {
        FeatureFlagSnapshot flags = Flags.Compile(
            """
            { "feature_flags": { "f": { "enabled": true, "conditions": { "window": {
              "start": "2026-03-02T09:00:00+01:00", "end": "2026-03-02T17:00:00+01:00",
              "recurrence": { "every": "week", "interval": 2, "days": ["Monday", "Wednesday"], "first_day": "Monday", "occurrences": 4 } } } } } }
            """,
            new FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(holds, flags.Ask("f").IsEnabled);
    }

    [Fact]
    public void Segment_is_shared_and_may_refer_to_others()
    {
        FeatureFlagSnapshot flags = Flags.Compile("""
            { "feature_segments": { "testers": [ { "group": "beta" }, { "segment": "employees" } ], "employees": { "attribute": "email", "ends_with": "@example.com" } },
              "feature_flags": { "f": { "enabled": true, "conditions": [ { "segment": "Testers" } ] }, "g": { "enabled": true, "conditions": { "not": { "segment": "employees" } } } } }
            """);
        Assert.True(flags.Ask("f", new FlagContext("x", ["beta"])).IsEnabled);
        Assert.True(flags.Ask("f", new FlagContext("x") { ["email"] = "x@example.com" }).IsEnabled);
        Assert.False(flags.Ask("f", new FlagContext("x")).IsEnabled);
        Assert.True(flags.Ask("g", new FlagContext("x") { ["email"] = "x@example.org" }).IsEnabled);
    }

    [Fact]
    public void Filter_of_ones_own_is_asked_and_fails_closed()
    {
        var filter = new CountryFilter();
        FeatureFlagSnapshot flags = Flags.Compile(
            """{ "feature_flags": { "f": { "enabled": true, "conditions": [ { "filter": "country", "parameters": { "code": "DE" } } ] }, "g": { "enabled": true, "conditions": { "not": { "filter": "Contoso.Country" } } } } }""",
            time: null,
            filter);
        Assert.True(flags.Ask("f", Context).IsEnabled);
        Assert.False(flags.Ask("f", new FlagContext("x") { ["country"] = "AT" }).IsEnabled);
        Assert.False(flags.Ask("f").IsEnabled);
        filter.Fails = true;
        Assert.False(flags.Ask("g", Context).IsEnabled);
    }

    private sealed class CountryFilter : IFeatureFilter
    {
        public bool Fails { get; set; }

        public string Name => "Contoso.Country";

        public bool? Evaluate(in FeatureFilterContext context) =>
            Fails ? throw new InvalidOperationException("broken") : context.Context is { } who ? who["country"].Text == context.Parameters.Get("code", "") : null;
    }
}
