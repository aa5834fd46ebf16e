namespace Varai.Monitoring;

/// <summary>The value of one group of series.</summary>
/// <param name="Labels">The labels that tell the group from others; of a query that does not group, none.</param>
/// <param name="Value">The value; <see langword="null"/> when it is missing, which is not 0.</param>
public sealed record MetricValue(IReadOnlyDictionary<string, string> Labels, double? Value);
