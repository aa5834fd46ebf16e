using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Conditions;

public sealed class PercentageConditionTests
{
    [Fact]
    public void IsMet_SomePercent_IsMetThatOften()
    {
        var condition = new TestCondition("Microsoft.Percentage", """{"Value": "30"}""");

        // 3000 with a standard deviation of 46.
        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => condition.IsMet()), 2650, 3350);
    }

    [Fact]
    public void IsMet_NobodyOrEverybody_IsNeverOrAlwaysMet()
    {
        var nobody = new TestCondition("Percentage", """{"Value": 0}""");
        var everybody = new TestCondition("Percentage", """{"Value": 100}""");
        Assert.DoesNotContain(Enumerable.Range(0, 1000), _ => nobody.IsMet());
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(everybody.IsMet()));
        Assert.Equal((FlagReason.Split, $"{TestCondition.Rule}: 100 % of calls"), everybody.Decision(context: null));
        Assert.StartsWith("- : by chance at every call: bucket", Assert.Single(nobody.Explain(context: null)), StringComparison.Ordinal);
        everybody.AllocatesNothing(context: null);
    }

    [Theory]
    [InlineData("{}", "Value: Value is missing. (expected a percentage from 0 to 100, found nothing)")]
    [InlineData("""{"Value": -1}""", "Value: Value is out of range. (expected a percentage from 0 to 100, found -1)")]
    [InlineData("""{"Value": "half"}""", "Value: Value is no number. (expected a percentage from 0 to 100, found a string)")]
    public void Compile_Malformed_IsOneErrorWithItsKey(string parameters, string error) =>
        Assert.Equal([$"{TestCondition.Key}:{error}"], TestCondition.Errors("Microsoft.Percentage", parameters));
}
