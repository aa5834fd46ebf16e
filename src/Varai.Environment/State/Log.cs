using Microsoft.Extensions.Logging;

namespace Varai.State;

/// <summary>What the state area logs: events 700 to 799.</summary>
internal static partial class Log
{
    [LoggerMessage(700, LogLevel.Information, "Created the state store {Path}.")]
    public static partial void Created(ILogger logger, string path);

    [LoggerMessage(701, LogLevel.Warning, "An interrupted upload of a blob could not be removed; a later start removes it.")]
    public static partial void UploadLeft(ILogger logger, Exception exception);

    [LoggerMessage(702, LogLevel.Warning, "The state store {Path} was deleted or replaced while it was in use; going on with the file that is there now.")]
    public static partial void Replaced(ILogger logger, string path);
}
