using System.Buffers.Binary;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Engine;

namespace Varai.Tests.FeatureFlags.Peer;

/// <summary>Microsoft's schemas, by cases worked out by hand.</summary>
public sealed class MicrosoftSchemaTests
{
    private const string Newer = """
        { "feature_management": { "feature_flags": [
          { "id": "plain", "enabled": true },
          { "id": "text", "enabled": "True" },
          { "id": "absent" },
          { "id": "nameless", "enabled": true, "conditions": { "client_filters": [ { } ] } },
          { "id": "empty", "enabled": true, "conditions": { "client_filters": [ ] } },
          { "id": "twice", "enabled": true }, { "id": "TWICE", "enabled": false },
          { "id": "ComplexTargeting", "enabled": true, "conditions": { "client_filters": [ { "name": "Targeting", "parameters": { "Audience": {
            "Users": [ "Alice" ], "Groups": [ { "Name": "Stage1", "RolloutPercentage": 100 }, { "Name": "Stage2", "RolloutPercentage": 50 } ],
            "DefaultRolloutPercentage": 25, "Exclusion": { "Users": [ "Dave" ], "Groups": [ "Stage3" ] } } } } ] } },
          { "id": "off", "enabled": false, "variants": [ { "name": "a", "status_override": "Enabled", "configuration_value": { "x": 1 } } ],
            "allocation": { "default_when_disabled": "a" } },
          { "id": "revived", "enabled": true, "conditions": { "client_filters": [ { "name": "Microsoft.Percentage", "parameters": { "Value": 0 } } ] },
            "variants": [ { "name": "a", "status_override": "Enabled" } ], "allocation": { "default_when_disabled": "a" } }
        ] },
        "FeatureManagement": { "old": true, "old_text": "true", "old_off": { "EnabledFor": [] }, "old_on": { "EnabledFor": [ { "Name": "AlwaysOn" } ] }, "plain": false } }
        """;

    private static readonly FeatureFlagSnapshot Snapshot = Flags.Compile(Newer);

    [Theory]
    [InlineData("plain", true)]
    [InlineData("text", true)]
    [InlineData("absent", false)]
    [InlineData("nameless", false)]
    [InlineData("empty", true)]
    [InlineData("twice", false)]
    [InlineData("old", true)]
    [InlineData("old_text", true)]
    [InlineData("old_off", false)]
    [InlineData("old_on", true)]
    [InlineData("revived", true)]
    [InlineData("off", false)]
    public void Flag_is_as_the_schema_says(string flag, bool isEnabled) => Assert.Equal(isEnabled, Snapshot.Ask(flag, new FlagContext("u")).IsEnabled);

    [Theory]
    [InlineData("Alice", "", true)]
    [InlineData("alice", "", false)]
    [InlineData("Blossom", "", true)] // 20.2 % of 25
    [InlineData("Aiden", "", false)] // 62.9 % of 25
    [InlineData("Aiden", "Stage2", true)] // 15.7 % of 50
    [InlineData("Aiden", "Stage1", true)]
    [InlineData("", "Stage2", false)] // 78.7 % of 50
    [InlineData("Dave", "Stage1", false)]
    [InlineData("Alice", "Stage3", false)]
    public void Targeting_lets_in_whom_it_names_and_whose_bucket_is_in_the_share(string user, string group, bool isEnabled) =>
        Assert.Equal(isEnabled, Snapshot.Ask("ComplexTargeting", new FlagContext(user, group.Length == 0 ? [] : [group])).IsEnabled);

    [Theory]
    [InlineData("Brittney", "RolloutPercentageUpdate", "2525fb9d")]
    [InlineData("Aiden", "RolloutPercentageUpdate", "17ba882e")]
    [InlineData("Blossom", "ComplexTargeting", "20f2ce33")]
    [InlineData("Aiden", "ComplexTargeting", "7cee18a1")]
    [InlineData("", "ComplexTargeting\nStage2", "914f97c9")]
    [InlineData("Aiden", "ComplexTargeting\nStage2", "1a4e2428")]
    public void Bucket_is_microsofts(string user, string seed, string hash) =>
        Assert.Equal(BinaryPrimitives.ReadUInt32LittleEndian(Convert.FromHexString(hash)), new Bucketer(FeatureBucketing.Sha256, seed).Of(user));

