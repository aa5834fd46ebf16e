using Varai.Monitoring;
using Varai.Monitoring.ServiceLevels;

namespace Varai.Tests.Monitoring.ServiceLevels;

public sealed class ServiceLevelObjectiveTests
{
    private static readonly ServiceLevelIndicator Indicator = ServiceLevelIndicator.AtMost(MetricQuery.Of("time"), 300);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("-a")]
    public void Constructor_ABadName_IsRefused(string name) =>
        Assert.ThrowsAny<ArgumentException>(() => new ServiceLevelObjective(name, 0.99, Indicator));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99.9)]
    [InlineData(double.NaN)]
    public void Constructor_ABadTarget_IsRefused(double target) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceLevelObjective("shop", target, Indicator));

    [Fact]
    public void FindMistake_AnImpossibleTarget_TellsTheLimit() => Assert.Equal(
        "The objective 'shop' has the target 0.93, and not even failing always would burn its budget 14.4 times as fast as it may: the window "
        + "'Page: more than 14.4 times over 01:00:00 and 00:05:00 (2 % of the budget)' needs a target above 0.9306. Choose a higher target, or BurnRateWindows without it.",
        new ServiceLevelObjective("shop", 0.93, Indicator).FindMistake());

    [Fact]
    public void FindMistake_Others_AreNamed()
    {
        var good = new ServiceLevelObjective("shop", 0.999, Indicator);
        Assert.Null(good.FindMistake());
        Assert.Null((new ServiceLevelObjective("shop", 0.5, Indicator) { BurnRateWindows = [] }).FindMistake());
        Assert.Contains("from 1 to 366 days", (good with { Period = TimeSpan.FromHours(23) }).FindMistake(), StringComparison.Ordinal);
        Assert.Contains("from 1 to 366 days", (good with { Period = TimeSpan.FromDays(367) }).FindMistake(), StringComparison.Ordinal);
        Assert.Contains("MinimumEvents -1", (good with { MinimumEvents = -1 }).FindMistake(), StringComparison.Ordinal);
        Assert.Contains(
            "at most the period",
            (good with { BurnRateWindows = [new BurnRateWindow(BurnRateSeverity.Page, 0.5, TimeSpan.FromDays(31), TimeSpan.FromHours(1), TimeSpan.FromDays(30))] }).FindMistake(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Indicator_WhatDoesNotCount_IsRefused()
    {
        MetricQuery count = MetricQuery.Of("a");
        Assert.Throws<ArgumentException>(() => ServiceLevelIndicator.GoodOf(count.DividedBy(count), count));
        Assert.Throws<ArgumentException>(() => ServiceLevelIndicator.ErrorsOf(count, count.By("region")));
        Assert.Throws<ArgumentException>(() => ServiceLevelIndicator.AtMost(count.BySeries(), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ServiceLevelIndicator.AtMost(count, double.NaN));
    }

    [Fact]
    public void ErrorBudget_IsExact() => Assert.Equal(0.0001, new ServiceLevelObjective("shop", 0.9999, Indicator).ErrorBudget);
}
