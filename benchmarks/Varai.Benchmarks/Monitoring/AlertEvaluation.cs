using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Varai.Benchmarks.Ratios;
using Varai.Monitoring;
using Varai.Monitoring.Alerts;
using Varai.Monitoring.Windows;

namespace Varai.Benchmarks.Monitoring;

/// <summary>One evaluation of 100 rules over 1,000 series each: a rate over five minutes of busy counters, and the latest value of gauges.</summary>
internal static class AlertEvaluation
{
    private const int Rules = 100;
    private const int Series = 1000;
    private const int Slots = 60;

    public static async Task RunAsync(RatioRunner runner)
    {
        await RunAsync(runner, "alerts.evaluate-100k", MetricKind.Counter, q => q.Rate());
        await RunAsync(runner, "alerts.evaluate-100k-gauges", MetricKind.Gauge, q => q.Last().Over(TimeSpan.FromMinutes(1)));
    }

    private static async Task RunAsync(RatioRunner runner, string name, MetricKind kind, Func<MetricQuery, MetricQuery> ask)
    {
        var clock = new ManualClock();
        using var windows = new MetricWindows(Options.Create(new MonitoringOptions()), clock, NullLogger<MetricWindows>.Instance);
        var instrument = new MetricInstrument(0, "metric", kind);
        string[] customers = [.. Enumerable.Range(0, Series).Select(i => $"customer-{i}")];
        for (int slot = 0; slot < Slots; slot++)
        {
            foreach (string customer in customers)
                windows.Record(instrument, slot, [new("customer", customer)]);
            clock.Now += TimeSpan.FromSeconds(10);
            windows.GetValue(MetricQuery.Of("metric").Sum());
        }

        IEnumerable<AlertRule> rules = Enumerable.Range(0, Rules).Select(i => new AlertRule
        {
            Name = $"rule-{i}",
            Terms = [new AlertTerm { Query = ask(MetricQuery.Of("metric")).BySeries(), Threshold = 1e12 }],
            For = TimeSpan.FromMinutes(1),
        });
        var set = new AlertRuleSet(rules, windows, "production", new WindowClock(clock));
        set.Evaluate();
        await runner.MeasureAsync(
            new RatioClaim(name, 10, TimeUnit.Milliseconds) { AtMostBytes = 0 },
            n =>
            {
                for (int i = 0; i < n; i++)
                    set.Evaluate();
            });
    }
}
