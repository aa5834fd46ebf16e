using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace Varai.Monitoring;

/// <summary>Something that is being measured, from when it is made to when it ends.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct MeasuredOperation
{
    private readonly TimeProvider _time;
    private readonly Histogram<double> _durations;
    private readonly IReadOnlyList<(string Label, object? Value)> _labels;
    private readonly long _start;

    public MeasuredOperation(IMetrics metrics, string name, IReadOnlyList<(string Label, object? Value)> labels)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(labels);
        _durations = metrics.Histogram(name, "s");
        _labels = labels;
        _time = metrics.TimeProvider;
        _start = _time.GetTimestamp();
    }

    public void End(Exception? error)
    {
        double seconds = _time.GetElapsedTime(_start).TotalSeconds;
        var pairs = new KeyValuePair<string, object?>[_labels.Count + (error is null or OperationCanceledException ? 1 : 2)];
        for (int i = 0; i < _labels.Count; i++)
            pairs[i] = new(_labels[i].Label, _labels[i].Value);
        pairs[_labels.Count] = new("outcome", error switch { null => "success", OperationCanceledException => "canceled", _ => "error" });
        if (error is not (null or OperationCanceledException))
            pairs[^1] = new("error.type", error.GetType().ToString());
        _durations.Record(seconds, pairs.AsSpan());
    }
}
