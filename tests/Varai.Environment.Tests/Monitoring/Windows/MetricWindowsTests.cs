using System.Diagnostics.Metrics;
using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Windows;

public sealed class MetricWindowsTests : IDisposable
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    private readonly MonitoringHarness _monitoring = new();

    private static MetricQuery Orders => MetricQuery.Of("orders").Over(FiveMinutes);

    private static MetricQuery Time => MetricQuery.Of("time").Over(FiveMinutes);

    private static MetricQuery Queue => MetricQuery.Of("queue").Over(FiveMinutes);

    public void Dispose() => _monitoring.Dispose();

    [Fact]
    public void Counter_RecordedOverTime_HasIncreaseAndRate()
    {
        Counter<double> orders = _monitoring.Metrics.Counter("orders");
        for (int i = 0; i < 60; i++)
        {
            orders.Add(2);
            _monitoring.Advance(10);
        }

        Assert.Equal(60, _monitoring.Value(Orders.Increase()));
        Assert.Equal(60, _monitoring.Value(Orders.Sum()));
        Assert.Equal(0.2, _monitoring.Value(Orders.Rate())!.Value, 1e-12);
        Assert.Equal(120, _monitoring.Value(Orders.Increase().Over(TimeSpan.FromHours(1))));
    }

    [Fact]
    public void Counter_ThatDoesNotGrow_HasGrownByZeroOnceItIsKnown()
    {
        Counter<double> orders = _monitoring.Metrics.Counter("orders");
        Assert.Null(_monitoring.Value(Orders.Increase()));
        _monitoring.Advance(600);
        orders.Add(1);
        _monitoring.Advance(600);

        Assert.Equal(0, _monitoring.Value(Orders.Increase()));
        Assert.Equal(0, _monitoring.Value(Orders.Rate()));
        Assert.Null(_monitoring.Value(Orders.Increase(), _monitoring.Time.GetUtcNow().AddMinutes(-15)));
        Assert.Equal(1, _monitoring.Value(Orders.Absent().Or(1), _monitoring.Time.GetUtcNow().AddMinutes(-15)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Counter_AValueThatIsNoGrowth_IsLeftOut(double value)
    {
        Counter<double> orders = _monitoring.Metrics.Counter("orders");
        orders.Add(3);
        orders.Add(value);
        Assert.Equal(3, _monitoring.Value(Orders.Increase()));
    }

    [Fact]
    public void CounterTotal_ThatBeginsAgain_GrowsOnFromZero()
    {
        long total = 100;
        _monitoring.Meters.Create("Varai").CreateObservableCounter("orders", () => total);
        foreach (long next in (long[])[110, 130, 5, 9])
        {
            _monitoring.Advance(10);
            total = next;
        }

        _monitoring.Advance(10);

        Assert.Equal(10 + 20 + 5 + 4, _monitoring.Value(Orders.Increase()));
    }

    [Fact]
    public void CounterTotal_ThatIsNotReadAnyMore_IsMissing()
    {
        using var monitoring = new MonitoringHarness(o => o.Meters.Add("Varai.Tests.Ended"));
        using (var meter = new Meter("Varai.Tests.Ended"))
        {
            int total = 0;
            meter.CreateObservableCounter("orders", () => total++);
            monitoring.Advance(20);
        }

        Assert.Equal(1, monitoring.Value(Orders.Increase()));
        monitoring.Advance(600);
        Assert.Null(monitoring.Value(Orders.Increase()));
    }

    [Fact]
    public void Gauge_SetSeveralTimes_HasLastAndExtremes()
    {
        Gauge<double> queue = _monitoring.Metrics.Gauge("queue");
        queue.Record(5);
        queue.Record(9);
        _monitoring.Advance(10);
        queue.Record(-2);
        queue.Record(double.NaN);

        Assert.Equal(-2, _monitoring.Value(Queue.Last()));
        Assert.Equal(-2, _monitoring.Value(Queue.Min()));
        Assert.Equal(9, _monitoring.Value(Queue.Max()));
        Assert.Equal(4, _monitoring.Value(Queue.Average()));
        Assert.Equal(12, _monitoring.Value(Queue.Sum()));
        Assert.Equal(3, _monitoring.Value(Queue.Count()));
    }

    [Fact]
    public void Gauge_NotSetInTheRange_IsMissing()
    {
        _monitoring.Metrics.Gauge("queue").Record(5);
        _monitoring.Advance(600);
        Assert.Null(_monitoring.Value(Queue.Last()));
        Assert.Equal(1, _monitoring.Value(Queue.Absent()));
        Assert.Equal(5, _monitoring.Value(Queue.Last().Over(TimeSpan.FromHours(1))));
        Assert.Null(_monitoring.Value(Queue.Absent().Over(TimeSpan.FromHours(1))));
    }

    [Fact]
    public void Gauge_OfSeveralSeries_AddsUpTheLatestOfEach()
    {
        Gauge<double> queue = _monitoring.Metrics.Gauge("queue");
        queue.Record(5, new KeyValuePair<string, object?>("name", "a"));
        queue.Record(7, new KeyValuePair<string, object?>("name", "b"));
        _monitoring.Advance(10);
        queue.Record(6, new KeyValuePair<string, object?>("name", "a"));
        Assert.Equal(13, _monitoring.Value(Queue.Last()));
    }

    [Fact]
    public void UpDownCounter_IsKnownInEverySlot()
    {
        UpDownCounter<int> queue = _monitoring.Meters.Create("Varai").CreateUpDownCounter<int>("queue");
        queue.Add(5);
        queue.Add(-2);
        _monitoring.Advance(3600);
        Assert.Equal(3, _monitoring.Value(Queue.Last()));
        queue.Add(4);
        Assert.Equal(7, _monitoring.Value(Queue.Last()));
        queue.Add(-6);
        Assert.Equal(1, _monitoring.Value(Queue.Last()));
        Assert.Equal(7, _monitoring.Value(Queue.Max()));
        Assert.Equal(1, _monitoring.Value(Queue.Min()));

        // The first slot of the range is read too, and the one that is being written.
        Assert.Equal(31, _monitoring.Value(Queue.Count()));
        Assert.Equal(((30 * 3) + 1) / 31.0, _monitoring.Value(Queue.Average())!.Value, 1e-12);
    }

    [Fact]
    public void Histogram_HasEverythingButLast()
    {
        for (int i = 1; i <= 100; i++)
            _monitoring.Metrics.Record("time", i);

        Assert.Equal(100, _monitoring.Value(Time.Count()));
        Assert.Equal(100, _monitoring.Value(Time.Increase()));
        Assert.Equal(5050, _monitoring.Value(Time.Sum()));
        Assert.Equal(50.5, _monitoring.Value(Time.Average()));
        Assert.Equal(1, _monitoring.Value(Time.Min()));
        Assert.Equal(100, _monitoring.Value(Time.Max()));
        Assert.Equal(1, _monitoring.Value(Time.Quantile(0)));
        Assert.Equal(100, _monitoring.Value(Time.Quantile(1)));
        Assert.InRange(_monitoring.Value(Time.Quantile(0.5))!.Value, 50 * 0.99, 50 * 1.01);
        Assert.InRange(_monitoring.Value(Time.Quantile(0.99))!.Value, 99 * 0.99, 99 * 1.01);
        Assert.Equal(100 / 300.0, _monitoring.Value(Time.Rate())!.Value, 1e-12);
    }

    [Fact]
    public void Histogram_NegativeAndTinyValues_Count()
    {
        foreach (double value in (double[])[-10, -1, 0, 1e-300, 2, double.NaN, double.NegativeInfinity])
            _monitoring.Metrics.Record("time", value);
        Assert.Equal(5, _monitoring.Value(Time.Count()));
        Assert.Equal(-10, _monitoring.Value(Time.Min()));
        Assert.Equal(0, _monitoring.Value(Time.Quantile(0.5)));
        Assert.InRange(_monitoring.Value(Time.Quantile(0.25))!.Value, -1.01, -0.99);
    }

    [Fact]
    public void GetValues_ByLabel_HasAGroupForEachOfItsValues()
    {
        Counter<double> orders = _monitoring.Metrics.Counter("orders");
        orders.Add(1, new("region", "eu"), new("plan", "pro"));
        orders.Add(2, new("plan", "free"), new("region", "eu"));
        orders.Add(4, new("region", "us"), new("plan", "pro"));
        orders.Add(8);

        Assert.Equal(["=8", "region:eu=3", "region:us=4"], Texts(Orders.Increase().By("region")));
        Assert.Equal(["=8", "plan:free,region:eu=2", "plan:pro,region:eu=1", "plan:pro,region:us=4"], Texts(Orders.Increase().BySeries()));
        Assert.Equal(["=8", "plan:free=2", "plan:pro=5"], Texts(Orders.Increase().By("plan", "unknown")));
        Assert.Equal(["=5"], Texts(Orders.Increase().Where("plan", "pro")));
        Assert.Equal(["=7"], Texts(Orders.Increase().Where(new LabelMatcher("region", LabelComparison.NotEqual, ""))));
        Assert.Equal(["=3"], Texts(Orders.Increase().Where(new LabelMatcher("region", LabelComparison.Matches, "e.|f"))));
        Assert.Equal(["=12"], Texts(Orders.Increase().Where(new LabelMatcher("region", LabelComparison.DoesNotMatch, "eu"))));
        Assert.Equal(["=missing"], Texts(Orders.Increase().Where("region", "mars")));
        Assert.Empty(_monitoring.Windows.GetValues(Orders.Increase().Where("region", "mars").By("region")));
        Assert.Throws<ArgumentException>(() => _monitoring.Value(Orders.Increase().By("region")));
    }

    [Fact]
    public void Ratio_IsMissingWhereAPartIs()
    {
        Counter<double> orders = _monitoring.Metrics.Counter("orders");
        Counter<double> errors = _monitoring.Metrics.Counter("errors");
        MetricQuery ratio = MetricQuery.Of("errors").Rate().DividedBy(MetricQuery.Of("orders").Rate()).Over(FiveMinutes);
        Assert.Null(_monitoring.Value(ratio));
        orders.Add(10, new KeyValuePair<string, object?>("region", "eu"));
        orders.Add(10, new KeyValuePair<string, object?>("region", "us"));
        orders.Add(0, new KeyValuePair<string, object?>("region", "mars"));
        Assert.Null(_monitoring.Value(ratio));
        errors.Add(1, new KeyValuePair<string, object?>("region", "eu"));
        errors.Add(1, new KeyValuePair<string, object?>("region", "mars"));

        Assert.Equal(0.1, _monitoring.Value(ratio)!.Value, 1e-12);
        Assert.Equal(["region:eu=0.1", "region:mars=missing", "region:us=missing"], Texts(ratio.By("region")));
        Assert.Equal(
            ["region:eu=0.1", "region:mars=missing", "region:us=0"],
            Texts(MetricQuery.Of("errors").Rate().Or(0).DividedBy(MetricQuery.Of("orders").Rate()).By("region")));
    }

    [Fact]
    public void Explain_NamesTheSlotsThatWereUsed()
    {
        Counter<double> orders = _monitoring.Metrics.Counter("orders");
        orders.Add(1, new KeyValuePair<string, object?>("region", "eu"));
        _monitoring.Advance(20);
        orders.Add(2, new KeyValuePair<string, object?>("region", "eu"));
        _monitoring.Metrics.Gauge("queue").Record(3);

        MetricExplanation explanation = _monitoring.Windows.Explain(Orders.Increase().Over(TimeSpan.FromMinutes(1)));

        DateTimeOffset now = _monitoring.Time.GetUtcNow();
        Assert.Equal((now.AddMinutes(-1), now), (explanation.From, explanation.To));
        Assert.Equal(3, Assert.Single(explanation.Values).Value);
        MetricExplainedSeries series = Assert.Single(explanation.Series);
        Assert.Equal("eu", series.Labels["region"]);
        Assert.Equal(
            [new MetricSlot(now.AddSeconds(-20), TimeSpan.FromSeconds(10)) { Sum = 1 }, new MetricSlot(now, TimeSpan.FromSeconds(10)) { Sum = 2 }], series.Slots);
        Assert.Contains("increase(orders[60s])", explanation.ToString(), StringComparison.Ordinal);
        Assert.Contains("orders{region=\"eu\"}", explanation.ToString(), StringComparison.Ordinal);
        Assert.Contains(", last 3", _monitoring.Windows.Explain(Queue.Last()).ToString(), StringComparison.Ordinal);
        Assert.Contains("= missing", _monitoring.Windows.Explain(MetricQuery.Of("unknown")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void GetValue_AFunctionTheKindDoesNotHave_SaysWhichItHas()
    {
        _monitoring.Metrics.Counter("orders").Add(1);
        _monitoring.Metrics.Gauge("queue").Record(1);
        _monitoring.Metrics.Record("time", 1);
        Assert.Contains("A counter has rate", Refused(Orders.Average()), StringComparison.Ordinal);
        Assert.Contains("A gauge has last", Refused(Queue.Quantile(0.5)), StringComparison.Ordinal);
        Assert.Contains("A histogram has rate", Refused(Time.Last()), StringComparison.Ordinal);

        string Refused(MetricQuery query) => Assert.Throws<InvalidOperationException>(() => _monitoring.Value(query)).Message;
    }

    [Fact]
    public void WallClock_ThatJumps_LeavesTheLastFiveMinutesWhatTheyAre()
    {
        Counter<double> orders = _monitoring.Metrics.Counter("orders");
        foreach (int hours in (int[])[-3, 5])
        {
            orders.Add(1);
            _monitoring.Advance(60);
            _monitoring.SetWallClock(TimeSpan.FromHours(hours));
            orders.Add(1);
            _monitoring.Advance(60);
        }

        Assert.Equal(4, _monitoring.Value(Orders.Increase()));
        Assert.Equal(2, _monitoring.Value(Orders.Increase().Over(TimeSpan.FromMinutes(2))));
        Assert.Equal(2, _monitoring.Value(Orders.Increase().Over(TimeSpan.FromMinutes(2)), _monitoring.WallClock.AddMinutes(-2)));
        Assert.Equal(_monitoring.WallClock, _monitoring.Windows.Explain(Orders.Increase()).To);
    }

    [Fact]
    public void Slot_ThatEndsLate_HasWhatWasRecordedInIt()
    {
        Counter<double> orders = _monitoring.Metrics.Counter("orders");
        orders.Add(1);
        _monitoring.Time.Advance(TimeSpan.FromMinutes(20));
        orders.Add(2);

        Assert.Equal(2, _monitoring.Value(Orders.Increase()));
        Assert.Equal(3, _monitoring.Value(Orders.Increase().Over(TimeSpan.FromMinutes(30))));
        Assert.Equal(1, _monitoring.Value(Orders.Increase(), _monitoring.WallClock.AddMinutes(-15)));
    }

    [Fact]
    public void GetMetrics_ListsWhatIsKept()
    {
        _monitoring.Metrics.Counter("orders", "{order}", "Orders placed").Add(1);
        _monitoring.Metrics.Record("time", 1);
        Assert.Equal(
            [new MetricInfo("orders", MetricKind.Counter, 1) { Unit = "{order}", Description = "Orders placed" }, new MetricInfo("time", MetricKind.Histogram, 1)],
            _monitoring.Windows.GetMetrics());
    }

    [Fact]
    public void Record_TheSameNameAsAnotherKind_IsNotKeptAndSaidOnce()
    {
        _monitoring.Metrics.Counter("orders").Add(1);
        Histogram<int> other = _monitoring.Meters.Create("Varai").CreateHistogram<int>("orders");
        other.Record(7);
        other.Record(7);
        Assert.Equal(1, _monitoring.Value(Orders.Increase()));
        Assert.Equal(1, _monitoring.CountLogs(1501));
    }

    private string[] Texts(MetricQuery query) =>
    [
        .. _monitoring.Windows.GetValues(query).Select(value =>
            $"{string.Join(',', value.Labels.Select(l => $"{l.Key}:{l.Value}"))}={(value.Value is { } v ? Math.Round(v, 12) : "missing")}"),
    ];
}
