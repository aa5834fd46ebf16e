using System.Diagnostics.Metrics;

namespace Varai.Monitoring;

/// <summary>A metric with its labels, kept by code that records the same series again and again. Safe from any thread; recording
/// allocates nothing.</summary>
public sealed class MetricHandle
{
    private readonly Histogram<double>? _histogram;
    private readonly Counter<double>? _counter;
    private readonly Gauge<double>? _gauge;
    private readonly KeyValuePair<string, object?>[] _labels;

    /// <summary>Creates a handle to a series of a histogram.</summary>
    /// <param name="histogram">The histogram.</param>
    /// <param name="labels">The series' labels.</param>
    public MetricHandle(Histogram<double> histogram, params ReadOnlySpan<(string Label, object? Value)> labels)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        _histogram = histogram;
        _labels = Pairs(labels);
    }

    /// <summary>Creates a handle to a series of a counter.</summary>
    /// <param name="counter">The counter.</param>
    /// <param name="labels">The series' labels.</param>
    public MetricHandle(Counter<double> counter, params ReadOnlySpan<(string Label, object? Value)> labels)
    {
        ArgumentNullException.ThrowIfNull(counter);
        _counter = counter;
        _labels = Pairs(labels);
    }

    /// <summary>Creates a handle to a series of a gauge.</summary>
    /// <param name="gauge">The gauge.</param>
    /// <param name="labels">The series' labels.</param>
    public MetricHandle(Gauge<double> gauge, params ReadOnlySpan<(string Label, object? Value)> labels)
    {
        ArgumentNullException.ThrowIfNull(gauge);
        _gauge = gauge;
        _labels = Pairs(labels);
    }

    /// <summary>Records a value: added to a counter, the present one of a gauge, one of a histogram's.</summary>
    /// <param name="value">The value; of a counter, 0 or more.</param>
    public void Record(double value)
    {
        if (_histogram is not null)
            _histogram.Record(value, _labels.AsSpan());
        else if (_counter is not null)
            _counter.Add(value, _labels.AsSpan());
        else
            _gauge!.Record(value, _labels.AsSpan());
    }

    private static KeyValuePair<string, object?>[] Pairs(ReadOnlySpan<(string Label, object? Value)> labels)
    {
        var pairs = new KeyValuePair<string, object?>[labels.Length];
        for (int i = 0; i < pairs.Length; i++)
            pairs[i] = new(labels[i].Label, labels[i].Value);
        return pairs;
    }
}
