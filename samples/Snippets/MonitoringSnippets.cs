using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai;
using Varai.Monitoring;
using Varai.Monitoring.ServiceLevels;

namespace Snippets;

internal static class MonitoringSnippets
{
    public static void Record(IVaraiEnvironment varai, TimeSpan elapsed)
    {
        // snippet: monitoring-record
        varai.Record("order_processing_time", elapsed.TotalMilliseconds, ("region", "eu"), ("plan", "pro"));
        // end-snippet
    }

    public static void Host(HostApplicationBuilder builder)
    {
        // snippet: monitoring-host
        builder.AddVarai().AddMonitoring(o =>
        {
            o.Meters.Add("Microsoft.AspNetCore.Hosting"); // http.server.request.duration
            o.Meters.Add("System.Runtime");
            o.Meters.Add("Npgsql*");
        });
        // end-snippet
    }

    public static void Query(IMetricWindows windows)
    {
        // snippet: monitoring-query
        MetricQuery p99 = MetricQuery.Of("order_processing_time").Quantile(0.99).Over(TimeSpan.FromMinutes(5));
        double? everywhere = windows.GetValue(p99);
        foreach (MetricValue region in windows.GetValues(p99.By("region")))
            Console.WriteLine($"{region.Labels["region"]}: {region.Value} ms");

        MetricQuery errors = MetricQuery.Of("http.server.request.duration")
            .Where(new LabelMatcher("http.response.status_code", LabelComparison.Matches, "5..")).Rate();
        MetricQuery all = MetricQuery.Of("http.server.request.duration").Rate();
        double? errorRatio = windows.GetValue(errors.Or(0).DividedBy(all).Over(TimeSpan.FromMinutes(1)));
        // end-snippet
        Console.WriteLine($"{everywhere} {errorRatio}");
    }

    public static void Resources(HostApplicationBuilder builder, IResourceMonitor monitor)
    {
        // snippet: monitoring-resources
        builder.AddVarai().AddMonitoring().AddResourceMetrics();

        ResourceUsage usage = monitor.GetUsage(); // IResourceMonitor
        Console.WriteLine($"{usage.Process.CpuUtilization:P0} of {usage.Process.CpuCount} processors");
        Console.WriteLine($"{usage.Container?.MemoryWorkingSet} of {usage.Container?.MemoryLimit} bytes");

        MetricQuery cpu = MetricQuery.Of("process.cpu.utilization").Last(); // user and system together
        MetricQuery machine = MetricQuery.Of("system.cpu.utilization")
            .Where(new LabelMatcher("cpu.mode", LabelComparison.DoesNotMatch, "idle|iowait")).Last();
        // end-snippet
        Console.WriteLine($"{cpu} {machine}");
    }

    public static void Errors(HostApplicationBuilder builder, IVaraiEnvironment varai, Exception exception)
    {
        // snippet: monitoring-errors
        builder.AddVarai().AddMonitoring().AddErrorTracking();

        varai.RecordError(exception); // one that the service has dealt with
        foreach (ErrorGroup error in varai.Errors.GetErrors())
            Console.WriteLine($"{error.Count} {error.Type} at {error.Place}, last {error.LastSeen:u}, {error.RatePerMinute} a minute");

        MetricQuery errors = MetricQuery.Of("varai.errors").By("error.type").Rate();
        // end-snippet
        Console.WriteLine(errors);
    }

    public static async Task MeasureAsync(IVaraiEnvironment varai, Orders orders, Order order, CancellationToken cancellationToken)
    {
        // snippet: monitoring-measure
        Receipt receipt = await varai.MeasureAsync(
            "orders.place.duration", token => orders.PlaceAsync(order, token), [("region", "eu")], cancellationToken);

        MetricQuery slow = MetricQuery.Of("orders.place.duration").Quantile(0.95);
        MetricQuery failures = MetricQuery.Of("orders.place.duration").Where("outcome", "error").Rate().Or(0)
            .DividedBy(MetricQuery.Of("orders.place.duration").Rate());
        // end-snippet
        Console.WriteLine($"{receipt} {slow} {failures}");
    }

