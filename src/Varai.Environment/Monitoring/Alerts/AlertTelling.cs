namespace Varai.Monitoring.Alerts;

/// <summary>An alert that is being told to the dispatcher.</summary>
/// <param name="Plan">Its rule.</param>
/// <param name="Instance">The alert.</param>
/// <param name="ResolvedAt">When it had ended by then; 0 when it fires.</param>
/// <param name="Alert">What is told.</param>
internal sealed record AlertTelling(AlertRulePlan Plan, AlertInstance Instance, long ResolvedAt, Alert Alert);
