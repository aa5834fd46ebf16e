using System.Diagnostics.Metrics;

namespace Varai.Monitoring.Listening;

/// <summary>One instrument on its way to the sinks.</summary>
internal sealed class MetricTap(MetricInstrument instrument, GuardedSink[] sinks)
{
    /// <summary>The meaning of an instrument's values; null for a kind that is not known.</summary>
    public static MetricKind? KindOf(Instrument instrument)
    {
        Type type = instrument.GetType();
        if (!type.IsGenericType)
            return null;
        Type definition = type.GetGenericTypeDefinition();
        return definition == typeof(Counter<>) ? MetricKind.Counter
            : definition == typeof(ObservableCounter<>) ? MetricKind.CounterTotal
            : definition == typeof(UpDownCounter<>) ? MetricKind.UpDownCounter
            : definition == typeof(Gauge<>) || definition == typeof(ObservableGauge<>) || definition == typeof(ObservableUpDownCounter<>) ? MetricKind.Gauge
            : definition == typeof(Histogram<>) ? MetricKind.Histogram
            : null;
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        foreach (GuardedSink sink in sinks)
            sink.Record(instrument, value, labels);
    }
}
