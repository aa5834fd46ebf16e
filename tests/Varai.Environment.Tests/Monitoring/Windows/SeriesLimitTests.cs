using System.Diagnostics.Metrics;
using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Windows;

/// <summary>How many series there are, and when they end.</summary>
public sealed class SeriesLimitTests : IDisposable
{
    private readonly MonitoringHarness _monitoring = new(o => o.MaxSeriesPerMetric = 3);

    private Counter<double> Orders => _monitoring.Metrics.Counter("orders");

    public void Dispose() => _monitoring.Dispose();

    [Fact]
    public void Record_MoreLabelSetsThanTheLimit_CountsTheRestTogetherAndWarnsOnce()
    {
        for (int i = 0; i < 10; i++)
            Add($"c{i}");
        Add("c0");

        Assert.Equal(11, Increase(null));
        Assert.Equal(2, Increase("c0"));
        Assert.Null(Increase("c5"));
        Assert.Equal(7, _monitoring.Value(MetricQuery.Of("orders").Increase().Where("otel.metric.overflow", "true")));
        MetricInfo info = Assert.Single(_monitoring.Windows.GetMetrics());
        Assert.Equal((4, true), (info.SeriesCount, info.HasOverflowed));
        Assert.Equal(1, _monitoring.CountLogs(1500));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void Record_WhatNoSeriesKeeps_TakesNoPlace(double value)
    {
        for (int i = 0; i < 10; i++)
            Orders.Add(value, new KeyValuePair<string, object?>("customer", i));
        Add("a");

        MetricInfo info = Assert.Single(_monitoring.Windows.GetMetrics());
        Assert.Equal((1, false), (info.SeriesCount, info.HasOverflowed));
        Assert.Equal(1, Increase("a"));
    }

    [Fact]
    public void Record_AnEmptyRepeatOfALabel_IsAnotherSeriesWhateverCameBefore()
    {
        Add("a");
        Orders.Add(1, new KeyValuePair<string, object?>("customer", "a"), new KeyValuePair<string, object?>("customer", null));

        Assert.Equal(1, Increase("a"));
        Assert.Equal(2, Increase(null));
    }

    [Fact]
    public void Record_AfterIdleSeriesOfAFullMetric_TakesTheirPlaces()
    {
        foreach (string customer in (string[])["a", "b", "c", "d"])
            Add(customer);
        _monitoring.Advance(14 * 60);
        Add("c");
        Add("e");
        _monitoring.Advance(120);
        Add("f");

        Assert.Equal(1, Increase("f"));
        Assert.Equal(2, Increase("c"));
        Assert.Null(Increase("a"));
        Assert.Null(Increase("e"));
    }

    [Fact]
    public void IdleSeries_OfAMetricWithPlaces_KeepTheirHoursUntilTheyAreTooOld()
    {
        Add("a");
        _monitoring.Advance(3600);
        Assert.Equal(1, _monitoring.Value(MetricQuery.Of("orders").Increase().Over(TimeSpan.FromHours(2))));
        Assert.Equal(1, Assert.Single(_monitoring.Windows.GetMetrics()).SeriesCount);
        _monitoring.Advance(30 * 3600);
        Assert.Equal(0, Assert.Single(_monitoring.Windows.GetMetrics()).SeriesCount);
        Assert.Null(_monitoring.Value(MetricQuery.Of("orders").Increase().Over(TimeSpan.FromDays(2))));
        Add("a");
        Assert.Equal(1, Increase("a"));
    }

    [Fact]
    public void UpDownCounter_Idle_KeepsItsTotal()
    {
        UpDownCounter<int> open = _monitoring.Meters.Create("Varai").CreateUpDownCounter<int>("open");
        open.Add(5);
        _monitoring.Advance(40 * 3600);
        open.Add(-1);
        Assert.Equal(4, _monitoring.Value(MetricQuery.Of("open").Last()));
    }

    [Fact]
    public void Record_LabelsInAnyOrderAndKind_AreOneSeries()
    {
        Orders.Add(1, new("a", "5"), new("b", "true"));
        Orders.Add(1, new("b", true), new("a", 5));
        Orders.Add(1, new("a", 5L), new("b", true), new("c", null), new("d", ""));
        Orders.Add(1, new("a", 4), new("b", true), new("a", 5));
        Orders.Add(1, new("a", 5m), new("a", 5m), new("b", true));

        MetricValue series = Assert.Single(_monitoring.Windows.GetValues(MetricQuery.Of("orders").Increase().BySeries()));
        Assert.Equal(5, series.Value);
        Assert.Equal("a=5, b=true", string.Join(", ", series.Labels.Select(l => $"{l.Key}={l.Value}")));
    }

    [Fact]
    public void Record_LongLabels_AreCutAndManyAreLeftOut()
    {
        var labels = new KeyValuePair<string, object?>[40];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = new($"l{i:D2}", i == 0 ? new string('x', 1000) : i);
        Orders.Add(1, labels);
        Orders.Add(1, labels);

        MetricValue series = Assert.Single(_monitoring.Windows.GetValues(MetricQuery.Of("orders").Increase().BySeries()));
        Assert.Equal(2, series.Value);
        Assert.Equal(32, series.Labels.Count);
        Assert.Equal(256, series.Labels["l00"].Length);
    }

    [Fact]
    public async Task Record_FromManyThreadsWhileSlotsEndAndSeriesComeAndGo_LosesNothing()
    {
        const int Each = 20_000;
        using var monitoring = new MonitoringHarness(o => (o.MaxSeriesPerMetric, o.IdleAfter) = (8, TimeSpan.FromMinutes(1)));
        Histogram<double> times = monitoring.Metrics.Histogram("times");
        Counter<double> orders = monitoring.Metrics.Counter("orders");
        string[] names = [.. Enumerable.Range(0, 12).Select(i => $"n{i}")];
        Task[] writers = [.. Enumerable.Range(0, 3).Select(writer => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                var name = new KeyValuePair<string, object?>("name", names[(i / 1000) % names.Length]);
                orders.Add(1, name);
                times.Record(i % 100, name);
            }
        }))];
        Task all = Task.WhenAll(writers);
        int steps = 0;
        double counted = 0;
        double seen = 0;
        while (!all.IsCompleted && steps++ < 5000)
        {
            monitoring.Advance(10);
            Sum();
        }

        await all.WaitAsync(TestContext.Current.CancellationToken);
        for (int i = 0; i < 3; i++)
        {
            monitoring.Advance(10);
            Sum();
        }

        Assert.Equal(3 * Each, counted);
        Assert.Equal(3 * Each, seen);

        // Slot by slot, since the windows are shorter than the time that passes here, and each when nobody writes to it any more.
        void Sum()
        {
            DateTimeOffset at = monitoring.Time.GetUtcNow().AddSeconds(-10);
            counted += monitoring.Value(MetricQuery.Of("orders").Increase().Over(TimeSpan.FromSeconds(10)), at) ?? 0;
            seen += monitoring.Value(MetricQuery.Of("times").Count().Over(TimeSpan.FromSeconds(10)), at) ?? 0;
        }
    }

    private void Add(string customer) => Orders.Add(1, new KeyValuePair<string, object?>("customer", customer));

    private double? Increase(string? customer)
    {
        MetricQuery query = MetricQuery.Of("orders").Increase().Over(TimeSpan.FromHours(1));
        return _monitoring.Value(customer is null ? query : query.Where("customer", customer));
    }
}
