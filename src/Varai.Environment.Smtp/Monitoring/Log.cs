using Microsoft.Extensions.Logging;

namespace Varai.Smtp.Monitoring;

/// <summary>Event id 1571, of the monitoring area.</summary>
internal static partial class Log
{
    [LoggerMessage(1571, LogLevel.Warning, "The alert channel '{Channel}' has sent the notification {Id}, but the mail server refused {Refused} of {Recipients} recipients for good, with {Codes}. Look at the addresses in To.")]
    public static partial void RecipientsRefused(this ILogger logger, string channel, string id, int refused, int recipients, string codes);
}
