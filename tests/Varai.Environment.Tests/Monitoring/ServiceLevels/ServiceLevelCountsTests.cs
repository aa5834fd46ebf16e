using System.Text.Json;
using CsCheck;
using Varai.Monitoring;
using Varai.Monitoring.ServiceLevels;

namespace Varai.Tests.Monitoring.ServiceLevels;

public sealed class ServiceLevelCountsTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Size_OfAnyPeriod_IsAtMostSixteenKilobytes() =>
        Assert.All(Enumerable.Range(1, 366), days => Assert.InRange(new ServiceLevelCounts(Objective(days)).Size, 1, 16 * 1024));

    [Fact]
    public void Add_Always_TakesAtMostSixteenKilobytesWhenWritten()
    {
        var counts = new ServiceLevelCounts(Objective(30));
        for (int i = 0; i < 33 * 24 * 6; i++)
            counts.Add(new CountedEvents(Start + TimeSpan.FromMinutes(10 * i), 12_345, 12_346));

        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(counts.Write([]), ServiceLevelJson.Default.ServiceLevelDocument).Length, 1, 32 * 1024);
    }

    [Fact]
    public void Sum_OfAnyWindow_IsOfWholeSlotsThatCoverIt() =>
        (from days in Gen.Int[1, 366]
         from gaps in Gen.Int[0, 5000].Array[1, 60]
         from window in Gen.Int[1, 3_000_000]
         select (days, gaps, window)).Sample(
            t =>
            {
                ServiceLevelObjective objective = Objective(t.days);
                var counts = new ServiceLevelCounts(objective);
                var all = new List<CountedEvents>();
                DateTimeOffset now = Start;
                for (int i = 0; i < t.gaps.Length; i++)
                {
                    now += TimeSpan.FromSeconds(t.gaps[i] * 10L);
                    all.Add(new CountedEvents(now, i, i + 1));
                    counts.Add(all[^1]);
                }

                TimeSpan window = TimeSpan.FromSeconds(Math.Min(t.window, objective.Period.TotalSeconds));
                TimeSpan slot = window <= TimeSpan.FromMinutes(5) ? TimeSpan.FromSeconds(10)
                    : window <= TimeSpan.FromHours(1) ? TimeSpan.FromMinutes(1)
                    : window <= TimeSpan.FromDays(1) ? TimeSpan.FromMinutes(10)
                    : TimeSpan.FromHours(Math.Max(1, Math.Ceiling(t.days * 24 / 720.0)));
                long valid = counts.Sum(window, now).Valid;
                long least = all.Where(e => e.At >= now - window).Sum(e => e.Valid);
                long most = all.Where(e => e.At > now - window - slot).Sum(e => e.Valid);
                return valid >= least && valid <= most;
            },
            iter: 2000);

    [Fact]
    public void Read_WhatWasWritten_IsTheSame() =>
        Gen.Select(Gen.Int[0, 100_000].Array[1, 80], Gen.Int[1, 60]).Sample(
            (gaps, days) =>
            {
                ServiceLevelObjective objective = Objective(days);
                var counts = new ServiceLevelCounts(objective);
                DateTimeOffset now = Start;
                foreach (int gap in gaps)
                {
                    now += TimeSpan.FromSeconds(gap);
                    counts.Add(new CountedEvents(now, gap / 2, gap));
                }

                byte[] written = JsonSerializer.SerializeToUtf8Bytes(counts.Write([]), ServiceLevelJson.Default.ServiceLevelDocument);
                ServiceLevelCounts read = ServiceLevelCounts.Read(objective, JsonSerializer.Deserialize(written, ServiceLevelJson.Default.ServiceLevelDocument)!);
                return new[] { 10.0, 300, 3600, 7200, 86_400, objective.Period.TotalSeconds }
                    .All(s => read.Sum(TimeSpan.FromSeconds(s), now) == counts.Sum(TimeSpan.FromSeconds(s), now))
                    && read.SumOfMonth(now.Year, now.Month) == counts.SumOfMonth(now.Year, now.Month);
            },
            iter: 500);

    [Fact]
    public void SumOfMonth_InAnotherTimeZone_FollowsItsMonths()
    {
        var objective = new ServiceLevelObjective("shop", 0.99, ServiceLevelIndicator.AtMost(MetricQuery.Of("time"), 1))
        {
            TimeZone = TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(2), "east", "east"),
        };
        var counts = new ServiceLevelCounts(objective);
        counts.Add(new CountedEvents(new DateTimeOffset(2026, 5, 31, 21, 59, 50, TimeSpan.Zero), 1, 2));
        counts.Add(new CountedEvents(new DateTimeOffset(2026, 5, 31, 22, 0, 0, TimeSpan.Zero), 3, 4));

        Assert.Equal(new ServiceLevelCount(1, 2), counts.SumOfMonth(2026, 5));
        Assert.Equal(new ServiceLevelCount(3, 4), counts.SumOfMonth(2026, 6));
        Assert.Equal(new ServiceLevelCount(0, 0), counts.SumOfMonth(2026, 4));
    }

    [Fact]
    public void Add_OfMoreThanAYear_KeepsThirteenMonths()
    {
        var counts = new ServiceLevelCounts(Objective(30));
        for (int month = 0; month < 20; month++)
            counts.Add(new CountedEvents(Start.AddMonths(month), 1, 1));

        Assert.Equal(13, Enumerable.Range(0, 20).Count(m => counts.SumOfMonth(Start.AddMonths(m).Year, Start.AddMonths(m).Month).Valid == 1));
        Assert.Equal(1, counts.SumOfMonth(2028, 1).Valid);
    }

    [Fact]
    public void Add_ManyThatAreNotWritten_LosesNone()
    {
        var counter = new ObjectiveCounter(Objective(30));
        for (int i = 0; i < 5000; i++)
            counter.Add(new CountedEvents(Start + TimeSpan.FromSeconds(10 * i), 1, 2));

        (CountedEvents[] events, _) = counter.TakeAddition();

        Assert.InRange(events.Length, 1, 501);
        Assert.Equal((5000, 10_000), (events.Sum(e => e.Good), events.Sum(e => e.Valid)));
        Assert.Equal(new ServiceLevelCount(5000, 10_000), counter.Sum(TimeSpan.FromDays(30), Start + TimeSpan.FromDays(1)));
    }

    private static ServiceLevelObjective Objective(int days) =>
        new("shop", 0.99, ServiceLevelIndicator.AtMost(MetricQuery.Of("time"), 1)) { Period = TimeSpan.FromDays(days) };
}
