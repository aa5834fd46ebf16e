using Varai.Monitoring;
using Varai.Monitoring.ServiceLevels;

namespace Varai.Tests.Monitoring.ServiceLevels;

public sealed class BurnRateWindowTests
{
    [Theory]
    [InlineData(30, "14.4 6 3 1")]
    [InlineData(28, "13.44 5.6 2.8 0.93")]
    [InlineData(90, "43.2 18 9 3")]
    public void For_AMonthOrMore_HasTheWindowsOfTheWorkbook(int days, string factors)
    {
        IReadOnlyList<BurnRateWindow> windows = BurnRateWindow.For(TimeSpan.FromDays(days));

        Assert.Equal(
            ["Page 0.02 01:00:00 00:05:00", "Page 0.05 06:00:00 00:30:00", "Ticket 0.1 1.00:00:00 02:00:00", "Ticket 0.1 3.00:00:00 06:00:00"],
            windows.Select(w => FormattableString.Invariant($"{w.Severity} {w.BudgetShare} {w.Long} {w.Short}")));
        Assert.Equal(factors, string.Join(' ', windows.Select(w => FormattableString.Invariant($"{w.Factor:0.##}"))));
    }

    [Fact]
    public void For_AShortPeriod_HasShorterWindowsOfAboutTheSameFactors()
    {
        IReadOnlyList<BurnRateWindow> windows = BurnRateWindow.For(TimeSpan.FromDays(7));

        Assert.Equal(["00:15:00 00:01:00", "01:30:00 00:08:00", "06:00:00 00:30:00", "18:00:00 01:30:00"], windows.Select(w => $"{w.Long} {w.Short}"));
        Assert.Equal("13.44 5.6 2.8 0.93", string.Join(' ', windows.Select(w => FormattableString.Invariant($"{w.Factor:0.##}"))));
        Assert.All(BurnRateWindow.For(TimeSpan.FromHours(1)), w => Assert.True(w.Short >= TimeSpan.FromMinutes(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => BurnRateWindow.For(TimeSpan.Zero));
    }

    [Fact]
    public void LowestTarget_OfTheFourWindows_IsWhereNothingCouldBeTold() =>
        Assert.Equal(["0.9306", "0.8333", "0.6667", "0"], BurnRateWindow.For(TimeSpan.FromDays(30)).Select(w => FormattableString.Invariant($"{w.LowestTarget:0.####}")));

    [Theory]
    [InlineData(0.999, 70)]
    [InlineData(0.9999, 695)]
    [InlineData(0.99, 7)]
    public void MinimumEvents_OfTheFastestWindow_AreSoManyThatOneBadIsNotTooMany(double target, long events)
    {
        BurnRateWindow window = BurnRateWindow.For(TimeSpan.FromDays(30))[0];

        Assert.Equal(events, window.MinimumEvents(target));
        Assert.False(1.0 / events / (1 - target) > window.Factor);
        Assert.True(1.0 / (events - 1) / (1 - target) > window.Factor);
        Assert.Throws<ArgumentOutOfRangeException>(() => window.MinimumEvents(1));
    }

    [Theory]
    [InlineData(0)] // page fast: 51.84 s and 295.7 s
    [InlineData(1)]
    [InlineData(2)]
    public void IsBurning_AFullOutage_IsToldAndEndsWithinASlotOfTheFormulas(int index)
    {
        var objective = new ServiceLevelObjective("shop", 0.999, ServiceLevelIndicator.AtMost(MetricQuery.Of("time"), 1));
        BurnRateWindow window = objective.GetBurnRateWindows()[index];
        double share = window.Factor * 0.001;
        (TimeSpan told, TimeSpan ended) = Simulate(objective, window, window.Long * 1.1, bad: 100);

        TimeSpan slot = window.Long <= TimeSpan.FromHours(1) ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(10);
        TimeSpan shortSlot = window.Short <= TimeSpan.FromMinutes(5) ? TimeSpan.FromSeconds(10) : window.Short <= TimeSpan.FromHours(1) ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(10);
        Assert.InRange(told, (window.Long * share) - TimeSpan.FromSeconds(10), ((window.Long + slot) * share) + TimeSpan.FromSeconds(10));
        Assert.InRange(ended, (window.Short * (1 - share)) - TimeSpan.FromSeconds(10), (window.Short * (1 - share)) + shortSlot + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void IsBurning_FewerErrorsThanTheFactor_IsNeverTold()
    {
        var objective = new ServiceLevelObjective("shop", 0.999, ServiceLevelIndicator.AtMost(MetricQuery.Of("time"), 1));

        (TimeSpan told, _) = Simulate(objective, objective.GetBurnRateWindows()[0], TimeSpan.FromHours(2), bad: 1); // 1 %, and it would take 1.44 %

        Assert.Equal(Timeout.InfiniteTimeSpan, told);
    }

    [Theory]
    [InlineData(69, null, false)]
    [InlineData(69, 0L, true)]
    [InlineData(1, 1L, true)]
    public void IsBurning_OneBadEventOfFew_IsToldOnlyWithoutTheGuard(int events, long? minimum, bool isTold)
    {
        var objective = new ServiceLevelObjective("shop", 0.999, ServiceLevelIndicator.AtMost(MetricQuery.Of("time"), 1)) { MinimumEvents = minimum };
        var counter = new ObjectiveCounter(objective);
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddYears(50);
        counter.Add(new CountedEvents(now, events - 1, events));

        Assert.Equal(isTold, ServiceLevelService.Burn(counter, objective.GetBurnRateWindows()[0], now).IsBurning);
    }

    // A hundred good events every ten seconds, then some of them bad until it is told (or for as long again), then good ones again.
    private static (TimeSpan Told, TimeSpan Ended) Simulate(ServiceLevelObjective objective, BurnRateWindow window, TimeSpan before, int bad)
    {
        var counter = new ObjectiveCounter(objective);
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddYears(50);
        DateTimeOffset now = start;
        for (; now < start + before; now += TimeSpan.FromSeconds(10))
            counter.Add(new CountedEvents(now, 100, 100));
        DateTimeOffset began = now;
        while (!ServiceLevelService.Burn(counter, window, now).IsBurning)
        {
            if (now - began > before)
                return (Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            counter.Add(new CountedEvents(now, 100 - bad, 100));
            now += TimeSpan.FromSeconds(10);
        }

        TimeSpan told = now - began;

        // Until the short window is full of the trouble.
        for (DateTimeOffset end = now + window.Short; now < end; now += TimeSpan.FromSeconds(10))
            counter.Add(new CountedEvents(now, 100 - bad, 100));
        DateTimeOffset over = now;
        while (ServiceLevelService.Burn(counter, window, now).IsBurning)
        {
            counter.Add(new CountedEvents(now, 100, 100));
            now += TimeSpan.FromSeconds(10);
        }

        return (told, now - over);
    }
}
