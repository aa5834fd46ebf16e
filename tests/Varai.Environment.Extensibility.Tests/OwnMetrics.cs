using System.Diagnostics.Metrics;
using Varai.Monitoring;

namespace Contoso.Extensions;

/// <summary>Metrics written outside Varai, on a meter with a name of its own.</summary>
internal sealed class OwnMetrics(IMeterFactory meters) : IMetrics
{
    private readonly Meter _meter = meters.Create("Contoso");

    public Counter<double> Counter(string name, string? unit = null, string? description = null) => _meter.CreateCounter<double>(name, unit, description);

    public Gauge<double> Gauge(string name, string? unit = null, string? description = null) => _meter.CreateGauge<double>(name, unit, description);

    public Histogram<double> Histogram(string name, string? unit = null, string? description = null) =>
        _meter.CreateHistogram<double>(name, unit, description);

    public MetricHandle Handle(string name, params ReadOnlySpan<(string Label, object? Value)> labels) => new(Histogram(name), labels);

    public void Record(string name, double value, params ReadOnlySpan<(string Label, object? Value)> labels) => Handle(name, labels).Record(value);
}
