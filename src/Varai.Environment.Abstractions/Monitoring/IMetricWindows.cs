namespace Varai.Monitoring;

/// <summary>The measurements of the last hours, kept in the process and asked there. Present after <c>AddMonitoring()</c>.</summary>
/// <remarks>Every member is safe from any thread, sees everything recorded before the call, and does not hold up recording.</remarks>
public interface IMetricWindows
{
    /// <summary>The metrics that are kept, by name.</summary>
    IReadOnlyList<MetricInfo> GetMetrics();

    /// <summary>The value of a query that does not group.</summary>
    /// <param name="query">The query.</param>
    /// <param name="at">The moment its range ends, rounded down to a boundary of slots; <see langword="null"/> for now.</param>
    /// <returns>The value; <see langword="null"/> when it is missing: there is no such series, or no measurement of it in the range. A counter
    /// that is there and did not grow has grown by 0.</returns>
    /// <exception cref="ArgumentException">The query groups; see <see cref="GetValues"/>.</exception>
    /// <exception cref="InvalidOperationException">The metric's kind does not have the function, such as a quantile of a gauge.</exception>
    double? GetValue(MetricQuery query, DateTimeOffset? at = null);

    /// <summary>The values of a query, one for each group.</summary>
    /// <param name="query">The query.</param>
    /// <param name="at">The moment its range ends, rounded down to a boundary of slots; <see langword="null"/> for now.</param>
    /// <returns>The values of all groups that there are series for, ordered by their labels; of a query that does not group, exactly one.</returns>
    /// <exception cref="InvalidOperationException">The metric's kind does not have the function, such as a quantile of a gauge.</exception>
    IReadOnlyList<MetricValue> GetValues(MetricQuery query, DateTimeOffset? at = null);

    /// <summary>The values of a query with the series and slots they were made from.</summary>
    /// <param name="query">The query.</param>
    /// <param name="at">The moment its range ends, rounded down to a boundary of slots; <see langword="null"/> for now.</param>
    /// <exception cref="InvalidOperationException">The metric's kind does not have the function, such as a quantile of a gauge.</exception>
    MetricExplanation Explain(MetricQuery query, DateTimeOffset? at = null);
}
