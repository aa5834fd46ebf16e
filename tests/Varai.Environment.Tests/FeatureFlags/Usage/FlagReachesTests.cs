using Varai.FeatureFlags;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Evaluation;
using Varai.FeatureFlags.Usage;

namespace Varai.Tests.FeatureFlags.Usage;

public sealed class FlagReachesTests
{
    private static readonly FlagCondition All = new FixedCondition(FlagReach.Everybody);
    private static readonly FlagCondition None = new FixedCondition(FlagReach.Nobody);
    private static readonly FlagCondition Some = new FixedCondition(FlagReach.Some);

    [Theory]
    [InlineData("""true""", FlagReach.Everybody)]
    [InlineData("""false""", FlagReach.Nobody)]
    [InlineData("""{ "enabled": true, "kill_switch": true }""", FlagReach.Nobody)]
    [InlineData("""{ "enabled": true, "prerequisites": ["on"] }""", FlagReach.Everybody)]
    [InlineData("""{ "enabled": true, "prerequisites": ["off"] }""", FlagReach.Nobody)]
    [InlineData("""{ "enabled": true, "prerequisites": [{ "flag": "off", "enabled": false }] }""", FlagReach.Everybody)]
    [InlineData("""{ "enabled": true, "prerequisites": [{ "flag": "varied", "variant": "a" }] }""", FlagReach.Some)]
    [InlineData("""{ "enabled": true, "variants": [{ "name": "a", "status_override": "Disabled" }], "allocation": { "user": [{ "variant": "a", "users": ["u"] }] } }""", FlagReach.Some)]
    [InlineData("""{ "enabled": true, "variants": [{ "name": "a" }], "allocation": { "default_when_enabled": "a" } }""", FlagReach.Everybody)]
    public void Of_Definition_TellsWhoHasIt(string definition, FlagReach expected)
    {
        using var harness = new FlagHarness();
        harness.OverFlags($$"""
            {
              "flag": {{definition}}, "on": true, "off": false,
              "varied": { "enabled": true, "variants": [{ "name": "a" }], "allocation": { "default_when_enabled": "a" } }
            }
            """);
        Assert.Equal(expected, new FlagReaches().Of(harness.Feed!.Current.Find("flag")!));
    }

    [Fact]
    public void Of_AllConditions_NeedsEveryOne()
    {
        Assert.Equal(FlagReach.Everybody, Of(RequirementType.All, All, All));
        Assert.Equal(FlagReach.Some, Of(RequirementType.All, All, Some));
        Assert.Equal(FlagReach.Nobody, Of(RequirementType.All, All, Some, None));
    }

    [Fact]
    public void Of_AnyCondition_NeedsOne()
    {
        Assert.Equal(FlagReach.Everybody, Of(RequirementType.Any, None, Some, All));
        Assert.Equal(FlagReach.Some, Of(RequirementType.Any, None, Some));
        Assert.Equal(FlagReach.Nobody, Of(RequirementType.Any, None, None));
    }

    private static FlagReach Of(RequirementType requirement, params FlagCondition[] conditions) => new FlagReaches().Of(new CompiledFlag
    {
        Name = "flag",
        Enabled = true,
        Conditions = new CompiledConditions(requirement, conditions),
        Parameters = FeatureParameters.Empty,
        Definition = new FeatureFlagDefinition("flag", enabled: true),
    });

    private sealed class FixedCondition(FlagReach reach) : FlagCondition
    {
        public override FlagReach Reach => reach;

        public override bool IsMet(ref FlagQuery query) => false;
    }
}
