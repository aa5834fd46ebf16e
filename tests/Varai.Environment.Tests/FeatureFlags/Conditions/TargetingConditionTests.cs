using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Conditions;

public sealed class TargetingConditionTests
{
    private const string Rule = TestCondition.Rule;

    private const string Audience =
        """
        { "Audience": {
          "Users": ["Alicia", 42],
          "Groups": [{ "Name": "Stage1", "RolloutPercentage": "100" }, { "Name": "Stage2", "RolloutPercentage": 50 }, { "Name": "Stage2", "RolloutPercentage": 0 }],
          "DefaultRolloutPercentage": "25",
          "Exclusion": { "Users": ["Dave"], "Groups": ["Stage3", null] } } }
        """;

    private static readonly TestCondition Condition = new("Microsoft.Targeting", Audience, "ComplexTargeting");

    [Fact]
    public void IsMet_NamedUser_IsATargetingMatch()
    {
        Assert.Equal((FlagReason.TargetingMatch, $"{Rule}: user"), Condition.Decision(new FlagContext("Alicia")));
        Assert.Equal((FlagReason.TargetingMatch, $"{Rule}: user"), Condition.Decision(new FlagContext("42")));
        Assert.Null(Condition.Decision(new FlagContext("alicia")));
    }

    [Fact]
    public void IsMet_Group_IsATargetingMatchWholeAndASplitInPart()
    {
        Assert.Equal((FlagReason.TargetingMatch, $"{Rule}: group Stage1"), Condition.Decision(new FlagContext("Aiden") { Groups = ["Stage1"] }));
        Assert.Equal((FlagReason.Split, $"{Rule}: group Stage2 at 50 %"), Condition.Decision(new FlagContext("Aiden") { Groups = ["Stage9", "Stage2"] }));
        Assert.Null(Condition.Decision(new FlagContext(null) { Groups = ["Stage2"] }));
    }

    [Fact]
    public void IsMet_DefaultRollout_IsASplit()
    {
        Assert.Equal((FlagReason.Split, $"{Rule}: default rollout of 25 %"), Condition.Decision(new FlagContext("Blossom")));
        Assert.Null(Condition.Decision(new FlagContext("Aiden")));
    }

    [Fact]
    public void IsMet_Excluded_IsNotMetEvenForThoseWhoAreIn()
    {
        Assert.Null(Condition.Decision(new FlagContext("Dave") { Groups = ["Stage1"] }));
        Assert.Null(Condition.Decision(new FlagContext("Alicia") { Groups = ["Stage1", "Stage3"] }));
    }

    [Fact]
    public void IsMet_NoContext_IsNotMet()
    {
        var everybody = new TestCondition("Targeting", """{"audience": {"defaultrolloutpercentage": 100}}""");
        Assert.False(everybody.IsMet(context: null));
        Assert.True(everybody.IsMet(new FlagContext()));
    }

