using Microsoft.Extensions.Logging;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>Logs what is recorded, once it is.</summary>
internal static class RolloutLogging
{
    public static void LogNew(this ILogger logger, RolloutDocument? before, RolloutDocument after)
    {
        foreach (RolloutEvent happened in after.Events)
        {
            if (before is not null && before.Events.Contains(happened))
                continue;
            if (happened.Kind == RolloutEventKind.RolledBack)
                logger.RolloutRolledBack(after.Id, after.Flag, happened.Step, happened.Reason);
            else if (happened.Kind == RolloutEventKind.Paused && happened.Author == after.Self)
                logger.RolloutPausedItself(after.Id, after.Flag, happened.Step, happened.Reason);
            else
                logger.RolloutChanged(after.Id, after.Flag, happened.Step, happened.Kind, happened.Author, happened.Reason);
        }
    }
}