    internal sealed record Order(string Id);

    internal sealed record Receipt(string Id, DateTimeOffset PlacedAt);

    internal sealed class Orders(TimeProvider time)
    {
        public Task<Receipt> PlaceAsync(Order order, CancellationToken cancellationToken) =>
            cancellationToken.IsCancellationRequested ? Task.FromCanceled<Receipt>(cancellationToken) : Task.FromResult(new Receipt(order.Id, time.GetUtcNow()));
    }

    public static void Objectives(HostApplicationBuilder builder)
    {
        // snippet: monitoring-objectives
        MetricQuery requests = MetricQuery.Of("http.server.request.duration").Where("http.route", "/orders");
        MetricQuery failed = requests.Where(new LabelMatcher("http.response.status_code", LabelComparison.Matches, "5.."));

        builder.AddVarai().AddHttpMetrics()
            .AddServiceLevelObjective(new ServiceLevelObjective("orders-availability", 0.999, ServiceLevelIndicator.ErrorsOf(failed, requests)))
            .AddServiceLevelObjective(new ServiceLevelObjective("orders-latency", 0.99, ServiceLevelIndicator.AtMost(requests, 0.3))
            {
                Period = TimeSpan.FromDays(28),
                TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"),
            });
        // end-snippet
    }

    public static void Uptime(HostApplicationBuilder builder)
    {
        // snippet: monitoring-uptime
        builder.AddVarai().AddServiceLevelObjective(new ServiceLevelObjective(
            "partner-uptime",
            0.995,
            ServiceLevelIndicator.UptimeOf(new UptimeSlots(UptimeProbe.Http(new Uri("https://partner.example/health")))
            {
                NoData = NoDataRule.Down,
                Maintenance = [MaintenanceWindow.Weekly(DayOfWeek.Sunday, new TimeOnly(2, 0), TimeSpan.FromHours(1))],
            })));
        // end-snippet
    }

    public static void ServiceLevels(IServiceLevels levels)
    {
        // snippet: monitoring-service-levels
        ServiceLevelStatus status = levels.GetStatus("orders-availability"); // IServiceLevels
        Console.WriteLine($"{status.Events.Ratio:P3} of {status.Events.Valid}; {status.BudgetRemaining:P0} of the budget left, {status.BadEventsLeft} more may fail");
        foreach (BurnRate burn in status.BurnRates.Where(b => b.IsBurning))
            Console.WriteLine($"{burn.Window.Severity}: {burn.LongRate:F1} times too fast over {burn.Window.Long}");

        File.WriteAllText("june.md", levels.GetReport("orders-availability", 2026, 6).ToMarkdown());
        // end-snippet
    }

    public static void Explain(IMetricWindows windows, MetricQuery query)
    {
        // snippet: monitoring-explain
        Console.WriteLine(windows.Explain(query));
        // end-snippet
    }
}

// snippet: monitoring-instruments
internal sealed class OrderMetrics(IMetrics metrics)
{
    private readonly Counter<double> _placed = metrics.Counter("orders_placed", "{order}", "Orders that were placed");
    private readonly Gauge<double> _queue = metrics.Gauge("order_queue_length", "{order}");
    private readonly MetricHandle _processing = metrics.Handle("order_processing_time", ("region", "eu"), ("plan", "pro"));

    public void Placed(string region, int waiting, TimeSpan elapsed)
    {
        _placed.Add(1, new KeyValuePair<string, object?>("region", region));
        _queue.Record(waiting);
        _processing.Record(elapsed.TotalMilliseconds);
    }
}
// end-snippet

// snippet: monitoring-sink
internal sealed class SlowOrders : IMetricSink // AddMetricSink<SlowOrders>()
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public void Record(MetricInstrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (instrument.Name == "order_processing_time" && value > 2000)
            Interlocked.Increment(ref _count);
    }
}
// end-snippet
