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

    [LoggerMessage(1510, LogLevel.Warning, "Metrics of resources that come from {Source} are missing: {Reason}. It is not said again.")]
    public static partial void ResourceUnreadable(this ILogger logger, Exception? exception, string source, string reason);

    [LoggerMessage(1511, LogLevel.Critical, "An exception that nobody caught ends the process.")]
    public static partial void ErrorUnhandled(this ILogger logger, Exception exception);

    [LoggerMessage(1512, LogLevel.Error, "A task failed, and nobody awaited it.")]
    public static partial void TaskUnobserved(this ILogger logger, Exception exception);

    [LoggerMessage(1520, LogLevel.Error, "The events of the service level objective '{Objective}' can't be counted. It is tried again with the next ones.")]
    public static partial void ServiceLevelNotCounted(this ILogger logger, Exception exception, string objective);

    [LoggerMessage(1521, LogLevel.Information, "The events of the service level objective '{Objective}' can be counted again.")]
    public static partial void ServiceLevelCountedAgain(this ILogger logger, string objective);

    [LoggerMessage(1522, LogLevel.Error, "What is counted for service level objectives can't be read from the state store or written to it. It is kept in memory and tried again.")]
    public static partial void ServiceLevelsNotWritten(this ILogger logger, Exception exception);

    [LoggerMessage(1523, LogLevel.Information, "What is counted for service level objectives is written to the state store again.")]
    public static partial void ServiceLevelsWrittenAgain(this ILogger logger);

    [LoggerMessage(1524, LogLevel.Warning, "What the service level objective '{Objective}' watches is down: {Probe}.")]
    public static partial void UptimeProbeDown(this ILogger logger, Exception? exception, string objective, string probe);

    [LoggerMessage(1525, LogLevel.Information, "What the service level objective '{Objective}' watches is up again.")]
    public static partial void UptimeProbeUp(this ILogger logger, string objective);

    [LoggerMessage(1530, LogLevel.Warning, "The alert rule '{Rule}' can't be evaluated; its alerts stay as they are. {Error}")]
    public static partial void AlertRuleFailed(this ILogger logger, string rule, string error);

    [LoggerMessage(1531, LogLevel.Information, "The alert rule '{Rule}' can be evaluated again.")]
    public static partial void AlertRuleRecovered(this ILogger logger, string rule);

    [LoggerMessage(1532, LogLevel.Error, "The alert rules could not be evaluated.")]
    public static partial void AlertEvaluationFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1533, LogLevel.Error, "Alerts can't be remembered or told; it is tried again after each evaluation.")]
    public static partial void AlertsNotTold(this ILogger logger, Exception exception);

    [LoggerMessage(1534, LogLevel.Information, "Alerts can be remembered and told again.")]
    public static partial void AlertsToldAgain(this ILogger logger);

    [LoggerMessage(1535, LogLevel.Warning, "What this process ('{Instance}', Varai:AlertRules:Instance) remembers of its alerts was written by another one, too. Give each process that shares the state store a name of its own.")]
    public static partial void AlertMemoryShared(this ILogger logger, string instance);

    [LoggerMessage(1536, LogLevel.Warning, "What '{Instance}' remembered of its alerts can't be read, and its alerts begin anew: {Reason}.")]
    public static partial void AlertMemoryUnreadable(this ILogger logger, string instance, string reason);

    [LoggerMessage(1537, LogLevel.Warning, "What was remembered of the alerts before the start can't be loaded yet.")]
    public static partial void AlertMemoryNotLoaded(this ILogger logger, Exception exception);
    // 1560 to 1579: the outbox and the channels.

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

    [LoggerMessage(1548, LogLevel.Information, "{Author} did {Action} on {Target}: {Reason}")]
    public static partial void AlertsActedOn(this ILogger logger, AlertAuditAction action, string target, string author, string reason);

    [LoggerMessage(1549, LogLevel.Warning, "The lease for sending alert notifications could not be given back; it ends by itself.")]
    public static partial void NotificationLeaseNotReleased(this ILogger logger, Exception exception);

    [LoggerMessage(1550, LogLevel.Error, "The group {Group} of alerts can't be looked at, and others are told all the same. It is tried again at its interval, and not said again until it succeeds.")]
    public static partial void NotificationGroupFailed(this ILogger logger, Exception exception, string group);

    [LoggerMessage(1560, LogLevel.Warning, "The alert channel '{Channel}' failed: {Error} What waits for it is tried again with growing pauses.")]
    public static partial void ChannelFailing(this ILogger logger, string channel, string error);

    [LoggerMessage(1561, LogLevel.Information, "The alert channel '{Channel}' accepts notifications again, after {Failures} attempts that failed.")]
    public static partial void ChannelRecovered(this ILogger logger, string channel, int failures);

    [LoggerMessage(1562, LogLevel.Error, "The notification {Id} of the group {Group} was given up: the alert channel '{Channel}' did not accept it in {Attempts} attempts. {Error}")]
    public static partial void NotificationGivenUp(this ILogger logger, string id, string group, string channel, int attempts, string? error);

    [LoggerMessage(1563, LogLevel.Error, "What became of a notification for the alert channel '{Channel}' could not be passed on. Where it was given up, that is tried again; it is not said again.")]
    public static partial void OutcomeObserverFailed(this ILogger logger, Exception exception, string channel);

    [LoggerMessage(1564, LogLevel.Error, "The state store can't be written while notifications are sent through the alert channel '{Channel}'. They are sent all the same; if the process ends before the store is back, the last may come twice.")]
    public static partial void OutboxStoreFailed(this ILogger logger, Exception exception, string channel);

    [LoggerMessage(1565, LogLevel.Error, "The state store can't be asked for notifications that wait. What this process knows of is sent, and it is asked again.")]
    public static partial void OutboxReadFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1566, LogLevel.Error, "The state document '{Key}' can't be read as part of the outbox; it was changed by hand, or a newer version wrote it. It is left alone.")]
    public static partial void OutboxUnreadable(this ILogger logger, string key);

    [LoggerMessage(1567, LogLevel.Warning, "Notifications wait for the alert channel '{Channel}', which is not there any more. They are given up when their time is over.")]
    public static partial void UnknownChannel(this ILogger logger, string channel);

    [LoggerMessage(1568, LogLevel.Error, "Sending through the alert channel '{Channel}' failed in a way that was not expected. It goes on.")]
    public static partial void DeliveryFailed(this ILogger logger, Exception exception, string channel);

    [LoggerMessage(1569, LogLevel.Warning, "The thread of a group can't be looked up or remembered for the alert channel '{Channel}'; what is sent may begin a new one.")]
    public static partial void ThreadsFailed(this ILogger logger, Exception exception, string channel);

    [LoggerMessage(1570, LogLevel.Warning, "The alert channel '{Channel}' has sent the notification {Id}, but it was refused for good for {Refused} of {Recipients} recipients. {Error}")]
    public static partial void RecipientsRefused(this ILogger logger, string channel, string id, int refused, int recipients, string error);
}
