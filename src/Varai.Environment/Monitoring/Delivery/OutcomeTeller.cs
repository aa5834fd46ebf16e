using Microsoft.Extensions.Logging;
using Varai.Monitoring.Notifications;

namespace Varai.Monitoring.Delivery;

/// <summary>Tells whoever wants to know how a notification ended.</summary>
/// <param name="observers">Asked for when there is something to tell: they may need the outbox to be made.</param>
/// <param name="logger">Where a failure of theirs goes.</param>
internal sealed class OutcomeTeller(Func<IEnumerable<INotificationObserver>> observers, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly HashSet<INotificationObserver> _failing = [];

    /// <returns>Whether all know it now; those who do are not told again.</returns>
    public async Task<bool> TellAsync(OutcomeTelling telling, CancellationToken cancellationToken)
    {
        NotificationOutcome outcome = telling.Outcome;
        if (!outcome.IsSent && !telling.IsLogged)
            logger.NotificationGivenUp(outcome.Notification.Id, outcome.Notification.GroupKey, outcome.Channel, outcome.Attempts, outcome.Error);
        telling.IsLogged = true;
        bool isToldToAll = true;
        foreach (INotificationObserver observer in observers().Where(o => !telling.Told.Contains(o)))
        {
            try
            {
                await observer.OnEndedAsync(outcome, cancellationToken).ConfigureAwait(false);
                telling.Told.Add(observer);
                Note(observer, telling, failure: null);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                isToldToAll = false;
                Note(observer, telling, e);
            }
        }

        return isToldToAll;
    }

    /// <summary>Says that one fails, once until it does not, and once for an outcome.</summary>
    private void Note(INotificationObserver observer, OutcomeTelling telling, Exception? failure)
    {
        bool isNew;
        lock (_lock)
            isNew = failure is null ? _failing.Remove(observer) : _failing.Add(observer);
        if (failure is null || !isNew || telling.IsTroubleLogged)
            return;
        telling.IsTroubleLogged = true;
        logger.OutcomeObserverFailed(failure, telling.Outcome.Channel);
    }
}
