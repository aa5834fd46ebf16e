namespace Varai.Monitoring.Notifications.Routing;

internal sealed record EscalationStep(TimeSpan After, IReadOnlyList<string> Receivers);
