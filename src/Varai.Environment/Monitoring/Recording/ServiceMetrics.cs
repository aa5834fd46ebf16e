using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Varai.Monitoring.Recording;

/// <summary>The service's own metrics, on one meter. The meter is made when it is first needed.</summary>
internal sealed class ServiceMetrics : IMetrics
{
    public const int MaxNames = 1000;

    private readonly ConcurrentDictionary<string, Instrument<double>> _instruments = new(StringComparer.Ordinal);
    private readonly Lazy<Meter> _meter;
    private readonly ILogger _logger;
    private int _hasWarned;

    /// <param name="meters">The host's; null for a meter of no host.</param>
    /// <param name="logger">Where too many names are told.</param>
    /// <param name="time">What durations are measured with.</param>
    public ServiceMetrics(IMeterFactory? meters, ILogger<ServiceMetrics> logger, TimeProvider time)
    {
        TimeProvider = time;
        _meter = new Lazy<Meter>(() => meters?.Create(IMetrics.MeterName) ?? new Meter(IMetrics.MeterName));
        _logger = new GuardedLogger(logger);
    }

    public TimeProvider TimeProvider { get; }

    public Counter<double> Counter(string name, string? unit = null, string? description = null) =>
        Declared(name, "counter", () => _meter.Value.CreateCounter<double>(name, unit, description));

    public Gauge<double> Gauge(string name, string? unit = null, string? description = null) =>
        Declared(name, "gauge", () => _meter.Value.CreateGauge<double>(name, unit, description));

    public Histogram<double> Histogram(string name, string? unit = null, string? description = null) =>
        Declared(name, "histogram", () => _meter.Value.CreateHistogram<double>(name, unit, description));

    public MetricHandle Handle(string name, params ReadOnlySpan<(string Label, object? Value)> labels) => Find(name) switch
    {
        Histogram<double> histogram => new MetricHandle(histogram, labels),
        Counter<double> counter => new MetricHandle(counter, labels),
        Gauge<double> gauge => new MetricHandle(gauge, labels),
        _ => throw new InvalidOperationException(
            $"The metric '{name}' can't be made: there are {MaxNames}. What differs from call to call belongs into a label."),
    };

    public void Record(string name, double value, params ReadOnlySpan<(string Label, object? Value)> labels)
    {
        if (!_instruments.TryGetValue(name, out Instrument<double>? instrument) && (instrument = Find(name)) is null)
        {
            if (Interlocked.Exchange(ref _hasWarned, 1) == 0)
                _logger.TooManyMetricNames(MaxNames, name);
            return;
        }

        var buffer = default(LabelBuffer);
        Span<KeyValuePair<string, object?>> pairs =
            labels.Length <= LabelBuffer.Length ? buffer[..labels.Length] : new KeyValuePair<string, object?>[labels.Length];
        for (int i = 0; i < labels.Length; i++)
            pairs[i] = new(labels[i].Label, labels[i].Value);
        if (instrument is Histogram<double> histogram)
            histogram.Record(value, pairs);
        else if (instrument is Counter<double> counter)
            counter.Add(value, pairs);
        else
            ((Gauge<double>)instrument).Record(value, pairs);
    }

    /// <summary>The metric, a histogram if it is new; null when it is new and there are too many.</summary>
    private Instrument<double>? Find(string name)
    {
        if (_instruments.TryGetValue(name, out Instrument<double>? known))
            return known;
        MetricName.ThrowIfInvalid(name);
        return _instruments.Count >= MaxNames ? null : _instruments.GetOrAdd(name, static (n, self) => self._meter.Value.CreateHistogram<double>(n), this);
    }

    private T Declared<T>(string name, string kind, Func<T> create)
        where T : Instrument<double>
    {
        MetricName.ThrowIfInvalid(name);

        // Made outside of any lock: whoever listens to meters is told of it at once. Of two that are made at once the meter makes one.
        Instrument<double> found = _instruments.TryGetValue(name, out Instrument<double>? known) ? known : _instruments.GetOrAdd(name, create());
        return found as T ?? throw new InvalidOperationException(
            $"The metric '{name}' is a {Describe(found)} and can't be a {kind} too. A name that was recorded before it was declared is a histogram.");
    }

    private static string Describe(Instrument<double> instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        Counter<double> => "counter",
        _ => "gauge",
    };
}
