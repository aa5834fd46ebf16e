using System.Diagnostics.Metrics;
using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Listening;

public sealed class MetricPipelineTests
{
    [Fact]
    public void Sink_EveryTypeAndKind_IsTold()
    {
        var sink = new RecordingSink();
        using var monitoring = new MonitoringHarness(configure: null, sink);
        Meter meter = monitoring.Meters.Create("Varai");
        meter.CreateCounter<byte>("c").Add(1, new KeyValuePair<string, object?>("a", 1));
        meter.CreateUpDownCounter<short>("u").Add(-2);
        meter.CreateHistogram<int>("h", "s", "How long").Record(3);
        meter.CreateGauge<float>("g").Record(4);
        meter.CreateHistogram<decimal>("d").Record(5);
        meter.CreateObservableCounter<long>("oc", () => 6);
        meter.CreateObservableUpDownCounter("ou", () => 7);
        meter.CreateObservableGauge<double>("og", () => 8);
        monitoring.Advance(10);

        Assert.Equal(
            ["Counter c 1 a=1", "UpDownCounter u -2 ", "Histogram h 3 ", "Gauge g 4 ", "Histogram d 5 ", "CounterTotal oc 6 ", "Gauge ou 7 ", "Gauge og 8 "],
            sink.Seen);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], sink.Instruments.Select(i => i.Id).Order());
        MetricInstrument histogram = sink.Instruments.Single(i => i.Name == "h");
        Assert.Equal(("Varai", "s", "How long", "Histogram h (Varai)"), (histogram.Meter, histogram.Unit, histogram.Description, histogram.ToString()));
    }

    [Theory]
    [InlineData("Shop.Orders", "Shop.Orders", true)]
    [InlineData("shop.orders", "Shop.Orders", true)]
    [InlineData("Shop.*", "Shop.Orders", true)]
    [InlineData("*", "Shop.Orders", true)]
    [InlineData("Shop", "Shop.Orders", false)]
    [InlineData("Shop?Orders", "Shop.Orders", true)]
    [InlineData("Shop.*", "MyShop.Orders", false)]
    public void Meters_ByNameOrPattern_AreListenedTo(string pattern, string name, bool expected)
    {
        using var monitoring = new MonitoringHarness(o => o.Meters.Add(pattern));
        monitoring.Meters.Create(name).CreateCounter<int>("orders").Add(1);
        Assert.Equal(expected ? 1 : null, monitoring.Value(MetricQuery.Of("orders").Increase()));
    }

    [Fact]
    public void Meters_OfNoHost_AreListenedToAndThoseOfAnotherHostAreNot()
    {
        using var one = new MonitoringHarness(o => o.Meters.Add("Varai.Tests.Shared"));
        using var other = new MonitoringHarness(o => o.Meters.Add("Varai.Tests.Shared"));
        using var meter = new Meter("Varai.Tests.Shared");
        meter.CreateCounter<int>("shared").Add(1);
        one.Meters.Create("Varai.Tests.Shared").CreateCounter<int>("own").Add(1);
        one.Metrics.Record("time", 1);

        Assert.Equal(["own", "shared", "time"], one.Windows.GetMetrics().Select(m => m.Name));
        Assert.Equal(["shared"], other.Windows.GetMetrics().Select(m => m.Name));
    }

    [Fact]
    public void Sink_ThatThrows_HarmsNobodyAndIsToldOfNowAndThen()
    {
        var sink = new RecordingSink();
        using var monitoring = new MonitoringHarness(configure: null, new BrokenSink(), sink);
        for (int i = 0; i < 5; i++)
            monitoring.Metrics.Record("time", 1);
        Assert.Equal(5, sink.Seen.Count);
        Assert.Equal(5, monitoring.Value(MetricQuery.Of("time").Count()));
        Assert.Equal(1, monitoring.CountLogs(1502));
        monitoring.Advance(600);
        monitoring.Metrics.Record("time", 1);
        Assert.Equal(2, monitoring.CountLogs(1502));
    }

    [Fact]
    public void Poll_AnInstrumentThatThrows_IsToldOnceAndOthersAreRead()
    {
        using var monitoring = new MonitoringHarness(o => o.PollInterval = TimeSpan.FromSeconds(5));
        bool fails = true;
        Meter meter = monitoring.Meters.Create("Varai");
        meter.CreateObservableGauge("bad", () => fails ? throw new TimeoutException() : 1);
        meter.CreateObservableGauge("good", () => 2);
        monitoring.Advance(15);
        Assert.Equal(3, monitoring.Value(MetricQuery.Of("good").Count()));
        Assert.Equal(1, monitoring.CountLogs(1503));

        fails = false;
        monitoring.Advance(10);

        Assert.Equal(1, monitoring.Value(MetricQuery.Of("bad").Last()));
        Assert.Equal((1, 1), (monitoring.CountLogs(1503), monitoring.CountLogs(1504)));
    }

    [Fact]
    public async Task Stop_EndsListeningAndReading()
    {
        var sink = new RecordingSink();
        using var monitoring = new MonitoringHarness(configure: null, sink);
        Histogram<double> time = monitoring.Metrics.Histogram("time");
        monitoring.Meters.Create("Varai").CreateObservableGauge("gauge", () => 1);
        Assert.True(time.Enabled);

        await monitoring.Pipeline.StoppedAsync(TestContext.Current.CancellationToken);

        Assert.False(time.Enabled);
        time.Record(1);
        monitoring.Advance(60);
        Assert.Empty(sink.Seen);
    }

    private sealed class RecordingSink : IMetricSink
    {
        public List<string> Seen { get; } = [];

        public HashSet<MetricInstrument> Instruments { get; } = [];

        public void Record(MetricInstrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            Instruments.Add(instrument);
            Seen.Add($"{instrument.Kind} {instrument.Name} {value} {string.Join(',', labels.ToArray().Select(l => $"{l.Key}={l.Value}"))}");
        }
    }

    private sealed class BrokenSink : IMetricSink
    {
        public void Record(MetricInstrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) => throw new TimeoutException();
    }
}
