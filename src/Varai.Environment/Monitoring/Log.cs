using Microsoft.Extensions.Logging;

namespace Varai.Monitoring;

/// <summary>Event ids 1500 to 1599.</summary>
internal static partial class Log
{
    [LoggerMessage(1500, LogLevel.Warning, "The metric '{Metric}' has more than {Limit} series (Varai:Monitoring:MaxSeriesPerMetric). What is recorded with further labels is counted together in the series otel.metric.overflow=\"true\". A label is not the place for ids.")]
    public static partial void MetricOverflowed(this ILogger logger, string metric, int limit);

    [LoggerMessage(1501, LogLevel.Warning, "The metric '{Metric}' of the meter '{Meter}' is not kept: a metric of that name is kept as {Kept}, and this one is a {Kind}.")]
    public static partial void MetricKindConflicts(this ILogger logger, string metric, string meter, MetricKind kept, MetricKind kind);

    [LoggerMessage(1502, LogLevel.Error, "The metric sink {Sink} failed. Other sinks were told. It is said again after {Pause} if it still fails.")]
    public static partial void MetricSinkFailed(this ILogger logger, Exception exception, string sink, TimeSpan pause);

    [LoggerMessage(1503, LogLevel.Error, "Observable instruments can't be read; those that can were. It is tried again every {Interval}.")]
    public static partial void ObservableInstrumentsFailed(this ILogger logger, Exception exception, TimeSpan interval);

    [LoggerMessage(1504, LogLevel.Information, "Observable instruments can be read again.")]
    public static partial void ObservableInstrumentsRecovered(this ILogger logger);

    [LoggerMessage(1505, LogLevel.Warning, "Values are recorded for more than {Limit} names of metrics; those of '{Metric}' and other new names are dropped. What differs from call to call belongs into a label.")]
    public static partial void TooManyMetricNames(this ILogger logger, int limit, string metric);

    [LoggerMessage(1506, LogLevel.Error, "A slot of the metric windows could not be ended as it should. It is tried again at the end of the next one.")]
    public static partial void SlotFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1540, LogLevel.Information, "This node ({Holder}) sends alert notifications now.")]
    public static partial void NotificationLeaseTaken(this ILogger logger, string holder);

    [LoggerMessage(1541, LogLevel.Warning, "This node ({Holder}) no longer sends alert notifications: {Reason}")]
    public static partial void NotificationLeaseLost(this ILogger logger, string holder, string reason);

    [LoggerMessage(1542, LogLevel.Error, "Alert notifications can't go on. It is tried again, less and less often; nothing that was taken is lost.")]
    public static partial void NotificationsFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1543, LogLevel.Information, "Alert notifications go on again.")]
    public static partial void NotificationsRecovered(this ILogger logger);

    [LoggerMessage(1544, LogLevel.Warning, "Changes of the state store can't be followed. What other nodes tell is noticed every {Interval} until they can.")]
    public static partial void NotificationsNotFollowed(this ILogger logger, Exception exception, TimeSpan interval);

    [LoggerMessage(1545, LogLevel.Error, "The notification {Id} can't be sent through the channel '{Channel}': {Reason}")]
    public static partial void NotificationRefused(this ILogger logger, string id, string channel, string reason, Exception? exception);

    [LoggerMessage(1546, LogLevel.Error, "The document '{Key}' in the inbox of alert notifications can't be read; it is dropped.")]
    public static partial void InboxEntryUnreadable(this ILogger logger, string key);

    [LoggerMessage(1547, LogLevel.Error, "The channel '{Channel}' gave up the notification {Id} after {Attempts} attempts: {Error}")]
    public static partial void NotificationGivenUp(this ILogger logger, string channel, string id, int attempts, string? error);

    [LoggerMessage(1548, LogLevel.Information, "{Author} did {Action} on {Target}: {Reason}")]
    public static partial void AlertsActedOn(this ILogger logger, AlertAuditAction action, string target, string author, string reason);

    [LoggerMessage(1549, LogLevel.Warning, "The lease for sending alert notifications could not be given back; it ends by itself.")]
    public static partial void NotificationLeaseNotReleased(this ILogger logger, Exception exception);
}
