namespace Varai.Monitoring;

/// <summary>What was counted for a rule.</summary>
/// <param name="Name">The rule's name; empty for alerts without one.</param>
/// <param name="Fired">How many times one of its alerts began to fire.</param>
/// <param name="Notifications">How many notifications had alerts of it, those of each channel counted.</param>
/// <param name="Flaps">How many times one of its alerts was found to be flapping.</param>
/// <param name="Acknowledged">How many of its alerts somebody acknowledged.</param>
/// <param name="ResolvedByHand">How many of its alerts somebody ended by hand.</param>
/// <param name="Escalated">How many notifications of an escalation had alerts of it.</param>
public sealed record AlertFatigueRule(string Name, long Fired, long Notifications, long Flaps, long Acknowledged, long ResolvedByHand, long Escalated);
