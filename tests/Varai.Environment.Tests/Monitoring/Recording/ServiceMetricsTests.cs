using System.Diagnostics.Metrics;
using Varai.Monitoring;
using Varai.Monitoring.Recording;

namespace Varai.Tests.Monitoring.Recording;

public sealed class ServiceMetricsTests : IDisposable
{
    private readonly MonitoringHarness _monitoring = new();

    public void Dispose() => _monitoring.Dispose();

    [Fact]
    public void Record_AByNameAndAHandle_AreTheSameSeries()
    {
        _monitoring.Metrics.Record("time", 1, ("region", "eu"), ("plan", "pro"));
        _monitoring.Metrics.Handle("time", ("region", "eu"), ("plan", "pro")).Record(2);
        _monitoring.Metrics.Histogram("time").Record(3, new("region", "eu"), new("plan", "pro"));
        _monitoring.Metrics.Record("time", 4, new Dictionary<string, string> { ["plan"] = "pro", ["region"] = "eu" });

        MetricValue series = Assert.Single(_monitoring.Windows.GetValues(MetricQuery.Of("time").Sum().BySeries()));
        Assert.Equal(10, series.Value);
        Assert.Equal(MetricKind.Histogram, Assert.Single(_monitoring.Windows.GetMetrics()).Kind);
    }

    [Fact]
    public void Record_ADeclaredName_IsOfItsKind()
    {
        _monitoring.Metrics.Counter("orders");
        _monitoring.Metrics.Gauge("queue");
        _monitoring.Metrics.Record("orders", 2);
        _monitoring.Metrics.Record("queue", 3);
        _monitoring.Metrics.Handle("orders").Record(2);
        _monitoring.Metrics.Handle("queue").Record(4);

        Assert.Equal(4, _monitoring.Value(MetricQuery.Of("orders").Increase()));
        Assert.Equal(4, _monitoring.Value(MetricQuery.Of("queue").Last()));
    }

    [Fact]
    public void Record_MoreLabelsThanTheStackHolds_HasThemAll()
    {
        (string Label, object? Value)[] labels = [.. Enumerable.Range(0, 12).Select(i => ($"l{i}", (object?)i))];
        _monitoring.Metrics.Record("time", 1, labels);
        Assert.Equal(12, Assert.Single(_monitoring.Windows.GetValues(MetricQuery.Of("time").Sum().BySeries())).Labels.Count);
    }

    [Fact]
    public void Counter_TheSameNameAgain_IsTheSameAndAnotherKindIsRefused()
    {
        Counter<double> orders = _monitoring.Metrics.Counter("orders", "{order}", "Orders");
        Assert.Same(orders, _monitoring.Metrics.Counter("orders", "other"));
        Assert.Equal(("{order}", "Orders", IMetrics.MeterName), (orders.Unit, orders.Description, orders.Meter.Name));
        _monitoring.Metrics.Record("time", 1);

        string message = Assert.Throws<InvalidOperationException>(() => _monitoring.Metrics.Gauge("orders")).Message;
        Assert.Equal("The metric 'orders' is a counter and can't be a gauge too. A name that was recorded before it was declared is a histogram.", message);
        Assert.Throws<InvalidOperationException>(() => _monitoring.Metrics.Counter("time"));
    }

    [Theory]
    [InlineData("1st")]
    [InlineData("orders placed")]
    [InlineData("ü")]
    [InlineData("_orders")]
    public void Record_ABadName_IsRefused(string name)
    {
        Assert.Contains($"'{name}' is not the name of a metric", Assert.Throws<ArgumentException>(() => _monitoring.Metrics.Record(name, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _monitoring.Metrics.Handle(name));
        Assert.Throws<ArgumentException>(() => _monitoring.Metrics.Counter(name));
    }

    [Fact]
    public void Record_NamesThatAreTooLongOrNone_AreRefused()
    {
        _monitoring.Metrics.Record(new string('x', 255), 1);
        Assert.Throws<ArgumentException>(() => _monitoring.Metrics.Record(new string('x', 256), 1));
        Assert.Throws<ArgumentException>(() => _monitoring.Metrics.Record("", 1));
        Assert.Throws<ArgumentNullException>(() => _monitoring.Metrics.Record(null!, 1));
    }

    [Fact]
    public void Record_TooManyNames_DropsNewOnesAndWarnsOnce()
    {
        for (int i = 0; i < ServiceMetrics.MaxNames; i++)
            _monitoring.Metrics.Record($"m{i}", 1);
        _monitoring.Metrics.Record("one.more", 1);
        _monitoring.Metrics.Record("another", 1);
        _monitoring.Metrics.Record("m7", 1);

        Assert.Equal(ServiceMetrics.MaxNames, _monitoring.Windows.GetMetrics().Count);
        Assert.Equal(2, _monitoring.Value(MetricQuery.Of("m7").Count()));
        Assert.Equal(1, _monitoring.CountLogs(1505));
        Assert.Contains("there are 1000", Assert.Throws<InvalidOperationException>(() => _monitoring.Metrics.Handle("more")).Message, StringComparison.Ordinal);
        Assert.NotNull(_monitoring.Metrics.Counter("declared"));
    }
}
