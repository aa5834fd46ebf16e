using Microsoft.Extensions.Logging;

namespace Varai;

/// <summary>What the areas have in common in the log: events 1080 to 1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1080, LogLevel.Warning, "The last known good values in {Path} can't be used: the file is damaged or can't be read. It is written anew when the state store can be read.")]
    public static partial void LastKnownGoodDamaged(ILogger logger, string path, Exception? exception);

    [LoggerMessage(1081, LogLevel.Warning, "The last known good values can't be written to {Path}, so a start during an outage of the state store would fail.")]
    public static partial void LastKnownGoodNotWritten(ILogger logger, string path, Exception exception);
}
