using Microsoft.Extensions.Logging;

namespace Varai.Configuration;

/// <summary>What configuration writes to the log. Event ids 1000 to 1099; an id that is no longer used stays here as a remark.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "The configuration of '{Environment}' is loaded: {Components} components, content {ContentHash}")]
    public static partial void Loaded(ILogger logger, string environment, int components, string contentHash);

    [LoggerMessage(1001, LogLevel.Information, "The configuration of '{Environment}' has changed, content {ContentHash}")]
    public static partial void Changed(ILogger logger, string environment, string contentHash);

    [LoggerMessage(1002, LogLevel.Error, "The files of '{Environment}' are not valid; the service runs on with the last valid configuration:\n  {Errors}")]
    public static partial void Refused(ILogger logger, string environment, string errors);

    [LoggerMessage(1003, LogLevel.Information, "The files of '{Environment}' are valid again")]
    public static partial void ValidAgain(ILogger logger, string environment);

    [LoggerMessage(1004, LogLevel.Error, "A changed configuration could not be taken over")]
    public static partial void ReloadFailed(ILogger logger, Exception exception);

    [LoggerMessage(1005, LogLevel.Error, "The history of '{Environment}' can't be written; it is tried again until it can")]
    public static partial void HistoryFailed(ILogger logger, string environment, Exception exception);

    [LoggerMessage(1006, LogLevel.Error, "A callback that was told of a changed configuration failed with {ExceptionType}\n{At}")]
    public static partial void CallbackFailed(ILogger logger, string exceptionType, string? at);

    [LoggerMessage(1007, LogLevel.Warning, "The operating system does not tell of changed configuration files; they are compared every {Interval}")]
    public static partial void WatchedByComparing(ILogger logger, TimeSpan interval, Exception exception);

    [LoggerMessage(1010, LogLevel.Warning, "The state store can't be read; '{Environment}' starts with the last known good configuration, read at {ReadAt:u} ({Age} ago). Changes are seen once the store can be read again")]
    public static partial void StartedFromLastKnownGood(ILogger logger, string environment, DateTimeOffset readAt, TimeSpan age, Exception? exception);

    [LoggerMessage(1011, LogLevel.Warning, "The state store can't be read; '{Environment}' runs on with the configuration in use, and the store is tried again until it can")]
    public static partial void StateAway(ILogger logger, string environment, Exception exception);

    [LoggerMessage(1012, LogLevel.Information, "The state store can be read again; '{Environment}' follows it")]
    public static partial void StateBack(ILogger logger, string environment);

    [LoggerMessage(1013, LogLevel.Warning, "The state store can't be followed, so changes that others make are not seen; it is tried again")]
    public static partial void StateNotFollowed(ILogger logger, Exception exception);

    [LoggerMessage(1014, LogLevel.Warning, "The last known good configuration is not used, since it is not valid any more:\n  {Errors}")]
    public static partial void LastKnownGoodRefused(ILogger logger, string errors);

    [LoggerMessage(1015, LogLevel.Information, "The state store had no environments; imported from {Directory}: {Documents}")]
    public static partial void Seeded(ILogger logger, string directory, string documents);

    [LoggerMessage(1016, LogLevel.Warning, "There are no environments in the state store; import them, or name a folder to begin with")]
    public static partial void NoEnvironments(ILogger logger);
}
