using System.Globalization;
using System.Text.Json;

namespace Varai.Monitoring.Channels;

/// <summary>A notification as an Adaptive Card. All texts are runs of a RichTextBlock, which knows no Markdown.</summary>
internal static class TeamsCard
{
    /// <summary>The largest message that is sent, in bytes: Teams takes about 28 KB, as it counts.</summary>
    public const int MaximumBytes = 20_000;

    private const int MaximumTitle = 300;
    private const int MaximumText = 3_000;

    public static ReadOnlyMemory<byte> Write(AlertNotification notification, AlertMessage message)
    {
        string title = message.WriteTitle(notification);
        string? body = message.TryWriteBody(notification);
        for (int alerts = Math.Min(notification.Alerts.Count, 20); ; alerts--)
        {
            int listed = body is null ? alerts : 0;
            ReadOnlyMemory<byte> written = ChannelJson.Write(json => Write(json, notification, title, body, listed));
            if (written.Length <= MaximumBytes || listed == 0)
                return written;
        }
    }

    private static void Write(Utf8JsonWriter json, AlertNotification notification, string title, string? body, int listed)
    {
        json.WriteStartObject();
        json.WriteString("type", "message");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        json.WriteNull("contentUrl");
        json.WriteStartObject("content");
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.4");
        json.WriteString("fallbackText", AlertText.Cut(title, MaximumTitle));
        json.WriteStartArray("body");
        WriteRun(json, AlertText.Cut(title, MaximumTitle), "Medium", isBold: true, ColorOf(notification), isSeparate: false);
        if (body is not null)
            WriteRun(json, AlertText.Cut(body, MaximumText), "Default", isBold: false, "Default", isSeparate: false);
        foreach (Alert alert in notification.Alerts.Take(listed))
            WriteAlert(json, alert, notification.At);
        int more = notification.Alerts.Count - listed + notification.TruncatedAlerts;
        if (more > 0 && body is null)
            WriteRun(json, string.Create(CultureInfo.InvariantCulture, $"and {more} more"), "Default", isBold: false, "Default", isSeparate: true);
        json.WriteEndArray();
        WriteActions(json, notification);
        json.WriteStartObject("msteams");
        json.WriteString("width", "Full");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAlert(Utf8JsonWriter json, Alert alert, DateTimeOffset at)
    {
        WriteRun(json, AlertText.Cut(AlertText.OneLine(AlertText.Summary(alert)), MaximumTitle), "Default", isBold: true, "Default", isSeparate: true);
        if (alert.Annotations.GetValueOrDefault("description") is { Length: > 0 } description)
            WriteRun(json, AlertText.Cut(description, MaximumTitle), "Default", isBold: false, "Default", isSeparate: false);
        foreach ((string name, string value) in AlertText.Facts(alert, at))
            WriteRun(json, AlertText.Cut($"{name}: {AlertText.OneLine(value)}", MaximumTitle), "Small", isBold: false, "Default", isSeparate: false);
    }

    private static void WriteRun(Utf8JsonWriter json, string text, string size, bool isBold, string color, bool isSeparate)
    {
        json.WriteStartObject();
        json.WriteString("type", "RichTextBlock");
        json.WriteString("spacing", isSeparate ? "Medium" : "None");
        json.WriteStartArray("inlines");
        json.WriteStartObject();
        json.WriteString("type", "TextRun");
        json.WriteString("text", text);
        json.WriteString("size", size);
        if (isBold)
            json.WriteString("weight", "Bolder");
        json.WriteString("color", color);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteActions(Utf8JsonWriter json, AlertNotification notification)
    {
        (string? Url, string Title)[] links =
        [
            (notification.ExternalUrl?.AbsoluteUri, "Open"), (notification.CommonAnnotations.GetValueOrDefault("runbook_url"), "Runbook"),
            (notification.Alerts[0].GeneratorUrl?.AbsoluteUri, "Source"),
        ];
        json.WriteStartArray("actions");
        foreach ((string? url, string title) in links)
        {
            if (ChannelUrl.TryParse(url) is not { AbsoluteUri.Length: <= 2000 } parsed)
                continue;
            json.WriteStartObject();
            json.WriteString("type", "Action.OpenUrl");
            json.WriteString("title", title);
            json.WriteString("url", parsed.AbsoluteUri);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string ColorOf(AlertNotification notification) => notification switch
    {
        { Status: AlertStatus.Resolved } => "Good",
        { Severity: AlertSeverity.Critical } => "Attention",
        { Severity: AlertSeverity.Warning } => "Warning",
        _ => "Accent",
    };
}
