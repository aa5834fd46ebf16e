using Microsoft.Extensions.Logging;

namespace Varai.Promotion;

/// <summary>What promotion writes to the log. Event ids 1400 to 1449; an id that is no longer used stays here as a remark.</summary>
internal static partial class Log
{
    [LoggerMessage(1400, LogLevel.Information, "Promotion {RecordId} to '{Target}': {Kind}: {Reason}")]
    public static partial void Happened(this ILogger logger, string recordId, string target, PromotionEventKind kind, string reason);

    [LoggerMessage(1401, LogLevel.Warning, "Promotion {RecordId} to '{Target}' did not go well: {Kind}: {Reason}")]
    public static partial void WentWrong(this ILogger logger, string recordId, string target, PromotionEventKind kind, string reason);

    [LoggerMessage(1402, LogLevel.Error, "Interrupted promotions can't be finished; it is tried again until they can")]
    public static partial void RecoveryFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1403, LogLevel.Error, "The observer '{Observer}' failed with {ExceptionType} at event {Number}; the event comes again")]
    public static partial void ObserverFailed(this ILogger logger, string observer, string exceptionType, long number);

    [LoggerMessage(1404, LogLevel.Warning, "Old records of '{Target}' can't be removed; it is tried again after the next promotion")]
    public static partial void RetentionFailed(this ILogger logger, string target, Exception exception);

    [LoggerMessage(1405, LogLevel.Error, "Observers can't be told of promotions; it is tried again until they can")]
    public static partial void DeliveryFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1406, LogLevel.Warning, "The clock of the state store is {Skew} from this node's. Leases go by the store's, soak times, freeze windows and approvals by the node's; set the clocks right")]
    public static partial void ClockSkew(this ILogger logger, TimeSpan skew);
}
