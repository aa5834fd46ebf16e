namespace Varai.Monitoring;

/// <summary>What a <see cref="MetricQuery"/> makes of the measurements in its range.</summary>
public enum MetricFunction
{
    /// <summary>How fast a counter grows, or how many values a histogram takes, per second.</summary>
    Rate,

    /// <summary>How much a counter has grown, or how many values a histogram has taken.</summary>
    Increase,

    /// <summary>The average of all values.</summary>
    Average,

    /// <summary>The least value.</summary>
    Min,

    /// <summary>The greatest value.</summary>
    Max,

    /// <summary>The sum of all values; of a counter the same as <see cref="Increase"/>.</summary>
    Sum,

    /// <summary>The number of values.</summary>
    Count,

    /// <summary>The latest value of each series of a gauge, added up over the series.</summary>
    Last,

    /// <summary>A quantile of a histogram's values.</summary>
    Quantile,

    /// <summary>1 when there is no value at all, else missing.</summary>
    Absent,

    /// <summary>One query's value divided by another's.</summary>
    Ratio,

    /// <summary>The share of a histogram's values that are at most a threshold.</summary>
    ShareUpTo,
}
