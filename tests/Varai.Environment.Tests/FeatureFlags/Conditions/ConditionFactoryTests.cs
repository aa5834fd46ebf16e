using Varai.FeatureFlags;
using Varai.FeatureFlags.Conditions;

namespace Varai.Tests.FeatureFlags.Conditions;

public sealed class ConditionFactoryTests
{
    [Theory]
    [InlineData("Microsoft.Targeting", true)]
    [InlineData("targeting", true)]
    [InlineData("MICROSOFT.TIMEWINDOW", true)]
    [InlineData("TimeWindow", true)]
    [InlineData("Microsoft.Percentage", true)]
    [InlineData("Percentage", true)]
    [InlineData("Varai.Rollout", true)]
    [InlineData("Rollout", true)]
    [InlineData("On", true)]
    [InlineData("alwayson", true)]
    [InlineData("Other.Targeting", false)]
    [InlineData("Microsoft", false)]
    [InlineData("", false)]
    public void TryFind_Name_FindsBuiltInOnesWholeOrByTheirLastPart(string name, bool found)
    {
        Assert.Equal(found, ConditionFactory.TryFind(name, out var compile));
        Assert.Equal(found, compile is not null);
        Assert.Equal(found, ConditionFactory.Names.Contains(name, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void AlwaysOn_AnyContext_IsMet()
    {
        var condition = new TestCondition("On", "null");
        Assert.Equal((FlagReason.Static, TestCondition.Rule), condition.Decision(context: null));
        Assert.Equal(["+ : it is always on"], condition.Explain(new FlagContext("x")));
        condition.AllocatesNothing(context: null);
    }
}
