using CsCheck;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Bucketing;

namespace Varai.Tests.FeatureFlags.Conditions;

public sealed class RolloutConditionTests
{
    private const string Rule = TestCondition.Rule;

    [Theory]
    [InlineData("""{"percentage": 96.59736}""", true)]
    [InlineData("""{"percentage": "96.59735"}""", false)]
    [InlineData("""{"percentage": 0}""", false)]
    [InlineData("""{"percentage": 100}""", true)]
    public void IsMet_Percentage_IsMetBelowIt(string parameters, bool met) =>
        Assert.Equal(met, new TestCondition("Varai.Rollout", parameters, "new-checkout").IsMet(new FlagContext("alice")));

    [Fact]
    public void IsMet_SomebodyIsIn_StaysInAtEveryHigherPercentage()
    {
        Gen<decimal> percentage = Gen.Int[0, 10_000_000].Select(n => n / 100_000m);
        Gen.Select(percentage, percentage, Gen.String, Gen.OneOf("xxhash3", "SHA256")).Sample(
            (a, b, user, bucketing) =>
            {
                (decimal low, decimal high) = (Math.Min(a, b), Math.Max(a, b));
                bool IsIn(decimal p) => new TestCondition("Rollout", FormattableString.Invariant($$"""{"percentage": {{p}}, "bucketing": "{{bucketing}}"}""")).IsMet(new FlagContext(user));
                return !IsIn(low) || IsIn(high);
            },
            iter: 2000);
    }

    [Fact]
    public void IsMet_AnyPercentage_LetsInThatPart()
    {
        foreach (string bucketing in (ReadOnlySpan<string>)["xxhash3", "sha256"])
        {
            var condition = new TestCondition("Rollout", $$"""{"percentage": 25, "bucketing": "{{bucketing}}"}""");
            Assert.InRange(Enumerable.Range(0, 20_000).Count(i => condition.IsMet(new FlagContext($"user-{i}"))), 4750, 5250);
        }
    }

    [Fact]
    public void IsMet_Sha256_UsesMicrosoftsBucket()
    {
        var below = new TestCondition("Rollout", """{"percentage": 61.71135, "bucketing": "sha256", "seed": "RolloutPercentageUpdate"}""");
        var notBelow = new TestCondition("Rollout", """{"percentage": 61.71134, "bucketing": "sha256"}""", "RolloutPercentageUpdate");
        Assert.True(below.IsMet(new FlagContext("Brittney")));
        Assert.False(notBelow.IsMet(new FlagContext("Brittney")));
    }

    [Fact]
    public void IsMet_SameSeed_LetsInTheSamePeople()
    {
        var one = new TestCondition("Rollout", """{"percentage": 50, "seed": "shared"}""", "one");
        var two = new TestCondition("Rollout", """{"percentage": 50, "seed": "shared"}""", "two");
        var three = new TestCondition("Rollout", """{"percentage": 50}""", "three");
        FlagContext[] people = [.. Enumerable.Range(0, 200).Select(i => new FlagContext($"user-{i}"))];
        Assert.Equal(people.Select(p => one.IsMet(p)), people.Select(p => two.IsMet(p)));
        Assert.NotEqual(people.Select(p => one.IsMet(p)), people.Select(p => three.IsMet(p)));
    }

