namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>What became of a notification.</summary>
internal sealed record OutcomeEntry(string Channel, string Id, bool IsSent, string? Error, bool IsAboutFailures);
