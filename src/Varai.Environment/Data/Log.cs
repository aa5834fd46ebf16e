using Microsoft.Extensions.Logging;

namespace Varai.Data;

/// <summary>What the data area logs: events 1450 to 1499.</summary>
internal static partial class Log
{
    [LoggerMessage(1450, LogLevel.Information, "Moving the data component '{Component}' from {Source} to {Target}, attempt {Attempt} of {Id}.")]
    public static partial void MigrationStarted(this ILogger logger, string component, string source, string target, int attempt, string id);

    [LoggerMessage(1451, LogLevel.Information, "Moved the data component '{Component}' from {Source} to {Target} in {Duration}: {Copied} items copied ({Bytes} bytes), {Unchanged} unchanged, {Resumed} from an earlier attempt, {Deleted} removed.")]
    public static partial void MigrationDone(
        this ILogger logger, string component, string source, string target, TimeSpan duration, long copied, long bytes, long unchanged, long resumed, long deleted);

    [LoggerMessage(1452, LogLevel.Error, "The data component '{Component}' could not be moved from {Source} to {Target}; {Target} has what it had. The same request goes on from here. {Problem}")]
    public static partial void MigrationFailed(this ILogger logger, string component, string source, string target, string problem);

    [LoggerMessage(1453, LogLevel.Warning, "The data component '{Component}' in {Target}: {Note}")]
    public static partial void MigrationNote(this ILogger logger, string component, string target, string note);

    [LoggerMessage(1454, LogLevel.Warning, "What is left of an earlier state of '{Path}' could not be removed; the next migration tries again. {Problem}")]
    public static partial void LeftoverStays(this ILogger logger, string path, string problem);
}
