using Microsoft.Extensions.Logging;

namespace Varai.PostgreSql.State;

/// <summary>What the state store in PostgreSQL logs: events 750 to 779. None of them has a connection string.</summary>
internal static partial class Log
{
    [LoggerMessage(750, LogLevel.Information, "Created {Store}.")]
    public static partial void Created(ILogger logger, string store);

    [LoggerMessage(751, LogLevel.Warning, "The changes of {Store} can't be followed; trying again until they can.")]
    public static partial void NotFollowed(ILogger logger, string store, Exception exception);

    [LoggerMessage(752, LogLevel.Information, "The changes of {Store} are followed again.")]
    public static partial void Followed(ILogger logger, string store);

    [LoggerMessage(753, LogLevel.Information, "No notification comes through from {Store}, perhaps because of a pooler in between; it is asked every {Interval} instead. Set Varai:State:PostgreSql:Listen to false to spare the attempt.")]
    public static partial void PollingAlone(ILogger logger, string store, TimeSpan interval);

    [LoggerMessage(754, LogLevel.Warning, "An interrupted upload of a blob could not be removed from {Store}; a later start removes it.")]
    public static partial void UploadLeft(ILogger logger, string store, Exception exception);
}
