using Varai.Monitoring.Notifications.Dispatching;
using Varai.Monitoring.Notifications.Storage;

namespace Varai.Monitoring.Notifications;

/// <summary>Takes alerts by putting them into the inbox of the node that sends.</summary>
internal sealed class AlertDispatcher(InboxWriter inbox) : IAlertDispatcher
{
    public Task PostAsync(IReadOnlyList<Alert> alerts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (Alert alert in alerts)
            AlertCheck.ThrowIfInvalid(alert);
        return alerts.Count == 0 ? Task.CompletedTask : inbox.AddAsync(new InboxEntry { Alerts = alerts }, audit: null, cancellationToken);
    }
}
