namespace Varai.Monitoring;

/// <summary>What the values of a metric mean.</summary>
public enum MetricKind
{
    /// <summary>Each value is added to a total that only grows.</summary>
    Counter,

    /// <summary>Each value is the total so far, read from time to time; it grows, and begins again at 0 when its source does.</summary>
    CounterTotal,

    /// <summary>Each value is added to a total that grows and shrinks.</summary>
    UpDownCounter,

    /// <summary>Each value replaces the one before.</summary>
    Gauge,

    /// <summary>Each value is one of many whose distribution counts.</summary>
    Histogram,
}
