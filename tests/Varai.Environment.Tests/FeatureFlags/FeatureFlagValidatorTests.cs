using CsCheck;
using Varai.Configuration;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags;

public sealed class FeatureFlagValidatorTests
{
    [Theory]
    [InlineData("""{ }""")]
    [InlineData("""{ "feature_flags": null }""")]
    [InlineData("""{ "feature_flags": { "hidden_from_the_shared_file": null } }""")]
    [InlineData("""{ "feature_flags": { } }""")]
    [InlineData("""{ "feature_flags": { "a": true, "b": false, "gone": null } }""")]
    [InlineData("""{ "Feature_Flags": { "a": { "enabled": true }, "b": { "Enabled": false, "parameters": { "x": [1, { }] } }, "c": { "enabled": true, "parameters": null } } }""")]
    public void Validate_well_formed_reports_nothing(string json) => Assert.Empty(Validate(json));

    [Theory]
    [InlineData("""{ "feature_flags": [] }""", "flags.json:1:20: feature_flags: The feature flags are not an object. (expected flag names with their definitions, found an array)")]
    [InlineData("""{ "feature_flags": { "a": 1 } }""", "flags.json:1:27: feature_flags:a: The definition of a feature flag has the wrong type. (expected true, false, or an object with 'enabled', found a number)")]
    [InlineData("""{ "feature_flags": { "a": "true" } }""", "flags.json:1:27: feature_flags:a: The definition of a feature flag has the wrong type. (expected true, false, or an object with 'enabled', found a string; leave out the quotes)")]
    [InlineData("""{ "feature_flags": { "a": { } } }""", "flags.json:1:27: feature_flags:a: The feature flag does not say whether it is on. (expected a member 'enabled' with true or false, found none)")]
    [InlineData("""{ "feature_flags": { "a": { "enabled": "yes" } } }""", "flags.json:1:40: feature_flags:a:enabled: Whether a feature flag is on must be a boolean. (expected true or false, found a string)")]
    [InlineData("""{ "feature_flags": { "a": { "enabled": true, "parameters": [] } } }""", "flags.json:1:60: feature_flags:a:parameters: The parameters of a feature flag must be an object. (expected an object, found an array)")]
    [InlineData("""{ "feature_flags": { "a": { "enabled": true, "paramters": {} } } }""", "flags.json:1:46: feature_flags:a:paramters: A feature flag has no such member. (expected one of enabled, description, display_name, owner, tags, kill_switch, parameters, prerequisites, conditions, variants, allocation, telemetry, environments, found 'paramters') Did you mean 'parameters'?")]
    [InlineData("""{ "feature_flags": { "a": { "enabled": true, "rollout": 5 } } }""", "flags.json:1:46: feature_flags:a:rollout: A feature flag has no such member. (expected one of enabled, description, display_name, owner, tags, kill_switch, parameters, prerequisites, conditions, variants, allocation, telemetry, environments, found 'rollout')")]
    [InlineData("""{ "feature_flags": { "a": { "enabled": true, "parameters": { "x": ["k=${secret:y}"] } } } }""", "flags.json:1:68: feature_flags:a:parameters:x:0: A parameter of a feature flag can't refer to a secret; read the secret where it is needed.")]
    [InlineData("""{ "feature_flags": { "a:b": true } }""", "flags.json:1:22: feature_flags:a:b: The name of a feature flag holds ':', which separates configuration keys.")]
    [InlineData("""{ "feature_flags": { "": true } }""", "flags.json:1:22: feature_flags:: The name of a feature flag is empty.")]
    [InlineData("""{ "feature_flags": { "a": true, "A": false } }""", "flags.json:1:33: feature_flags:A: The feature flag is defined twice; names that differ only in case are the same feature flag.")]
    public void Validate_malformed_is_one_error_with_its_place(string json, string message)
    {
        ConfigurationError error = Assert.Single(Validate(json));
        Assert.Equal(message, error.ToString());
        Assert.Equal("feature_flags", error.Check);
    }

    [Fact]
    public void Validate_reports_all_errors_at_once_and_never_a_value()
    {
        List<ConfigurationError> errors = Validate("""
            {
              "feature_flags": {
                "good": true,
                "bad": { "enabel": "s3cr3t-canary", "parameters": "s3cr3t-canary" },
                "worse": "s3cr3t-canary"
              }
            }
            """);

        Assert.Equal(["bad:enabel", "bad", "bad:parameters", "worse"], errors.Select(e => e.Key["feature_flags:".Length..]));
        Assert.Equal("enabled", errors[0].DidYouMean);
        Assert.Equal([4, 4, 4, 5], errors.Select(e => e.Origin.Line));
        Assert.DoesNotContain("s3cr3t", string.Join('\n', errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_any_document_either_reports_or_compiles()
    {
        Gen<string> scalar = Gen.Int[0, 6].Select(i => (string[])["true", "false", "null", "1", "\"x\"", "[]", "{}"] is var all ? all[i] : "");
        Gen<string> member = Gen.Int[0, 4].Select(i => (string[])["enabled", "parameters", "Enabled", "enabld", "x"] is var all ? all[i] : "");
        Gen<string> flag = Gen.OneOf(scalar, Gen.Select(member, scalar, (m, s) => $"{{\"{m}\":{s}}}"), Gen.Select(scalar, scalar, (e, p) => $"{{\"enabled\":{e},\"parameters\":{p}}}"));
        Gen.Select(Gen.Int[0, 3], flag).Array[0, 4].Sample(flags =>
        {
            string json = $"{{\"feature_flags\":{{{string.Join(',', flags.Select(f => $"\"f{f.Item1}\":{f.Item2}"))}}}}}";
            using var harness = new FlagHarness();
            if (harness.Validate(json).Count > 0)
                return true;
            return harness.OverJson(json).FeatureNames.Count == flags.Count(f => f.Item2 != "null");
        });
    }

    private static List<ConfigurationError> Validate(string json)
    {
        using var harness = new FlagHarness();
        return harness.Validate(json);
    }
}
