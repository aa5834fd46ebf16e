using Microsoft.Extensions.Logging;

namespace Varai.Secrets;

/// <summary>Event ids 1200 to 1299.</summary>
internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Warning, "Group or others have access to the file of the secret '{Secret}' (provider '{Provider}', mode {Mode}). Make it private ('chmod 600'), and set Varai:Secrets:RequirePrivateFiles to refuse such files.")]
    public static partial void SecretFileNotPrivate(this ILogger logger, string provider, string secret, string mode);

    [LoggerMessage(1201, LogLevel.Debug, "The file of the secret '{Secret}' (provider '{Provider}') was replaced while it was opened; opening it again.")]
    public static partial void SecretFileMoved(this ILogger logger, string provider, string secret);

    [LoggerMessage(1202, LogLevel.Warning, "The secret provider '{Provider}' fails: {Reason}")]
    public static partial void SecretProviderFailing(this ILogger logger, string provider, string reason);

    [LoggerMessage(1203, LogLevel.Information, "The secret provider '{Provider}' answers again after {Failures} failed calls.")]
    public static partial void SecretProviderRecovered(this ILogger logger, string provider, long failures);

    [LoggerMessage(1204, LogLevel.Warning, "Serving the last known value of the secret '{Secret}' past its time to live, for at most {Remaining} more, because its provider fails.")]
    public static partial void SecretStale(this ILogger logger, string secret, TimeSpan remaining);

    [LoggerMessage(1205, LogLevel.Error, "A callback for a change of the secret '{Secret}' threw {ExceptionType}.")]
    public static partial void SecretCallbackFailed(this ILogger logger, string secret, string exceptionType);

    [LoggerMessage(1240, LogLevel.Warning, "Changes in the folder '{Folder}' are seen only when the cache asks again, because the system can't tell of them: {Reason}")]
    public static partial void SecretWatchFailed(this ILogger logger, string folder, string reason);

    [LoggerMessage(1241, LogLevel.Information, "The local secret store '{File}' was encrypted anew with the key {Key}; it needs the key {Former} no more.")]
    public static partial void LocalStoreKeyReplaced(this ILogger logger, string file, string key, string former);

    [LoggerMessage(1242, LogLevel.Warning, "The local secret store '{File}' is read with the previous key, because it could not be encrypted anew: {Reason}")]
    public static partial void LocalStoreKeyNotReplaced(this ILogger logger, string file, string reason);

    [LoggerMessage(1260, LogLevel.Warning, "A secret can't be read, written or deleted, while others of its provider can: '{Secret}'. {Reason}")]
    public static partial void SecretNameFailing(this ILogger logger, string secret, string reason);

    [LoggerMessage(1261, LogLevel.Information, "The secret provider '{Provider}' gives '{Secret}' again after {Failures} failed calls.")]
    public static partial void SecretNameRecovered(this ILogger logger, string provider, string secret, long failures);

    [LoggerMessage(1262, LogLevel.Warning, "The circuit of the secret provider '{Provider}' is open: {Reason}")]
    public static partial void SecretCircuitOpened(this ILogger logger, string provider, string reason);

    [LoggerMessage(1263, LogLevel.Information, "The circuit of the secret provider '{Provider}' is closed: it is asked again.")]
    public static partial void SecretCircuitClosed(this ILogger logger, string provider);

    [LoggerMessage(1264, LogLevel.Debug, "A read of the secret '{Secret}' passed over the optional provider '{Provider}', which fails.")]
    public static partial void SecretProviderSkipped(this ILogger logger, string secret, string provider);

    [LoggerMessage(1265, LogLevel.Debug, "What a process that died left behind in '{Folder}' (provider '{Provider}') can't be deleted ({Reason}).")]
    public static partial void SecretLeftoverKept(this ILogger logger, string provider, string folder, string reason);

    [LoggerMessage(1220, LogLevel.Warning, "Serving the last known value of the secret '{Secret}', for at most {Remaining} more: refreshing it takes longer than {Wait} and goes on.")]
    public static partial void SecretSlow(this ILogger logger, string secret, TimeSpan wait, TimeSpan remaining);

    [LoggerMessage(1221, LogLevel.Error, "The secret audit sink {Sink} threw {ExceptionType}; accesses are not recorded there. This is logged once per sink.")]
    public static partial void SecretAuditFailed(this ILogger logger, string sink, string exceptionType);

    [LoggerMessage(1222, LogLevel.Warning, "The secret provider '{Provider}' can't tell of changes, it threw {ExceptionType}; they are seen when the time to live is over.")]
    public static partial void SecretProviderNotWatched(this ILogger logger, string provider, string exceptionType);

    [LoggerMessage(1223, LogLevel.Information, "{Caller}: {Operation} of the secret '{Secret}' (version {Version}, provider {Provider}): {Outcome}. Trace: {TraceId}")]
    public static partial void SecretAccessed(
        this ILogger logger, string? caller, SecretOperation operation, string secret, string? version, string? provider, SecretOutcome outcome, string? traceId);
}
