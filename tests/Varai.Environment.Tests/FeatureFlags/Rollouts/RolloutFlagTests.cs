using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Rollouts;

namespace Varai.Tests.FeatureFlags.Rollouts;

public sealed class RolloutFlagTests
{
    private const string Targeting =
        """{"enabled":true,"conditions":{"client_filters":[{"name":"Microsoft.Targeting","parameters":{"Audience":{"Users":["a"],"DefaultRolloutPercentage":50}}}]}}""";

    [Theory]
    [InlineData("true", null, """{"enabled":true,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":12.5}}]}}""")]
    [InlineData("false", "company", """{"enabled":true,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":12.5,"by":"company"}}]}}""")]
    [InlineData("""{"enabled":false,"parameters":{"a":1}}""", null, """{"enabled":true,"parameters":{"a":1},"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":12.5}}]}}""")]
    [InlineData("""{"description":"x"}""", null, """{"description":"x","enabled":true,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":12.5}}]}}""")]
    [InlineData("""{"enabled":true,"conditions":null}""", null, """{"enabled":true,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":12.5}}]}}""")]
    [InlineData("""{"enabled":true,"conditions":{"requirement_type":"All","client_filters":[{"name":"TimeWindow"}]}}""", null, """{"enabled":true,"conditions":{"requirement_type":"All","client_filters":[{"name":"TimeWindow"},{"name":"Rollout","parameters":{"percentage":12.5}}]}}""")]
    [InlineData("""{"enabled":true,"conditions":{"client_filters":[{"name":"Targeting"},{"Name":"varai.rollout","Parameters":{"by":"x","Percentage":3,"salt":"s"}}]}}""", "x", """{"enabled":true,"conditions":{"client_filters":[{"name":"Targeting"},{"Name":"varai.rollout","Parameters":{"by":"x","Percentage":12.5,"salt":"s"}}]}}""")]
    [InlineData(Targeting, null, """{"enabled":true,"conditions":{"client_filters":[{"name":"Microsoft.Targeting","parameters":{"Audience":{"Users":["a"],"DefaultRolloutPercentage":12.5}}}]}}""")]
    [InlineData("""{"enabled":true,"conditions":{"client_filters":[{"name":"Targeting","parameters":{"Audience":{}}},{"name":"Rollout"}]}}""", null, """{"enabled":true,"conditions":{"client_filters":[{"name":"Targeting","parameters":{"Audience":{}}},{"name":"Rollout","parameters":{"percentage":12.5}}]}}""")]
    public void Set_ChangesThePercentage_AndNothingElse(string before, string? by, string after)
    {
        ConfigurationNode flag = Parse(before);
        ConfigurationNode set = RolloutFlag.Set(flag, 12.5, by);
        Assert.Equal(after, ConfigurationJson.ToJson(set));
        Assert.Equal(new RolloutReading(Enabled: true, 12.5), RolloutFlag.Read(set));
        Assert.True(RolloutFlag.AreSame(set, RolloutFlag.Set(set, 12.5, by)));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("""{"enabled":false,"parameters":{"a":1}}""")]
    [InlineData("""{"description":"x"}""")]
    [InlineData("""{"enabled":true,"conditions":{}}""")]
    [InlineData("""{"enabled":true,"conditions":{"client_filters":[]}}""")]
    [InlineData("""{"enabled":true,"conditions":{"requirement_type":"All","client_filters":[{"name":"TimeWindow"}]}}""")]
    [InlineData("""{"enabled":false,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":3.50}}]}}""")]
    [InlineData("""{"enabled":true,"conditions":{"client_filters":[{"name":"Targeting","parameters":{"Audience":{"Users":["a"]}}}]}}""")]
    [InlineData(Targeting)]
    public void Restore_AfterSteps_IsWhatWasBefore(string before)
    {
        ConfigurationNode flag = Parse(before);
        RolloutUndo undo = RolloutFlag.Remember(flag);
        ConfigurationNode after = RolloutFlag.Restore(RolloutFlag.Set(RolloutFlag.Set(flag, 5, by: null), 25, by: null), undo);
        Assert.Equal(before, ConfigurationJson.ToJson(after));
        Assert.True(RolloutFlag.AreSame(after, RolloutFlag.Restore(after, undo)));
    }

