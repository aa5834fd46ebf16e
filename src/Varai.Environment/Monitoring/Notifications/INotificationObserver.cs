namespace Varai.Monitoring.Notifications;

/// <summary>Is told what became of each notification that the outbox has taken: the dispatcher raises an alert of its own when a channel gives up.</summary>
internal interface INotificationObserver
{
    Task OnEndedAsync(NotificationOutcome outcome, CancellationToken cancellationToken);
}
