using Microsoft.Extensions.Logging;
using Varai.Monitoring.Notifications;

namespace Varai.Monitoring.Delivery;

/// <summary>Tells whoever wants to know how a notification ended.</summary>
/// <param name="observers">Asked for when there is something to tell: they may need the outbox to be made.</param>
/// <param name="logger">Where a failure of theirs goes.</param>
internal sealed class OutcomeTeller(Func<IEnumerable<INotificationObserver>> observers, ILogger logger)
{
    public async Task TellAsync(NotificationOutcome outcome, CancellationToken cancellationToken)
    {
        if (!outcome.IsSent)
            logger.NotificationGivenUp(outcome.Notification.Id, outcome.Notification.GroupKey, outcome.Channel, outcome.Attempts, outcome.Error);
        foreach (INotificationObserver observer in observers())
        {
            try
            {
                await observer.OnEndedAsync(outcome, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                logger.OutcomeObserverFailed(e, outcome.Channel);
            }
        }
    }
}
