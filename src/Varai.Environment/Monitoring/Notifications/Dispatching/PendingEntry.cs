namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>A notification that is made and that the outbox has not been given, as far as is known.</summary>
internal sealed record PendingEntry(string Channel, AlertNotification Notification);