    [Fact]
    public void Variant_of_a_disabled_flag_does_not_revive_it()
    {
        FlagDecision decision = Snapshot.Ask("off");
        Assert.Equal((false, "a", FlagReason.Disabled), (decision.IsEnabled, decision.Variant?.Name, decision.Reason));
        Assert.Equal("1", decision.Variant?.Value?.Find("x")?.Text);
    }

    [Fact]
    public void Older_schema_is_the_fallback_and_ours_may_not_define_the_same()
    {
        Assert.True(Snapshot.Ask("plain").IsEnabled);
        Assert.Equal(
            ["flags.json:1:96: feature_management:feature_flags:0: The feature flag 'a' is defined twice; it is in 'feature_flags' too."],
            Flags.Errors("""{ "feature_flags": { "a": true }, "feature_management": { "feature_flags": [           { "id": "a" } ] } }"""));
    }

    [Theory]
    [InlineData("""{ "id": "f", "enabled": "sometimes" }""", "0:enabled: Whether a feature flag is on must be a boolean. (expected true or false, found a string)")]
    [InlineData("""{ "enabled": true }""", "0: The feature flag has no name. (expected an object with a member 'id', found none)")]
    [InlineData("""{ "id": "a:b" }""", "0:id: The name of a feature flag holds ':', which separates configuration keys.")]
    [InlineData("""{ "id": "f", "enabled": true, "conditions": { "requirement_type": "Some" } }""", "0:conditions:requirement_type: There is no such requirement. (expected \"Any\" or \"All\", found a string)")]
    [InlineData("""{ "id": "f", "enabled": true, "conditions": { "client_filters": [ { "name": "Microsoft.TimeWindw" } ] } }""", "0:conditions:client_filters:0: There is no filter 'Microsoft.TimeWindw'. (expected one of AlwaysOn, Microsoft.Targeting, Microsoft.TimeWindow, Microsoft.Percentage, found 'Microsoft.TimeWindw') Did you mean 'Microsoft.TimeWindow'?")]
    [InlineData("""{ "id": "f", "enabled": true, "conditions": { "client_filters": [ { "name": "Targeting" } ] } }""", "0:conditions:client_filters:0:parameters: A targeting filter needs an audience. (expected a member 'Audience', found none)")]
    [InlineData("""{ "id": "f", "variants": [ { "name": "a", "status_override": "Maybe" } ] }""", "0:variants:0:status_override: There is no such status. (expected one of None, Enabled, Disabled, found a string)")]
    [InlineData("""{ "id": "f", "variants": [ { "name": "a" } ], "allocation": { "percentile": [ { "variant": "a", "from": 50, "to": 20 } ] } }""", "0:allocation:percentile:0: A range of percentiles is not one. (expected 0 <= from <= to <= 100, found from 50 to 20)")]
    [InlineData("""{ "id": "f", "variants": [ { "name": "a" } ], "allocation": { "percentile": [ { "variant": "a", "from": 50, "to": 120 } ] } }""", "0:allocation:percentile:0:to: This must be a percentage. (expected a number from 0 to 100, found 120)")]
    [InlineData("""{ "id": "f", "variants": [ { "name": "a" } ], "allocation": { "user": [ { "users": [ ] } ] } }""", "0:allocation:user:0: The variant's name is missing. (expected a member 'variant', found none)")]
    public void Malformed_flag_is_one_error_with_its_place(string flag, string message)
    {
        string error = Assert.Single(Flags.Errors($$"""{ "feature_management": { "feature_flags": [ {{flag}} ] } }"""));
        Assert.Matches("^flags.json:1:[0-9]+: feature_management:feature_flags:", error);
        Assert.EndsWith(message, error, StringComparison.Ordinal);
    }
}
