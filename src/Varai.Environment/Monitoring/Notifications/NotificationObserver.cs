using Varai.Monitoring.Notifications.Dispatching;
using Varai.Monitoring.Notifications.Storage;

namespace Varai.Monitoring.Notifications;

/// <summary>Hands on what became of notifications, so that one that was given up is told through other channels.</summary>
internal sealed class NotificationObserver(InboxWriter inbox) : INotificationObserver
{
    public async Task OnEndedAsync(NotificationOutcome outcome, CancellationToken cancellationToken)
    {
        bool isAboutFailures = outcome.Notification.Alerts.All(a => FailureAlerts.IsOne(a.Labels));
        var entry = new OutcomeEntry(outcome.Channel, outcome.Notification.Id, outcome.IsSent, outcome.Error, isAboutFailures);
        await inbox.AddAsync(new InboxEntry { Outcome = entry }, audit: null, cancellationToken).ConfigureAwait(false);
    }
}
