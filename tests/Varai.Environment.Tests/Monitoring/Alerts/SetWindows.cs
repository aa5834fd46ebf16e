using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Alerts;

/// <summary>Windows that give what a test has set.</summary>
internal sealed class SetWindows : IMetricWindows
{
    private readonly SortedDictionary<string, double?> _values = new(StringComparer.Ordinal);

    /// <summary>Called before each answer; may throw.</summary>
    public Action<MetricQuery>? Asked { get; set; }

    /// <summary>Sets the value of one series, told apart by the label <c>s</c>; of the series "" without one.</summary>
    public double? this[string series]
    {
        set => _values[series] = value;
    }

    public void Remove(string series) => _values.Remove(series);

    public IReadOnlyList<MetricInfo> GetMetrics() => [];

    public double? GetValue(MetricQuery query, DateTimeOffset? at = null) => GetValues(query, at)[0].Value;

    public IReadOnlyList<MetricValue> GetValues(MetricQuery query, DateTimeOffset? at = null)
    {
        Asked?.Invoke(query);
        return [.. _values.Select(v => new MetricValue(v.Key.Length == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { ["s"] = v.Key }, v.Value))];
    }

    public MetricExplanation Explain(MetricQuery query, DateTimeOffset? at = null) => new(query, default, default, GetValues(query, at), []);
}
