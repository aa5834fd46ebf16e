namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>What a group has for a channel.</summary>
/// <param name="Cause">What there is to tell.</param>
/// <param name="Alerts">The alerts that nothing keeps back.</param>
/// <param name="Firing">Their marks, of those that fire.</param>
/// <param name="Resolved">The marks of those that have ended.</param>
/// <param name="IsUrgent">Whether the channel does not know yet of a critical alert.</param>
internal sealed record GroupPart(
    RepetitionCause Cause, IReadOnlyList<AlertEntry> Alerts, HashSet<string> Firing, HashSet<string> Resolved, bool IsUrgent);
