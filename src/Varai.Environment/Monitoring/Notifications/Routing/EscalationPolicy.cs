namespace Varai.Monitoring.Notifications.Routing;

/// <summary>Who is told next while nobody acknowledges.</summary>
internal sealed record EscalationPolicy(
    string Name, IReadOnlyList<EscalationStep> Steps, int Repeat, IReadOnlyList<TimeInterval> Quiet, string? LastResort, TimeSpan LastResortAfter);
