using Varai.Configuration;

namespace Varai.Tests.FeatureFlags.Evaluation;

public sealed class FlagErrorTests
{
    [Theory]
    [InlineData("""{ "enabled": true, "prerequisites": ["b"] }""", "feature_flags:a:prerequisites: A prerequisite names a flag that is not defined. (expected the name of a flag, found 'b')")]
    [InlineData("""{ "enabled": true, "prerequisites": ["a"] }""", "feature_flags:a:prerequisites: The prerequisites go round in a circle: a -> a.")]
    [InlineData("""{ "enabled": true, "prerequisites": [1] }""", "feature_flags:a:prerequisites:0: A prerequisite is the name of a flag, or an object. (expected a flag's name, or an object with 'flag', found a number)")]
    [InlineData("""{ "enabled": true, "prerequisites": [{ "flg": "x", "flag": "x2" }] }""", "feature_flags:a:prerequisites:0:flg: A prerequisite has no such member. (expected one of flag, enabled, variant, variants, found 'flg') Did you mean 'flag'?")]
    [InlineData("""{ "enabled": true, "conditions": { "client_filters": [ { "name": "Microsoft.Targetting" } ] } }""", "Did you mean 'Microsoft.Targeting'?")]
    [InlineData("""{ "enabled": true, "conditions": { "client_filters": [ { "parameters": {} } ] } }""", "feature_flags:a:conditions:client_filters:0: A filter needs a name. (expected a member 'name', found none)")]
    [InlineData("""{ "enabled": true, "conditions": { "requirement_type": "Both" } }""", "feature_flags:a:conditions:requirement_type: A requirement type is not known. (expected one of Any, All, found 'Both')")]
    [InlineData("""{ "enabled": true, "conditions": { "requirement": "Any" } }""", "feature_flags:a:conditions:requirement: The conditions of a feature flag has no such member.")]
    [InlineData("""{ "enabled": true, "variants": [ { "name": "x" } ], "allocation": { "default_when_enabled": "y" } }""", "feature_flags:a:allocation:default_when_enabled: The flag has no such variant. (expected one of x, found 'y')")]
    [InlineData("""{ "enabled": true, "variants": [ { "name": "x" } ], "allocation": { "percentile": [ { "variant": "x", "from": 0, "to": 101 } ] } }""", "feature_flags:a:allocation:percentile:0:to: The end of a percentile must be a percentage. (expected a number from 0 to 100, found 101)")]
    [InlineData("""{ "enabled": true, "variants": [ { "name": "x" } ], "allocation": { "percentile": [ { "variant": "x", "from": 60, "to": 50 } ] } }""", "feature_flags:a:allocation:percentile:0:from: A percentile ends before it begins. (expected 'from' at most 'to', found 60 to 50)")]
    [InlineData("""{ "enabled": true, "variants": [ { "name": "x" }, { "name": "x" } ] }""", "feature_flags:a:variants:1:name: The variant 'x' is defined twice.")]
    [InlineData("""{ "enabled": true, "variants": [ { "name": "x", "status_override": "Off" } ] }""", "feature_flags:a:variants:0:status_override: A status override is not known. (expected one of None, Enabled, Disabled, found 'Off')")]
    [InlineData("""{ "enabled": true, "variants": [ { "name": "x", "configuration_value": "${secret:k}" } ] }""", "feature_flags:a:variants:0:configuration_value: The value of a variant can't refer to a secret")]
    [InlineData("""{ "enabled": true, "environments": { "staging": { "enbled": false } } }""", "feature_flags:a:environments:staging:enbled: The override of a feature flag has no such member.")]
    [InlineData("""{ "enabled": true, "environments": { "production": { "enbled": false } } }""", "feature_flags:a:environments:production:enbled: The override of a feature flag has no such member.")]
    [InlineData("""{ "enabled": true, "environments": { "staging": 5 } }""", "feature_flags:a:environments:staging: What differs in an environment must be true, false or an object.")]
    [InlineData("""{ "enabled": true, "telemetry": true }""", "feature_flags:a:telemetry: The telemetry of a feature flag must be an object. (expected an object, found a boolean)")]
    [InlineData("""{ "enabled": true, "kill_switch": "yes" }""", "feature_flags:a:kill_switch: A kill switch must be a boolean. (expected true or false, found a string)")]
    public void Validate_MalformedFlag_IsOneErrorWithItsPlace(string flag, string expected)
    {
        using var harness = new FlagHarness();
        ConfigurationError error = Assert.Single(harness.Validate($"{{ \"feature_flags\": {{ \"a\": {flag}, \"x2\": true }} }}"));
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(("flags.json", 1), (error.Origin.File, error.Origin.Line));
        Assert.True(error.Origin.Column > 20);
    }

    [Fact]
    public void Validate_CycleOfPrerequisites_NamesThePathOnce()
    {
        using var harness = new FlagHarness();
        ConfigurationError error = Assert.Single(harness.Validate("""
            { "feature_flags": {
              "a": { "enabled": true, "prerequisites": ["b"] },
              "b": { "enabled": true, "prerequisites": ["c"] },
              "c": { "enabled": true, "prerequisites": ["b"] },
              "d": { "enabled": true, "prerequisites": ["a"] } } }
            """));
        Assert.Equal("flags.json:3:3: feature_flags:b:prerequisites: The prerequisites go round in a circle: b -> c -> b.", error.ToString());
    }

    [Fact]
    public void Validate_ChainOfPrerequisites_HasALimit()
    {
        using var harness = new FlagHarness();
        Assert.Empty(harness.Validate(Chain(32)));
        Assert.Contains("go deeper than 32 flags", Assert.Single(harness.Validate(Chain(40))).Message, StringComparison.Ordinal);

        static string Chain(int length) => $"{{ \"feature_flags\": {{ {string.Join(',', Enumerable.Range(0, length).Select(i => $"\"f{i}\": {{ \"enabled\": true, \"prerequisites\": [\"f{i + 1}\"] }}"))}, \"f{length}\": true }} }}";
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    [InlineData(31, false)]
    public void Validate_PrerequisitesThatMultiply_HaveALimit(int length, bool isSound)
    {
        using var harness = new FlagHarness();
        List<ConfigurationError> errors = harness.Validate(
            $"{{ \"feature_flags\": {{ {string.Join(',', Enumerable.Range(0, length).Select(i => $"\"f{i}\": {{ \"enabled\": true, \"prerequisites\": [\"f{i + 1}\", \"f{i + 1}\"] }}"))}, \"f{length}\": true }} }}");
        if (isSound)
            Assert.Empty(errors);
        else
            Assert.Equal("The prerequisites of the flag and theirs ask for other flags more than 256 times in one evaluation.", Assert.Single(errors).Message);
    }
}
