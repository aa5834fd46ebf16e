using Microsoft.Extensions.Logging;

namespace Varai.FeatureFlags;

/// <summary>Event ids 1300 to 1399.</summary>
internal static partial class Log
{
    [LoggerMessage(1300, LogLevel.Warning, "The feature flag '{Feature}' is asked for but not defined; it counts as off.{Hint}")]
    public static partial void FeatureUnknown(this ILogger logger, string feature, string hint);

    [LoggerMessage(1301, LogLevel.Warning, "The parameter '{Parameter}' of the feature flag '{Feature}' can't be read as asked: {Problem}. The fallback is used.")]
    public static partial void FeatureParameterMismatch(this ILogger logger, string feature, string parameter, string problem);

    [LoggerMessage(1304, LogLevel.Error, "A filter of the feature flag '{Feature}' failed: {Rule}. It counts as not met.")]
    public static partial void FeatureFilterFailed(this ILogger logger, Exception exception, string feature, string rule);

    [LoggerMessage(1305, LogLevel.Error, "A listener to changes of the feature flags failed. The flags are in use; other listeners were told.")]
    public static partial void FeatureFlagListenerFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1302, LogLevel.Error, "The feature flags can't be loaded. {Consequence}")]
    public static partial void FeatureFlagsFailed(this ILogger logger, Exception exception, string consequence);

    [LoggerMessage(1303, LogLevel.Information, "The feature flags are loaded again: {Count} flags.")]
    public static partial void FeatureFlagsRecovered(this ILogger logger, int count);
}
