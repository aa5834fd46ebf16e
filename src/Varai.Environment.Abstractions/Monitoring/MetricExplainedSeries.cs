namespace Varai.Monitoring;

/// <summary>A series that a query used.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Labels">The series' labels.</param>
/// <param name="Slots">What it had in the range, oldest first; slots without a measurement are not kept.</param>
public sealed record MetricExplainedSeries(string Metric, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<MetricSlot> Slots);
