using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Varai.Monitoring.Channels;

/// <summary>A notification as blocks of Slack's Block Kit, within their limits.</summary>
internal static class SlackMessage
{
    private const int MaximumHeader = 150;
    private const int MaximumSection = 3000;
    private const int MaximumText = 12_000; // a message of some 13,200 characters is refused as too long
    private const int MaximumBlocks = 50;

    /// <summary>Writes the members <c>text</c> (for notifications of phones) and <c>blocks</c>.</summary>
    public static void Write(Utf8JsonWriter json, AlertNotification notification, AlertMessage message)
    {
        string title = message.WriteTitle(notification);
        List<string> sections = message.TryWriteBody(notification) is { } body ? Split(Escape(body)) : Describe(notification);
        json.WriteString("text", AlertText.Cut(Escape($"{title} - {AlertText.OneLine(AlertText.Summary(notification.Alerts[0]))}"), MaximumSection));
        json.WriteStartArray("blocks");
        json.WriteStartObject();
        json.WriteString("type", "header");
        json.WriteStartObject("text");
        json.WriteString("type", "plain_text");
        json.WriteString("text", AlertText.Cut($"{Sign(notification)} {title}", MaximumHeader));
        json.WriteEndObject();
        json.WriteEndObject();
        foreach (string section in sections)
            WriteText(json, "section", section);
        if (Links(notification) is { Length: > 0 } links)
        {
            json.WriteStartObject();
            json.WriteString("type", "context");
            json.WriteStartArray("elements");
            WriteMarkdown(json, links);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Slack's three characters that are not text.</summary>
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static List<string> Describe(AlertNotification notification)
    {
        var sections = new List<string>();
        int length = 0;
        foreach (Alert alert in notification.Alerts)
        {
            string section = Section(alert, notification.At);
            if (length + section.Length > MaximumText || sections.Count == MaximumBlocks - 3)
                break;
            sections.Add(section);
            length += section.Length;
        }

        int more = notification.Alerts.Count - sections.Count + notification.TruncatedAlerts;
        if (more > 0)
            sections.Add(string.Create(CultureInfo.InvariantCulture, $"and {more} more"));
        return sections;
    }

    private static string Section(Alert alert, DateTimeOffset at)
    {
        var text = new StringBuilder();
        text.Append('*').Append(CutEscaped(Escape(AlertText.OneLine(AlertText.Summary(alert))), 500)).Append('*');
        if (alert.Annotations.GetValueOrDefault("description") is { Length: > 0 } description)
            text.Append('\n').Append(CutEscaped(Escape(description), 1000));
        foreach ((string name, string value) in AlertText.Facts(alert, at))
            text.Append('\n').Append(name).Append(": ").Append(CutEscaped(Escape(AlertText.OneLine(value)), 400));
        if (Link(alert.Annotations.GetValueOrDefault("runbook_url"), "Runbook") is { } runbook)
            text.Append('\n').Append(runbook);
        return text.ToString();
    }

    private static List<string> Split(string text)
    {
        var sections = new List<string>();
        string rest = text.Length > MaximumText ? CutEscaped(text, MaximumText) : text;
        while (rest.Length > MaximumSection)
        {
            int at = rest.LastIndexOf('\n', MaximumSection - 1);
            if (at <= 0)
                at = Boundary(rest, MaximumSection);
            sections.Add(rest[..at]);
            rest = rest[at..].TrimStart('\n');
        }

        if (rest.Trim().Length > 0)
            sections.Add(rest);
        return sections;
    }

    // Neither a character of two units nor an escape is cut in half.
    private static string CutEscaped(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, Boundary(text, length - 1)), "…");

    private static int Boundary(string text, int length)
    {
        int end = char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
        int escape = text.LastIndexOf('&', end - 1, Math.Min(end, 5));
        return escape > 0 && text.IndexOf(';', escape) >= end ? escape : end;
    }

    private static string Links(AlertNotification notification) =>
        string.Join("  |  ", new[]
        {
            Link(notification.ExternalUrl?.AbsoluteUri, "Open"), Link(notification.Alerts[0].GeneratorUrl?.AbsoluteUri, "Source"), CutEscaped(Escape(AlertText.OneLine(notification.Receiver)), 100),
        }.Where(l => !string.IsNullOrWhiteSpace(l)));

    private static string? Link(string? url, string text) =>
        ChannelUrl.TryParse(url) is { AbsoluteUri.Length: <= 1000 } parsed && !parsed.AbsoluteUri.Contains('|', StringComparison.Ordinal) ? $"<{Escape(parsed.AbsoluteUri)}|{text}>" : null;

    private static string Sign(AlertNotification notification) => notification switch
    {
        { Status: AlertStatus.Resolved } => "✅",
        { Severity: AlertSeverity.Critical } => "🔴",
        { Severity: AlertSeverity.Warning } => "🟠",
        _ => "🔵",
    };

    private static void WriteText(Utf8JsonWriter json, string type, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WritePropertyName("text");
        WriteMarkdown(json, text);
        json.WriteEndObject();
    }

    private static void WriteMarkdown(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "mrkdwn");
        json.WriteString("text", text);
        json.WriteEndObject();
    }
}
