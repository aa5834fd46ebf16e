using System.Diagnostics.Metrics;

namespace Varai.Monitoring;

/// <summary>The service's own metrics. Inject it, or take it from <see cref="IVaraiEnvironment.Metrics"/>; it is a singleton.</summary>
/// <remarks>
/// <para>They are instruments of the meter <see cref="MeterName"/> of <see cref="System.Diagnostics.Metrics"/>, so that OpenTelemetry
/// (<c>AddMeter("Varai.Service")</c>) and every other listener sees them. While nobody listens, recording costs next to nothing.</para>
/// <para>A name begins with a letter and has up to 255 letters, digits, <c>_</c>, <c>.</c>, <c>-</c> and <c>/</c>, as OpenTelemetry asks; it
/// is compared exactly. Every member is safe from any thread.</para>
/// </remarks>
public interface IMetrics
{
    /// <summary>The name of the meter.</summary>
    const string MeterName = "Varai.Service";

    /// <summary>The clock that durations are measured with.</summary>
    /// <value>Default: that of the system.</value>
    TimeProvider TimeProvider => TimeProvider.System;

    /// <summary>A total that only grows, such as <c>orders_placed</c>. A second call with the same name gives the same counter.</summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="unit">The unit, such as <c>{order}</c> or <c>By</c>; the first call decides.</param>
    /// <param name="description">What it measures, for people; the first call decides.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">The name is that of a metric of another kind.</exception>
    Counter<double> Counter(string name, string? unit = null, string? description = null);

    /// <summary>A value that is what it is, such as <c>queue_length</c>. A second call with the same name gives the same gauge.</summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="unit">The unit; the first call decides.</param>
    /// <param name="description">What it measures, for people; the first call decides.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">The name is that of a metric of another kind.</exception>
    Gauge<double> Gauge(string name, string? unit = null, string? description = null);

    /// <summary>Values whose distribution counts, such as <c>order_processing_time</c>. A second call with the same name gives the same
    /// histogram.</summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="unit">The unit, such as <c>s</c> or <c>ms</c>; the first call decides.</param>
    /// <param name="description">What it measures, for people; the first call decides.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">The name is that of a metric of another kind.</exception>
    Histogram<double> Histogram(string name, string? unit = null, string? description = null);

    /// <summary>A series of a metric, for code that records it often.</summary>
    /// <param name="name">The metric's name; a name without a metric becomes a histogram.</param>
    /// <param name="labels">The series' labels.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">The name is new, and there are 1,000 metrics.</exception>
    MetricHandle Handle(string name, params ReadOnlySpan<(string Label, object? Value)> labels);

    /// <summary>Records a value of a metric: added to a counter, the present one of a gauge, one of a histogram's. A name without a metric
    /// becomes a histogram. Allocates nothing, but for what is new, for more than eight labels, and for labels whose values have to be boxed.
    /// </summary>
    /// <param name="name">The metric's name. Past 1,000 metrics, values of new names are dropped, with one warning in the log: a
    /// name is not the place for what differs from call to call.</param>
    /// <param name="value">The value; of a counter, 0 or more.</param>
    /// <param name="labels">The labels, such as <c>("region", "eu")</c>.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    void Record(string name, double value, params ReadOnlySpan<(string Label, object? Value)> labels);
}
