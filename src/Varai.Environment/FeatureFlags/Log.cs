using Microsoft.Extensions.Logging;

namespace Varai.FeatureFlags;

/// <summary>Event ids 1300 to 1399.</summary>
internal static partial class Log
{
    [LoggerMessage(1300, LogLevel.Warning, "The feature flag '{Feature}' is asked for but not defined; it counts as off.{Hint}")]
    public static partial void FeatureUnknown(this ILogger logger, string feature, string hint);

    [LoggerMessage(1301, LogLevel.Warning, "The parameter '{Parameter}' of the feature flag '{Feature}' can't be read as asked: {Problem}. The fallback is used.")]
    public static partial void FeatureParameterMismatch(this ILogger logger, string feature, string parameter, string problem);

    [LoggerMessage(1302, LogLevel.Error, "The feature flags can't be loaded. {Consequence}")]
    public static partial void FeatureFlagsFailed(this ILogger logger, Exception exception, string consequence);

    [LoggerMessage(1303, LogLevel.Information, "The feature flags are loaded again: {Count} flags.")]
    public static partial void FeatureFlagsRecovered(this ILogger logger, int count);

    [LoggerMessage(1310, LogLevel.Warning, "The state store can't be followed, so changes that others make to the feature flags are not seen. It is tried again.")]
    public static partial void FeatureFlagsNotFollowed(this ILogger logger, Exception exception);

    [LoggerMessage(1311, LogLevel.Information, "The state store is followed again; changes of the feature flags are seen.")]
    public static partial void FeatureFlagsFollowed(this ILogger logger);

    [LoggerMessage(1312, LogLevel.Error, "A listener to changes of the feature flags has failed.")]
    public static partial void FeatureFlagListenerFailed(this ILogger logger, Exception exception);
}
