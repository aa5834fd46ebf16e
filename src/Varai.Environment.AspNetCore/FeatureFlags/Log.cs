using Microsoft.Extensions.Logging;

namespace Varai.AspNetCore.FeatureFlags;

/// <summary>Event ids 1380 to 1389.</summary>
internal static partial class Log
{
    [LoggerMessage(1380, LogLevel.Error, "Feature flags could not be evaluated for a client, who was answered with 500.")]
    public static partial void EvaluationFailed(this ILogger logger, Exception exception);
}
