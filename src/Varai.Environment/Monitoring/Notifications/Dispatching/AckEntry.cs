namespace Varai.Monitoring.Notifications.Dispatching;

internal sealed record AckEntry(string Author, string Reason, DateTimeOffset At, DateTimeOffset? ExpiresAt);
