namespace Varai.Monitoring;

/// <summary>A metric that is kept in windows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its values mean.</param>
/// <param name="SeriesCount">How many series it has now, the one for overflow included.</param>
public sealed record MetricInfo(string Name, MetricKind Kind, int SeriesCount)
{
    /// <summary>The unit of its values; <see langword="null"/> when none is given.</summary>
    public string? Unit { get; init; }

    /// <summary>What it measures, for people; <see langword="null"/> when it does not say.</summary>
    public string? Description { get; init; }

    /// <summary>Whether there were more label sets than <c>Varai:Monitoring:MaxSeriesPerMetric</c>, so that some are counted together in
    /// the series <c>otel.metric.overflow="true"</c>.</summary>
    public bool HasOverflowed { get; init; }
}
