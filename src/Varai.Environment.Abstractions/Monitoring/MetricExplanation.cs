using System.Globalization;
using System.Text;

namespace Varai.Monitoring;

/// <summary>How a query came to its values.</summary>
/// <param name="Query">The query.</param>
/// <param name="From">Where the range that was used begins: with the slot that the beginning of the query's range falls into.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Values">The values.</param>
/// <param name="Series">The series that were used, with their slots.</param>
public sealed record MetricExplanation(
    MetricQuery Query, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<MetricValue> Values, IReadOnlyList<MetricExplainedSeries> Series)
{
    /// <summary>The explanation for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Query}, from {From:u} to {To:u}");
        foreach (MetricValue value in Values)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {Text(value.Labels)} = {(value.Value is { } v ? v.ToString("R", CultureInfo.InvariantCulture) : "missing")}");
        foreach (MetricExplainedSeries series in Series)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {series.Metric}{Text(series.Labels)}");
            foreach (MetricSlot slot in series.Slots)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {slot.Start:u} {slot.Length.TotalSeconds} s: sum {slot.Sum}");
                if (slot.Count > 0)
                    text.Append(CultureInfo.InvariantCulture, $", count {slot.Count}, min {slot.Min}, max {slot.Max}");
                if (slot.Last is { } last)
                    text.Append(CultureInfo.InvariantCulture, $", last {last}");
                text.AppendLine();
            }
        }

        return text.ToString();
    }

    private static string Text(IReadOnlyDictionary<string, string> labels) =>
        $"{{{string.Join(", ", labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}=\"{l.Value}\""))}}}";
}
