using Microsoft.Extensions.Logging;

namespace Varai.GoogleCloud.Secrets;

/// <summary>Event ids 1270 to 1279.</summary>
internal static partial class Log
{
    [LoggerMessage(1270, LogLevel.Debug, "Google refused the access token of the secret provider '{Provider}'; getting another one.")]
    public static partial void GoogleTokenRefused(this ILogger logger, string provider);

    [LoggerMessage(1271, LogLevel.Information, "The secret provider '{Provider}' reads the secrets of the project '{Project}', which {Source} names.")]
    public static partial void GoogleProjectFound(this ILogger logger, string provider, string project, string source);
}
