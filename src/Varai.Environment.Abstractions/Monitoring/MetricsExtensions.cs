namespace Varai.Monitoring;

/// <summary>Records with labels from a dictionary.</summary>
public static class MetricsExtensions
{
    /// <summary>Records a value of a metric; see <see cref="IMetrics.Record"/>. Allocates an array, at most 250 bytes for
    /// up to eight labels; give them one by one where that counts.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="value">The value.</param>
    /// <param name="labels">The labels.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static void Record(this IMetrics metrics, string name, double value, IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(labels);
        var pairs = new (string Label, object? Value)[labels.Count];
        int i = 0;
        foreach ((string label, string text) in labels)
            pairs[i++] = (label, text);
        metrics.Record(name, value, pairs.AsSpan(0, i));
    }
}
