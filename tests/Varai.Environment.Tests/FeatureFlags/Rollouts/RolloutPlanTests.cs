using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Rollouts;

public sealed class RolloutPlanTests
{
    [Fact]
    public void Step_GivesAnotherPlan_WithEverythingElse()
    {
        var plan = new RolloutPlan("a") { By = "company", Guard = "errors", Settle = TimeSpan.FromHours(2) };
        RolloutPlan longer = plan.Step(0.5).Step(100, TimeSpan.FromHours(1));

        Assert.Empty(plan.Steps);
        Assert.Equal([new RolloutStep(0.5, TimeSpan.Zero), new RolloutStep(100, TimeSpan.FromHours(1))], longer.Steps);
        Assert.Equal(("a", "company", "errors", TimeSpan.FromHours(2)), (longer.Flag, longer.By, longer.Guard, longer.Settle));
        Assert.Equal("a: 0.5 % after 00:00:00, 100 % after 01:00:00", longer.ToString());
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(100.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Step_OutOfRange_IsRefused(double percentage) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RolloutPlan("a").Step(percentage));

    [Fact]
    public void Step_ThatIsNotLater_IsRefused()
    {
        RolloutPlan plan = new RolloutPlan("a").Step(5, TimeSpan.FromHours(1));
        var error = Assert.Throws<ArgumentException>(() => plan.Step(25, TimeSpan.FromHours(1)));
        Assert.StartsWith("The step is due 01:00:00 after the start, no later than the step before it (01:00:00)", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.Step(25, TimeSpan.FromHours(-1)));
    }

    [Fact]
    public void Step_ThatTurnsBackOrStays_IsRefused()
    {
        RolloutPlan up = new RolloutPlan("a").Step(5).Step(25, TimeSpan.FromHours(1));
        Assert.Throws<ArgumentException>(() => up.Step(25, TimeSpan.FromHours(2)));
        var error = Assert.Throws<ArgumentException>(() => up.Step(10, TimeSpan.FromHours(2)));
        Assert.StartsWith("The step to 10 % follows one to 25 %", error.Message, StringComparison.Ordinal);

        RolloutPlan down = new RolloutPlan("a").Step(50).Step(10, TimeSpan.FromHours(1)).Step(0, TimeSpan.FromHours(2));
        Assert.Equal(3, down.Steps.Count);
    }

    [Fact]
    public void Plan_OfTooManySteps_OrABadName_IsRefused()
    {
        RolloutPlan plan = Enumerable.Range(0, RolloutPlan.MaximumSteps)
            .Aggregate(new RolloutPlan("a"), (p, i) => p.Step(i / 2.0, TimeSpan.FromMinutes(i)));
        Assert.Throws<ArgumentException>(() => plan.Step(100, TimeSpan.FromDays(1)));
        Assert.Throws<ArgumentException>(() => new RolloutPlan("a:b"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RolloutPlan("a") { Settle = TimeSpan.FromTicks(-1) });
    }

    [Fact]
    public void GuardResult_NeedsAReason()
    {
        Assert.Throws<ArgumentException>(() => RolloutGuardResult.Fail(" "));
        Assert.Throws<ArgumentException>(() => RolloutGuardResult.Unknown(""));
        Assert.Equal((RolloutGuardVerdict.Fail, "too many errors"), (RolloutGuardResult.Fail("too many errors").Verdict, RolloutGuardResult.Fail("too many errors").Reason));
        Assert.Null(RolloutGuardResult.Pass.Reason);
    }
}