    [Fact]
    public void Restore_LeavesWhatOthersHaveChanged()
    {
        RolloutUndo undo = RolloutFlag.Remember(Parse("true"));
        Assert.Equal(
            """{"enabled":true,"conditions":{"client_filters":[{"name":"TimeWindow"}]},"parameters":{"a":1}}""",
            ConfigurationJson.ToJson(RolloutFlag.Restore(
                Parse("""{"enabled":true,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":5}},{"name":"TimeWindow"}]},"parameters":{"a":1}}"""),
                undo)));
        Assert.Equal("false", ConfigurationJson.ToJson(RolloutFlag.Restore(
            Parse("""{"enabled":false,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":5}}]}}"""), undo)));
    }

    [Theory]
    [InlineData("""{"enabled":true,"environments":{"production":false}}""")]
    [InlineData("""{"enabled":true,"environments":{"production":{"enabled":false}}}""")]
    [InlineData("""{"enabled":true,"environments":{"production":{"conditions":{}}}}""")]
    public void FindProblem_EnvironmentsThatDecide_AreOne(string flag) =>
        Assert.Contains("for the environment 'production'", RolloutFlag.FindProblem(FeatureFlagDefinition.Parse("f", flag), by: null), StringComparison.Ordinal);

    [Fact]
    public void FindProblem_MicrosoftsSchemas_AreOne()
    {
        foreach (FeatureFlagSchema schema in new[] { FeatureFlagSchema.MicrosoftV1, FeatureFlagSchema.MicrosoftV2 })
            Assert.Contains("Microsoft's schema", RolloutFlag.FindProblem(new FeatureFlagDefinition("f", Parse("{}"), schema), by: null), StringComparison.Ordinal);
        Assert.Null(RolloutFlag.FindProblem(FeatureFlagDefinition.Parse("f", """{"enabled":true,"environments":{"production":{"parameters":{}}}}"""), by: null));
    }

    [Fact]
    public void IsKilled_ReadsTheSwitch()
    {
        Assert.True(RolloutFlag.IsKilled(Parse("""{"enabled":true,"kill_switch":true}"""), "production"));
        Assert.False(RolloutFlag.IsKilled(Parse("""{"enabled":true,"kill_switch":false}"""), "production"));
        Assert.False(RolloutFlag.IsKilled(Parse("true"), "production"));
        ConfigurationNode own = Parse("""{"enabled":true,"environments":{"production":{"kill_switch":true},"staging":false}}""");
        Assert.True(RolloutFlag.IsKilled(own, "production"));
        Assert.False(RolloutFlag.IsKilled(own, "staging"));
    }

    [Theory]
    [InlineData("true", "company", false)]
    [InlineData(Targeting, null, false)]
    [InlineData(Targeting, "targetingKey", false)]
    [InlineData(Targeting, "company", true)]
    [InlineData("""{"enabled":true,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":3,"by":"company"}}]}}""", "Company", false)]
    [InlineData("""{"enabled":true,"conditions":{"client_filters":[{"name":"Rollout","parameters":{"percentage":3}}]}}""", "company", true)]
    [InlineData("\"true\"", null, true)]
    public void FindProblem_ComparesThePlanWithTheFlag(string flag, string? by, bool isProblem) =>
        Assert.Equal(isProblem, RolloutFlag.FindProblem(new FeatureFlagDefinition("a", Parse(flag)), by) is not null);

    private static ConfigurationNode Parse(string json) => ConfigurationJson.Parse(json, "test");
}