    public static TheoryData<FlagValue, string> Texts => new()
    {
        { "gold", "gold" }, { 42, "42" }, { -7.0, "-7" }, { -0.0, "0" }, { 1234567890123456, "1234567890123456" }, { 0.5, "0.5" }, { 1e300, "1E+300" },
        { true, "true" }, { false, "false" },
        { new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.FromHours(2)), "2026-05-01T10:00:00.0000000+00:00" },
    };

    [Theory]
    [MemberData(nameof(Texts), DisableDiscoveryEnumeration = true)]
    public void IsMet_Attribute_SticksToItsText(FlagValue value, string text)
    {
        uint bucket = NativeBucket.Of(NativeBucket.Prefix("Beta"), text);
        var context = new FlagContext("x") { ["Plan"] = value };
        string At(uint buckets) => FormattableString.Invariant($$"""{"percentage": {{buckets / 100_000m}}, "by": "plan"}""");

        Assert.Equal((FlagReason.Split, FormattableString.Invariant($"{Rule}: {(bucket + 1) / 100_000m:0.#####} % by plan")), new TestCondition("Rollout", At(bucket + 1)).Decision(context));
        Assert.False(new TestCondition("Rollout", At(bucket)).IsMet(context));
    }

    [Fact]
    public void IsMet_NothingToStickTo_IsNotMetAndSaysSo()
    {
        var byKey = new TestCondition("Rollout", """{"percentage": 100}""");
        var byPlan = new TestCondition("Rollout", """{"percentage": 100, "by": "plan"}""");
        var byGroups = new TestCondition("Rollout", """{"percentage": 100, "by": "groups"}""");

        Assert.Equal(["- : there is no context that a percentage could stick to"], byKey.Explain(context: null));
        Assert.Equal(["- : 100 % by targetingKey: the context has no targetingKey"], byKey.Explain(new FlagContext()));
        Assert.Equal(["- : 100 % by plan: the context has no plan"], byPlan.Explain(new FlagContext("x")));
        Assert.Equal(["- : 100 % by groups: groups is a list, which a percentage can't stick to"], byGroups.Explain(new FlagContext("x") { Groups = ["a"] }));
        Assert.Matches("^\\+ : 100 % by plan: bucket [0-9.]+ is below 100$", Assert.Single(byPlan.Explain(new FlagContext { ["plan"] = "gold" })));
    }

    [Theory]
    [InlineData("{}", "percentage: percentage is missing. (expected a percentage from 0 to 100 with at most five digits after the point, found nothing)")]
    [InlineData("""{"percentage": "a"}""", "percentage: percentage is no number. (expected a percentage from 0 to 100 with at most five digits after the point, found a string)")]
    [InlineData("""{"percentage": 100.1}""", "percentage: percentage is out of range. (expected a percentage from 0 to 100 with at most five digits after the point, found 100.1)")]
    [InlineData("""{"percentage": -1}""", "percentage: percentage is out of range. (expected a percentage from 0 to 100 with at most five digits after the point, found -1)")]
    [InlineData("""{"percentage": 0.000001}""", "percentage: percentage has too many digits. (expected a percentage from 0 to 100 with at most five digits after the point, found 0.000001)")]
    [InlineData("""{"percentage": 1, "by": ""}""", "by: by is empty. (expected the name of an attribute, found an empty string)")]
    [InlineData("""{"percentage": 1, "seed": []}""", "seed: seed is no string. (expected a string that is not empty, found an array)")]
    [InlineData("""{"percentage": 1, "bucketing": "sha265"}""", "bucketing: bucketing has a value that is not known. (expected one of XxHash3, Sha256, found another string) Did you mean 'Sha256'?")]
    [InlineData("""{"percentage": 1, "sead": "a"}""", "sead: A rollout has no such parameter. (expected percentage, by, seed, bucketing) Did you mean 'seed'?")]
    public void Compile_Malformed_IsOneErrorWithItsKey(string parameters, string error) =>
        Assert.Equal([$"{TestCondition.Key}:{error}"], TestCondition.Errors("Varai.Rollout", parameters));

    [Fact]
    public void IsMet_ManyTimes_AllocatesNothing()
    {
        var context = new FlagContext(new string('ü', 300)) { ["age"] = 41.5, ["at"] = DateTimeOffset.UnixEpoch, ["beta"] = true };
        foreach (string by in (ReadOnlySpan<string>)["targetingKey", "age", "at", "beta", "absent"])
        {
            new TestCondition("Rollout", $$"""{"percentage": 50, "by": "{{by}}"}""").AllocatesNothing(context);
            new TestCondition("Rollout", $$"""{"percentage": 50, "by": "{{by}}", "bucketing": "sha256"}""").AllocatesNothing(context);
        }
    }
}
