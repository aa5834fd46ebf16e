namespace Varai.Monitoring.Notifications;

/// <summary>How a notification ended that was taken by the outbox.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Notification">The notification.</param>
/// <param name="IsSent">Whether the channel has accepted it.</param>
/// <param name="Attempts">How many attempts there were.</param>
/// <param name="Error">Why it was given up; null when it was sent.</param>
internal sealed record NotificationOutcome(string Channel, AlertNotification Notification, bool IsSent, int Attempts, string? Error);
