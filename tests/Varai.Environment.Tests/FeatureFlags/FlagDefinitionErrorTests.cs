using CsCheck;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Engine;

namespace Varai.Tests.FeatureFlags;

public sealed class FlagDefinitionErrorTests
{
    [Theory]
    [InlineData("""{ "usr": "alice" }""", "conditions:0: The kind of the condition is missing. (expected one of any, all, not, user, group, attribute, segment, percentage, window, filter, found 'usr') Did you mean 'user'?")]
    [InlineData("""{ "user": "alice", "by": "x" }""", "conditions:0:by: A condition of the kind 'user' has no such member. (expected one of user, ignore_case, found 'by')")]
    [InlineData("7", "conditions:0: A condition has the wrong type. (expected an object, found a number)")]
    [InlineData("""{ "user": { } }""", "conditions:0:user: This must be a value to compare with. (expected text, a number or a boolean, found an object)")]
    [InlineData("""{ "percentage": 101 }""", "conditions:0:percentage: This must be a percentage. (expected a number from 0 to 100, found 101)")]
    [InlineData("""{ "percentage": -0.5 }""", "conditions:0:percentage: This must be a percentage. (expected a number from 0 to 100, found -0.5)")]
    [InlineData("""{ "percentage": "half" }""", "conditions:0:percentage: This must be a percentage. (expected a number from 0 to 100, found a string)")]
    [InlineData("""{ "attribute": "age", "less_than": "old" }""", "conditions:0: The value to compare with is no number. (expected a number)")]
    [InlineData("""{ "attribute": "age", "less_than": [1, 2] }""", "conditions:0: A comparison has one value. (expected one value, found 2)")]
    [InlineData("""{ "attribute": "at", "before": "soon" }""", "conditions:0: The value to compare with is no date. (expected a date such as \"2026-01-31T09:00:00Z\")")]
    [InlineData("""{ "attribute": "v", "version_equals": "v1" }""", "conditions:0: The value to compare with is no semantic version. (expected a version such as \"2.1.0\")")]
    [InlineData("""{ "attribute": "v", "contains": [] }""", "conditions:0: There is nothing to compare with. (expected at least one value, found none)")]
    [InlineData("""{ "attribute": "v", "matches": "(a)\\1" }""", "conditions:0: The regular expression can't be matched in limited time. (expected a pattern without lookarounds, backreferences, atomic groups and conditionals)")]
    [InlineData("""{ "attribute": "v", "exists": "yes" }""", "conditions:0:exists: This must be a boolean. (expected true or false, found a string)")]
    [InlineData("""{ "segment": "tester" }""", "conditions:0: There is no segment 'tester'. (expected a segment of 'feature_segments', found 'tester') Did you mean 'testers'?")]
    [InlineData("""{ "filter": "Contoso.Browser" }""", "conditions:0: There is no filter 'Contoso.Browser'. (expected one of AlwaysOn, Microsoft.Targeting, Microsoft.TimeWindow, Microsoft.Percentage, found 'Contoso.Browser')")]
    [InlineData("""{ "filter": "x", "parameters": [] }""", "conditions:0:parameters: The parameters of a filter are not an object. (expected an object, found an array)")]
    [InlineData("""{ "window": { } }""", "conditions:0: A time window has neither start nor end.")]
    [InlineData("""{ "window": { "start": "tomorrow" } }""", "conditions:0:window:start: This must be a date and time. (expected one such as \"2026-01-31T09:00:00+01:00\", found a string)")]
    [InlineData("""{ "window": { "start": "2026-01-01T00:00:00Z", "recurrence": { "every": "day" } } }""", "conditions:0: A time window that recurs has both a start and an end.")]
    [InlineData("""{ "window": { "start": "2026-01-01T00:00:00Z", "end": "2026-01-02T00:00:01Z", "recurrence": { "every": "day" } } }""", "conditions:0: A time window that recurs by days is no longer than its interval.")]
    [InlineData("""{ "window": { "start": "2026-01-01T00:00:00Z", "end": "2026-01-01T01:00:00Z", "recurrence": { "every": "week", "days": ["Friday"] } } }""", "conditions:0: A recurrence by weeks names the weekday of its start, Thursday.")]
    [InlineData("""{ "window": { "start": "2026-01-01T00:00:00Z", "end": "2026-01-02T01:00:00Z", "recurrence": { "every": "week", "days": ["Thursday", "Friday"] } } }""", "conditions:0: A time window that recurs by weeks ends before the next begins.")]
    [InlineData("""{ "window": { "start": "2026-01-01T00:00:00Z", "end": "2026-01-01T01:00:00Z", "recurrence": { "every": "month" } } }""", "conditions:0:window:recurrence:every: This must say what the recurrence counts in. (expected \"day\" or \"week\", found a string)")]
    public void Condition_malformed_is_one_error_with_its_place(string condition, string message) => AssertError($"\"conditions\": [ {condition} ]", message);

