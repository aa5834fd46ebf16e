namespace Varai.Monitoring.Channels;

/// <summary>What fits into an SMS: the title, and of the first alert the summary and the value.</summary>
internal static class SmsMessage
{
    public static string Write(AlertNotification notification, AlertMessage message, int maxSegments)
    {
        string title = message.WriteTitle(notification);
        string? body = message.TryWriteBody(notification);
        return SmsText.Fit(body is null ? $"{title}{Describe(notification)}" : $"{title}\n{body}", maxSegments);
    }

    private static string Describe(AlertNotification notification)
    {
        Alert first = notification.Alerts[0];
        string summary = AlertText.OneLine(AlertText.Summary(first));
        string text = summary == first.Name ? "" : $"\n{AlertText.Cut(summary, 400)}";
        return first.Value is { } value ? $"{text}\nValue: {AlertText.Number(value)}" : text;
    }
}
