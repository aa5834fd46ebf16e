using System.Globalization;
using System.Text;

namespace Varai.Monitoring;

/// <summary>Texts with places for what a notification holds, such as <c>{severity} {label.alertname}: {annotation.summary} ({value})</c>.</summary>
/// <remarks>
/// The places are <c>{status}</c> (firing, resolved), <c>{severity}</c>, <c>{reason}</c>, <c>{environment}</c>, <c>{receiver}</c>, <c>{count}</c> (of all
/// alerts), <c>{firing}</c> and <c>{resolved}</c> (how many are), <c>{label.NAME}</c> and <c>{annotation.NAME}</c> (what all alerts have, otherwise
/// the first one's), <c>{value}</c> and <c>{started}</c> (the first alert's), <c>{at}</c>, <c>{url}</c>, <c>{title}</c> and <c>{alerts}</c> (the texts of <see cref="AlertText"/>). What is
/// not there is empty. Times are UTC as ISO 8601. <c>{{</c> and <c>}}</c> stand for a brace.
/// </remarks>
public static class NotificationTemplate
{
    private const string Label = "label.";
    private const string Annotation = "annotation.";

    /// <summary>What is wrong with a template.</summary>
    /// <param name="template">The template.</param>
    /// <returns>The end of a sentence, such as "has no end for the place that begins at character 7"; <see langword="null"/> when nothing is.</returns>
    public static string? FindProblem(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        try
        {
            Scan(template, new StringBuilder(), static name => IsKnown(name) ? "" : null);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>Fills a template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="notification">What to fill it with.</param>
    /// <exception cref="FormatException">The template is not valid.</exception>
    public static string Write(string template, AlertNotification notification)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(notification);
        var text = new StringBuilder();
        Scan(template, text, name => ValueOf(name, notification));
        return text.ToString();
    }

    private static void Scan(string template, StringBuilder text, Func<string, string?> valueOf)
    {
        for (int i = 0; i < template.Length; i++)
        {
            char c = template[i];
            if (c is '{' or '}' && i + 1 < template.Length && template[i + 1] == c)
            {
                text.Append(c);
                i++;
            }
            else if (c == '{')
            {
                int end = template.IndexOf('}', i);
                if (end < 0)
                    throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"has no end for the place that begins at character {i}"));
                string name = template[(i + 1)..end].Trim();
                text.Append(valueOf(name) ?? throw new FormatException($"has the place '{{{name}}}', which is not known"));
                i = end;
            }
            else if (c == '}')
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"has a brace without a beginning at character {i}; two stand for one"));
            }
            else
            {
                text.Append(c);
            }
        }
    }

    private static bool IsKnown(string name) =>
        (name.StartsWith(Label, StringComparison.Ordinal) && name.Length > Label.Length)
        || (name.StartsWith(Annotation, StringComparison.Ordinal) && name.Length > Annotation.Length)
        || name is "status" or "severity" or "reason" or "environment" or "receiver" or "count" or "firing" or "resolved" or "value" or "started"
            or "at" or "url" or "title" or "alerts";

    private static string? ValueOf(string name, AlertNotification n)
    {
        if (!IsKnown(name))
            return null;
        if (name.StartsWith(Label, StringComparison.Ordinal))
            return Find(name[Label.Length..], n.CommonLabels, n.Alerts[0].Labels);
        if (name.StartsWith(Annotation, StringComparison.Ordinal))
            return Find(name[Annotation.Length..], n.CommonAnnotations, n.Alerts[0].Annotations);
        int firing = n.Alerts.Count(a => a.StatusAt(n.At) == AlertStatus.Firing);
        return name switch
        {
            "status" => AlertText.Lower(n.Status),
            "severity" => AlertText.Lower(n.Severity),
            "reason" => AlertText.Lower(n.Reason),
            "environment" => n.Environment,
            "receiver" => n.Receiver,
            "count" => AlertText.Number(n.Alerts.Count + n.TruncatedAlerts),
            "firing" => AlertText.Number(firing),
            "resolved" => AlertText.Number(n.Alerts.Count - firing),
            "value" => n.Alerts[0].Value is { } value ? AlertText.Number(value) : "",
            "started" => AlertText.Time(n.Alerts[0].StartsAt),
            "at" => AlertText.Time(n.At),
            "url" => n.ExternalUrl?.AbsoluteUri ?? "",
            "title" => AlertText.Title(n),
            _ => AlertText.Body(n),
        };
    }

    private static string Find(string name, IReadOnlyDictionary<string, string> common, IReadOnlyDictionary<string, string> first) =>
        common.GetValueOrDefault(name) ?? first.GetValueOrDefault(name) ?? "";
}
