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
}
