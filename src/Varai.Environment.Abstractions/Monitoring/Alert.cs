using System.Globalization;
using System.Text;

namespace Varai.Monitoring;

/// <summary>Something that is wrong, or was: what an alert rule, or anybody else, tells an <see cref="IAlertDispatcher"/>. Two alerts with
/// the same labels are the same alert.</summary>
public sealed record Alert
{
    /// <summary>The label that holds the name of the rule.</summary>
    public const string NameLabel = "alertname";

    /// <summary>The label that holds the <see cref="AlertSeverity"/> in lower case.</summary>
    public const string SeverityLabel = "severity";

    /// <summary>What tells the alert from others, such as <c>alertname</c>, <c>severity</c> and <c>region</c>. A label that is empty counts as
    /// absent.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>What a person wants to read, such as <c>summary</c>, <c>description</c> and <c>runbook_url</c>. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>When it began to fire.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>When it ended or, where that is still to come, when it counts as ended unless it is told again. <see langword="null"/>: the
    /// dispatcher's resolve timeout after it was last told.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The value of the rule when it was told: while firing and, unlike with Prometheus, also when it has ended, where there is
    /// one. Default: <see langword="null"/>, none.</summary>
    public double? Value { get; init; }

    /// <summary>Where more is to be seen of what raised it. Default: <see langword="null"/>.</summary>
    public Uri? GeneratorUrl { get; init; }

    /// <summary>The name of the rule; empty when there is none.</summary>
    public string Name => Labels.GetValueOrDefault(NameLabel) ?? "";

    /// <summary>The severity that <see cref="SeverityLabel"/> names; <see cref="AlertSeverity.Warning"/> when it names none of ours.</summary>
    public AlertSeverity Severity => Enum.TryParse(Labels.GetValueOrDefault(SeverityLabel), ignoreCase: true, out AlertSeverity severity)
        && Enum.IsDefined(severity) ? severity : AlertSeverity.Warning;

    /// <summary>Sixteen hexadecimal digits that stand for the labels, the same as Prometheus and Alertmanager reckon: FNV-1a over the sorted
    /// names and values.</summary>
    public string Fingerprint
    {
        get
        {
            ulong hash = 14695981039346656037;
            foreach ((string name, string value) in Labels.Where(l => l.Value.Length > 0).OrderBy(l => l.Key, StringComparer.Ordinal))
            {
                hash = Add(hash, name);
                hash = Add(hash, value);
            }

            return hash.ToString("x16", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Whether it is firing at a moment.</summary>
    /// <param name="at">The moment.</param>
    public AlertStatus StatusAt(DateTimeOffset at) => EndsAt <= at ? AlertStatus.Resolved : AlertStatus.Firing;

    /// <summary>Its name and labels.</summary>
    public override string ToString() => string.Concat(
        Name, "{", string.Join(", ", Labels.Where(l => l.Key != NameLabel).OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}=\"{l.Value}\"")), "}");

    // Each text ends with a byte that no UTF-8 text holds.
    private static ulong Add(ulong hash, string text)
    {
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 1099511628211;
        return (hash ^ 0xFF) * 1099511628211;
    }
}
