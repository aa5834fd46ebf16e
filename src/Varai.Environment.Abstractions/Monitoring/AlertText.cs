using System.Globalization;
using System.Text;

namespace Varai.Monitoring;

/// <summary>The texts that channels write unless they are told otherwise: short, the most important first, in plain text.</summary>
public static class AlertText
{
    /// <summary>How many alerts <see cref="Body"/> describes; of the others it says how many there are.</summary>
    public const int MaximumAlerts = 10;

    private static readonly string[] Shown = [Alert.NameLabel, Alert.SeverityLabel];

    /// <summary>One line, such as <c>CRITICAL order_processing_time (production)</c> or <c>RESOLVED 3x order_processing_time (production)</c>.</summary>
    /// <param name="notification">The notification.</param>
    public static string Title(AlertNotification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        AlertStatus status = notification.Status;
        int count = status == AlertStatus.Firing
            ? notification.Alerts.Count(a => a.StatusAt(notification.At) == AlertStatus.Firing) + notification.TruncatedAlerts
            : notification.Alerts.Count + notification.TruncatedAlerts;
        string name = notification.CommonLabels.GetValueOrDefault(Alert.NameLabel) ?? "";
        string what = name.Length == 0 ? count == 1 ? "alert" : $"{Number(count)} alerts" : count == 1 ? name : $"{Number(count)}x {name}";
        string how = status == AlertStatus.Resolved ? "RESOLVED" : Lower(notification.Severity).ToUpperInvariant();
        string why = notification.Reason == AlertNotificationReason.Group ? "" : $"{Lower(notification.Reason).ToUpperInvariant()} ";
        return OneLine($"{why}{how} {what} ({notification.Environment})");
    }

    /// <summary>A paragraph for each alert, those that fire first, and where to see more.</summary>
    /// <param name="notification">The notification.</param>
    public static string Body(AlertNotification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        var text = new StringBuilder();
        foreach (Alert alert in notification.Alerts.Take(MaximumAlerts))
            text.Append(text.Length == 0 ? "" : "\n\n").Append(Describe(alert, notification.At));
        int more = notification.Alerts.Count - Math.Min(notification.Alerts.Count, MaximumAlerts) + notification.TruncatedAlerts;
        if (more > 0)
            text.Append(CultureInfo.InvariantCulture, $"\n\nand {more} more");
        if (notification.ExternalUrl is { } url)
            text.Append("\n\n").Append(url.AbsoluteUri);
        return text.ToString();
    }

    /// <summary>What there is to say of one alert: its summary and description, its value, its labels and since when it fires, or from when to when it did.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="at">The moment at which it is judged whether it fires.</param>
    public static string Describe(Alert alert, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var text = new StringBuilder(Summary(alert));
        if (Annotation(alert, "description") is { } description && description != Summary(alert))
            text.Append('\n').Append(description);
        foreach ((string name, string value) in Facts(alert, at))
            text.Append('\n').Append(name).Append(": ").Append(value);
        if (Annotation(alert, "runbook_url") is { } runbook)
            text.Append('\n').Append(runbook);
        return text.ToString();
    }

    /// <summary>The alert's annotation <c>summary</c>, or else its name, or else its labels.</summary>
    /// <param name="alert">The alert.</param>
    public static string Summary(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return Annotation(alert, "summary") ?? (alert.Name.Length > 0 ? alert.Name : alert.ToString());
    }

    /// <summary>What is known of an alert, as names with values: Value, Labels (other than name and severity), Since or Resolved.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="at">The moment at which it is judged whether it fires.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Facts(Alert alert, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var facts = new List<KeyValuePair<string, string>>();
        if (alert.Value is { } value)
            facts.Add(new("Value", Number(value)));
        string labels = string.Join(", ", alert.Labels.Where(l => !Shown.Contains(l.Key, StringComparer.Ordinal) && l.Value.Length > 0)
            .OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));
        if (labels.Length > 0)
            facts.Add(new("Labels", labels));
        facts.Add(alert.StatusAt(at) == AlertStatus.Resolved && alert.EndsAt is { } end
            ? new("Resolved", $"{Time(end)}, began {Time(alert.StartsAt)}")
            : new("Since", Time(alert.StartsAt)));
        return facts;
    }

    /// <summary>A time in UTC as ISO 8601 with seconds, such as <c>2026-12-01T09:45:00Z</c>.</summary>
    /// <param name="time">The time.</param>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A number with six significant digits at most.</summary>
    /// <param name="value">The number.</param>
    public static string Number(double value) => Math.Abs(value) is >= 1e6 and < 1e15
        ? value.ToString("0.#", CultureInfo.InvariantCulture)
        : value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A text on one line: control characters are spaces, and several spaces are one.</summary>
    /// <param name="text">The text.</param>
    public static string OneLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var line = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            bool isSpace = char.IsWhiteSpace(c) || char.IsControl(c);
            if (!isSpace)
                line.Append(c);
            else if (line.Length > 0 && line[^1] != ' ')
                line.Append(' ');
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>The beginning of a text, with an ellipsis where something is left out; no character of two UTF-16 units is cut in half.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">How many UTF-16 units it may have; at least 1.</param>
    public static string Cut(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (text.Length <= length)
            return text;
        int end = length - 1;
        if (end > 0 && char.IsHighSurrogate(text[end - 1]))
            end--;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    /// <summary>The name of a value of an enumeration in lower case.</summary>
    internal static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string? Annotation(Alert alert, string name) =>
        alert.Annotations.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;
}
