namespace Varai.Monitoring;

/// <summary>When people are to be told. Its states, and when it goes from one to the next, are those of Prometheus' alerting rules; what goes
/// beyond them is off by default.</summary>
/// <remarks>Each group of the query is an alert of its own. A rule is made by an <see cref="AlertRuleBuilder"/>, from a file, or by hand.</remarks>
public sealed record AlertRule
{
    /// <summary>The name, which becomes the label <c>alertname</c>. Unique.</summary>
    public required string Name { get; init; }

    /// <summary>The comparisons, at least one. With several, all must hold for the same group, as with Prometheus' <c>and</c>; the alert's
    /// value is that of the first.</summary>
    public required IReadOnlyList<AlertTerm> Terms { get; init; }

    /// <summary>How long the condition must hold before the alert fires. Default: zero, it fires at once.</summary>
    public TimeSpan For { get; init; }

    /// <summary>How long the alert goes on firing after the condition has held for the last time. Default: zero.</summary>
    public TimeSpan KeepFiringFor { get; init; }

    /// <summary>How much it matters; becomes the label <c>severity</c> unless <see cref="Labels"/> has one. Default:
    /// <see cref="AlertSeverity.Warning"/>.</summary>
    public AlertSeverity Severity { get; init; } = AlertSeverity.Warning;

    /// <summary>Labels to add to those of the group; one that is empty takes the group's away. A value is an <see cref="AlertTemplate"/> over
    /// <c>$labels</c>. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Texts for people, such as <c>summary</c>, <c>description</c> and <c>runbook_url</c>. A value is an <see cref="AlertTemplate"/>
    /// over <c>$labels</c> and <c>$value</c>. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What it makes of a group without a value. Default: <see cref="AlertNoData.Resolve"/>.</summary>
    public AlertNoData NoData { get; init; }

    /// <summary>In how many of the last <see cref="OutOf"/> evaluations the comparisons must have held. Default: 1.</summary>
    public int Occurrences { get; init; } = 1;

    /// <summary>Of how many evaluations; 1 to 64. Default: 1.</summary>
    public int OutOf { get; init; } = 1;

    /// <summary>The rule close to how Prometheus writes it.</summary>
    public override string ToString() => $"{Name}: {string.Join(" and ", Terms)}{(For > TimeSpan.Zero ? $" for {For}" : "")}";
}