    [Fact]
    public void IsMet_ManyUsersAndGroups_FindsEach()
    {
        string users = string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"user-{i}\""));
        string groups = string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"Name": "group-{{i}}", "RolloutPercentage": {{(i % 2) * 100}}}"""));
        var condition = new TestCondition("Targeting", $$"""{"Audience": {"Users": [{{users}}], "Groups": [{{groups}}] } }""");

        Assert.True(condition.IsMet(new FlagContext("user-49")));
        Assert.False(condition.IsMet(new FlagContext("user-50")));
        Assert.True(condition.IsMet(new FlagContext("x") { Groups = ["group-48", "group-49"] }));
        Assert.False(condition.IsMet(new FlagContext("x") { Groups = ["group-48", "group-50"] }));
    }

    [Fact]
    public void Explain_EachStep_SaysWhatItFound()
    {
        Assert.Equal(
            [
                ". : exclusion: Aiden is not excluded",
                "- : user: Aiden is none of the users",
                "- : group Stage9: it is none of the groups",
                "- : default rollout of 25 %: bucket 62.93 is not below 25",
            ],
            Condition.Explain(new FlagContext("Aiden") { Groups = ["Stage9"] }));
        Assert.Equal("+ : group Stage2 at 50 %: bucket 15.68 is below 50", Condition.Explain(new FlagContext("Aiden") { Groups = ["Stage2"] })[^1]);
        Assert.Equal("+ : group Stage1: 100 % is everybody", Condition.Explain(new FlagContext("Aiden") { Groups = ["Stage1"] })[^1]);
        Assert.Equal(["- : exclusion: Stage3 is one of the excluded groups"], Condition.Explain(new FlagContext("Aiden") { Groups = ["Stage3"] }));
        Assert.Equal(["- : there is no context to target"], Condition.Explain(context: null));
    }

    [Fact]
    public void Explain_BucketJustBelow_ShowsEnoughDigits()
    {
        var condition = new TestCondition("Targeting", """{"Audience": {"DefaultRolloutPercentage": 20.238} }""", "ComplexTargeting");
        string line = Assert.Single(condition.Explain(new FlagContext("Blossom")));
        Assert.StartsWith("+ : default rollout of 20.238 %: bucket 20.23764", line, StringComparison.Ordinal);
        Assert.EndsWith(" is below 20.238", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "flags:0:parameters:Audience: Audience is missing. (expected an object with Users, Groups and DefaultRolloutPercentage, found nothing)")]
    [InlineData("""{"Audience": []}""", "flags:0:parameters:Audience: Audience is no object. (expected an object, found an array)")]
    [InlineData("""{"Audience": {"DefaultRolloutPercentage": 101}}""", "flags:0:parameters:Audience:DefaultRolloutPercentage: DefaultRolloutPercentage is out of range. (expected a percentage from 0 to 100, found 101)")]
    [InlineData("""{"Audience": {"DefaultRolloutPercentage": "-0.5"}}""", "flags:0:parameters:Audience:DefaultRolloutPercentage: DefaultRolloutPercentage is out of range. (expected a percentage from 0 to 100, found -0.5)")]
    [InlineData("""{"Audience": {"DefaultRolloutPercentage": "NaN"}}""", "flags:0:parameters:Audience:DefaultRolloutPercentage: DefaultRolloutPercentage is no number. (expected a percentage from 0 to 100, found a string)")]
    [InlineData("""{"Audience": {"DefaultRolloutPercentage": true}}""", "flags:0:parameters:Audience:DefaultRolloutPercentage: DefaultRolloutPercentage is no number. (expected a percentage from 0 to 100, found a boolean)")]
    [InlineData("""{"Audience": {"Users": "Alicia"}}""", "flags:0:parameters:Audience:Users: Users is no list. (expected an array of strings, found a string)")]
    [InlineData("""{"Audience": {"Users": ["a", {}]}}""", "flags:0:parameters:Audience:Users:1: An item of Users is no string. (expected a string, found an object)")]
    [InlineData("""{"Audience": {"Groups": {}}}""", "flags:0:parameters:Audience:Groups: Groups is no list. (expected an array of objects with Name and RolloutPercentage, found an object)")]
    [InlineData("""{"Audience": {"Groups": ["a"]}}""", "flags:0:parameters:Audience:Groups:0: A group is no object. (expected an object with Name and RolloutPercentage, found a string)")]
    [InlineData("""{"Audience": {"Groups": [{"RolloutPercentage": 5}]}}""", "flags:0:parameters:Audience:Groups:0:Name: A group has no name. (expected the group's name, found nothing)")]
    [InlineData("""{"Audience": {"Groups": [{"Name": "a", "RolloutPercentage": 500}]}}""", "flags:0:parameters:Audience:Groups:0:RolloutPercentage: RolloutPercentage is out of range. (expected a percentage from 0 to 100, found 500)")]
    [InlineData("""{"Audience": {"Exclusion": 1}}""", "flags:0:parameters:Audience:Exclusion: Exclusion is no object. (expected an object, found a number)")]
    [InlineData("""{"Audience": {"Exclusion": {"Groups": 1}}}""", "flags:0:parameters:Audience:Exclusion:Groups: Groups is no list. (expected an array of strings, found a number)")]
    public void Compile_Malformed_IsOneErrorWithItsKey(string parameters, string error) =>
        Assert.Equal([error], TestCondition.Errors("Microsoft.Targeting", parameters));

    [Fact]
    public void IsMet_ManyTimes_AllocatesNothing()
    {
        Condition.AllocatesNothing(context: null);
        Condition.AllocatesNothing(new FlagContext("Alicia"));
        Condition.AllocatesNothing(new FlagContext(new string('ü', 300)) { Groups = ["Stage9", "Stage2"] });
    }
}