    [Theory]
    [InlineData("\"prerequisites\": [ \"testrs\" ]", "prerequisites:0: There is no feature flag 'testrs'.")]
    [InlineData("\"prerequisites\": [ \"othr\" ]", "prerequisites:0: There is no feature flag 'othr'. Did you mean 'other'?")]
    [InlineData("\"prerequisites\": [ \"f\" ]", "prerequisites:0: The prerequisites of feature flags go in a circle: f -> f.")]
    [InlineData("\"prerequisites\": [ { \"flag\": \"other\", \"variant\": \"x\" } ]", "prerequisites:0: The feature flag 'other' has no variant 'x'. (expected a variant in 'variants', found 'x')")]
    [InlineData("\"prerequisites\": [ { \"flag\": \"other\", \"on\": true } ]", "prerequisites:0:on: A prerequisite has no such member. (expected one of flag, enabled, variant, found 'on')")]
    [InlineData("\"variants\": { \"red\": 1 }, \"allocation\": { \"default_when_enabled\": \"rde\" }", "allocation:default_when_enabled: The feature flag 'f' has no variant 'rde'. (expected one of red, found 'rde') Did you mean 'red'?")]
    [InlineData("\"variants\": { \"red\": 1 }, \"allocation\": { \"user\": [ { \"variant\": \"blue\", \"users\": [ \"a\" ] } ] }", "allocation:user:0: The feature flag 'f' has no variant 'blue'. (expected one of red, found 'blue')")]
    [InlineData("\"variants\": { \"red\": 1 }, \"allocation\": { \"percentile\": [ { \"variant\": \"red\", \"from\": 60, \"to\": 50 } ] }", "allocation:percentile:0: A range of percentiles is not one. (expected 0 <= from <= to <= 100, found from 60 to 50)")]
    [InlineData("\"variants\": { \"red\": { \"x\": 1 } }", "variants:red:x: A variant that is an object holds its value in 'value'; it has no such member. (expected one of value, status_override, found 'x')")]
    [InlineData("\"variants\": { \"red\": \"${secret:x}\" }", "variants:red: A parameter of a feature flag can't refer to a secret; read the secret where it is needed.")]
    [InlineData("\"kill_switch\": \"on\"", "kill_switch: This must be a boolean. (expected true or false, found a string)")]
    [InlineData("\"bucketing\": \"sha265\"", "bucketing: There is no such bucketing. (expected \"xxhash3\" or \"sha256\", found a string) Did you mean 'sha256'?")]
    public void Flag_malformed_is_one_error_with_its_place(string members, string message) => AssertError(members, message);

    [Fact]
    public void Prerequisites_in_a_circle_are_refused_with_the_circle() => Assert.Equal(
        ["flags.json:4:43: feature_flags:c:prerequisites:0: The prerequisites of feature flags go in a circle: a -> b -> c -> a."],
        Flags.Errors("""
            { "feature_flags": {
              "a": { "enabled": true, "prerequisites": ["b"] },
              "b": { "enabled": true, "prerequisites": ["c"] },
              "c": { "enabled":true, "prerequisites":["a"] },
              "d": { "enabled": true, "prerequisites": ["a"] } } }
            """));

    [Fact]
    public void Segments_in_a_circle_are_refused_with_the_circle() => Assert.Equal(
        ["flags.json:1:29: feature_segments:a: Segments refer to each other in a circle: a -> b -> a."],
        Flags.Errors("""{ "feature_segments": { "a":{ "segment": "b" }, "b": { "not": { "segment": "a" } } } }"""));

