using System.Globalization;
using System.Text;

namespace Varai.Monitoring;

/// <summary>Why a rule's alerts are as they are.</summary>
/// <param name="Status">The rule as it stands.</param>
/// <param name="Environment">The environment, on which thresholds may depend.</param>
/// <param name="Terms">What each term's query gives now, and the samples it is made of; <see langword="null"/> for a function.</param>
public sealed record AlertRuleExplanation(AlertRuleStatus Status, string Environment, IReadOnlyList<MetricExplanation?> Terms)
{
    /// <summary>The explanation for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Status.Rule.Name}: {Status.State}, health {Status.Health}{(Status.Error is { } error ? $" ({error})" : "")}");
        foreach (ActiveAlert alert in Status.Alerts)
        {
            string labels = string.Join(", ", alert.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}=\"{l.Value}\""));
            text.AppendLine(CultureInfo.InvariantCulture, $"  {{{labels}}} {alert.State} since {alert.FiredAt ?? alert.ActiveAt:u}, value {alert.Value}");
        }

        for (int i = 0; i < Terms.Count; i++)
        {
            AlertTerm term = Status.Rule.Terms[i];
            text.AppendLine(CultureInfo.InvariantCulture, $"  {term}{(term.Predicate is null ? $"; in {Environment}: {term.ThresholdIn(Environment)}" : "")}");
            if (Terms[i] is { } samples)
                text.Append("    ").AppendLine(samples.ToString().TrimEnd().ReplaceLineEndings("\n").Replace("\n", $"{System.Environment.NewLine}    ", StringComparison.Ordinal));
        }

        return text.ToString();
    }
}
