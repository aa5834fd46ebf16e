using Microsoft.Extensions.Logging;

namespace Varai.FeatureFlags;

/// <summary>Event ids 1300 to 1399.</summary>
internal static partial class Log
{
    [LoggerMessage(1300, LogLevel.Warning, "The feature flag '{Feature}' is asked for but not defined; it counts as off.{Hint}")]
    public static partial void FeatureUnknown(this ILogger logger, string feature, string hint);

    [LoggerMessage(1306, LogLevel.Warning, "The declared feature flag '{Feature}' is asked for but not defined; it has its default.{Hint}")]
    public static partial void DeclaredFeatureUnknown(this ILogger logger, string feature, string hint);

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

    [LoggerMessage(1307, LogLevel.Warning, "The feature flags can't be loaded; the last known good ones are in use, read at {ReadAt:u}. It is tried again until they can.")]
    public static partial void FeatureFlagsFromLastKnownGood(this ILogger logger, Exception exception, DateTimeOffset readAt);

    [LoggerMessage(1350, LogLevel.Warning, "The usage of the feature flags can't be written down. It is kept in memory and tried again every minute.")]
    public static partial void FlagUsageNotSaved(this ILogger logger, Exception exception);

    [LoggerMessage(1351, LogLevel.Information, "The usage of the feature flags is written down again.")]
    public static partial void FlagUsageSavedAgain(this ILogger logger);

    [LoggerMessage(1352, LogLevel.Warning, "The code declares feature flags that no environment defines: {Features}. They have their defaults.")]
    public static partial void FlagsNotDefined(this ILogger logger, string features);

    [LoggerMessage(1353, LogLevel.Information, "The code declares feature flags that this environment does not define: {Features}. They have their defaults here.")]
    public static partial void FlagsDefinedElsewhere(this ILogger logger, string features);

    [LoggerMessage(1354, LogLevel.Information, "Feature flags are defined that no code declares: {Features}.")]
    public static partial void FlagsNotDeclared(this ILogger logger, string features);

    [LoggerMessage(1355, LogLevel.Warning, "Definitions of feature flags do not fit their declarations: {Mismatches}.")]
    public static partial void FlagsMismatched(this ILogger logger, string mismatches);

    [LoggerMessage(1330, LogLevel.Information, "Rollout {Rollout} of the feature flag '{Flag}', step {Step}: {Event} by {Author}: {Reason}")]
    public static partial void RolloutChanged(this ILogger logger, string rollout, string flag, int step, RolloutEventKind @event, string author, string reason);

    [LoggerMessage(1331, LogLevel.Warning, "Rollout {Rollout} of the feature flag '{Flag}' went back to step {Step} and has ended: {Reason}")]
    public static partial void RolloutRolledBack(this ILogger logger, string rollout, string flag, int step, string reason);

    [LoggerMessage(1332, LogLevel.Warning, "Rollout {Rollout} of the feature flag '{Flag}' has paused itself at step {Step}: {Reason}")]
    public static partial void RolloutPausedItself(this ILogger logger, string rollout, string flag, int step, string reason);

    [LoggerMessage(1333, LogLevel.Warning, "The guard '{Guard}' of rollout {Rollout} (feature flag '{Flag}') could not be asked: {Problem}.")]
    public static partial void RolloutGuardFailed(this ILogger logger, string guard, string flag, string rollout, string problem, Exception? exception);

    [LoggerMessage(1334, LogLevel.Error, "Rollout {Rollout} of the feature flag '{Flag}' can't go on; it stays where it is and is tried again at every check.")]
    public static partial void RolloutFailed(this ILogger logger, string rollout, string flag, Exception exception);

    [LoggerMessage(1335, LogLevel.Information, "Rollout {Rollout} of the feature flag '{Flag}' can go on again.")]
    public static partial void RolloutRecovered(this ILogger logger, string rollout, string flag);

    [LoggerMessage(1336, LogLevel.Information, "This node ({Holder}) runs the rollouts of feature flags now.")]
    public static partial void RolloutLeaseTaken(this ILogger logger, string holder);

    [LoggerMessage(1337, LogLevel.Warning, "This node ({Holder}) has lost the lease on the rollouts of feature flags; another may go on with them. {Problem}")]
    public static partial void RolloutLeaseLost(this ILogger logger, string holder, string problem);

    [LoggerMessage(1338, LogLevel.Error, "The rollouts of feature flags can't be looked at; it is tried again at every check.")]
    public static partial void RolloutsFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1339, LogLevel.Information, "The rollouts of feature flags can be looked at again.")]
    public static partial void RolloutsRecovered(this ILogger logger);

    [LoggerMessage(1340, LogLevel.Warning, "Rollouts that other processes change are noticed only at checks now: the state store can't be followed. It is tried again.")]
    public static partial void RolloutsNotFollowed(this ILogger logger, Exception exception);

    [LoggerMessage(1310, LogLevel.Warning, "The state store can't be followed, so changes that others make to the feature flags are not seen. It is tried again.")]
    public static partial void FeatureFlagsNotFollowed(this ILogger logger, Exception exception);

    [LoggerMessage(1311, LogLevel.Information, "The state store is followed again; changes of the feature flags are seen.")]
    public static partial void FeatureFlagsFollowed(this ILogger logger);
}