    [Fact]
    public void Prerequisites_that_multiply_are_refused()
    {
        IEnumerable<string> flags = Enumerable.Range(1, 20).Select(i => $$"""
            "f{{i}}": { "enabled": true, "conditions": [ { "user": "x" } ], "prerequisites": [ "f{{i - 1}}", "f{{i - 1}}", "f{{i - 1}}" ] }
            """);
        string error = Assert.Single(Flags.Errors($$"""{ "feature_flags": { "f0": true, {{string.Join(',', flags)}} } }"""));
        Assert.Contains("The feature flag asks too many conditions", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_document_is_refused_with_errors_or_evaluated_without()
    {
        string[] words =
        [
            "enabled", "conditions", "variants", "allocation", "prerequisites", "parameters", "kill_switch", "any", "all", "not", "user", "group", "attribute", "in",
            "less_than", "matches", "version_equals", "before", "exists", "segment", "percentage", "by", "seed", "window", "start", "end", "recurrence", "every", "interval",
            "days", "filter", "variant", "users", "from", "to", "percentile", "default_when_enabled", "value", "status_override", "flag", "id", "client_filters", "name",
            "Audience", "DefaultRolloutPercentage", "Groups", "RolloutPercentage", "requirement_type", "configuration_value", "EnabledFor", "Recurrence", "Pattern", "Range", "Type",
        ];
        string[] scalars =
        [
            "true", "false", "null", "0", "50", "1e400", "-1", "\"\"", "\"a\"", "\"s\"", "\"2026-01-01T00:00:00Z\"", "\"2026-01-01T01:00:00Z\"", "\"(\"", "\"a*b\"", "\"1.2.3\"",
            "\"week\"", "\"Thursday\"", "\"Microsoft.Targeting\"", "\"TimeWindow\"", "\"All\"", "\"Weekly\"", "\"9999-12-31T23:59:59-14:00\"", "\"f\"", "\"\\ud83d\\ude00\"",
        ];
        Gen<string> scalar = Gen.Int[0, scalars.Length - 1].Select(i => scalars[i]);
        Gen<string> word = Gen.Int[0, words.Length - 1].Select(i => words[i]);
        Gen<string> value = Gen.Recursive<string>((depth, self) => depth > 4 ? scalar : Gen.Frequency(
            (3, scalar),
            (3, Gen.Select(word, self).Array[0, 4].Select(members => $"{{{string.Join(',', members.DistinctBy(m => m.Item1).Select(m => $"\"{m.Item1}\":{m.Item2}"))}}}")),
            (1, self.Array[0, 3].Select(items => $"[{string.Join(',', items)}]"))));
        FlagContext[] callers = [new("a", ["s"]) { ["a"] = "a", ["s"] = 50 }, new("\uD800") { ["f"] = new string('a', 5000) }, new()];

        Gen.Select(value, value, value).Sample(
            (flag, segment, theirs) =>
            {
                string json = $$"""
                    { "feature_flags": { "f": {{flag}}, "g": { "enabled": true, "conditions": [ {{segment}} ] } }, "feature_segments": { "s": {{segment}} },
                      "feature_management": { "feature_flags": [ {{theirs}}, { "id": "h", "enabled": true, "conditions": { "client_filters": [ {{theirs}} ] }, "variants": [ {{theirs}} ] } ] },
                      "FeatureManagement": { "old": {{theirs}} } }
                    """;
                var errors = new List<ConfigurationError>();
                var compiler = new FlagCompiler(new FlagEnvironment(TimeProvider.System));
                FeatureFlagSet set = FeatureFlagReader.Read(Nodes.Parse(json), errors.Add);
                FeatureFlagSnapshot snapshot;
                try
                {
                    snapshot = compiler.Compile(set, (_, _, _) => { });
                }
                catch (ConfigurationException e)
                {
                    Assert.NotEmpty(e.Errors);
                    return;
                }

                foreach (ResolvedFlag resolved in snapshot.Flags)
                {
                    foreach (FlagContext caller in callers)
                        Assert.Same(resolved.Evaluate(caller), resolved.Explain(caller).Decision);
                    resolved.Evaluate(context: null);
                }
            },
            iter: 20_000);
    }

    private static void AssertError(string members, string message)
    {
        string error = Assert.Single(Flags.Errors($$"""
            { "feature_segments": { "testers": { "group": "t" } }, "feature_flags": { "other": true, "f": { "enabled": true, {{members}} } } }
            """));
        Assert.Matches("^flags.json:1:[0-9]+: feature_flags:f:", error);
        Assert.EndsWith(": feature_flags:f:" + message, error, StringComparison.Ordinal);
    }
}
