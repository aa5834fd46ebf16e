using System.Globalization;
using Varai.Monitoring.Notifications.Dispatching;
using Varai.Monitoring.Notifications.Storage;

namespace Varai.Monitoring.Notifications;

/// <summary>Takes alerts by putting them into the inbox of the node that sends.</summary>
internal sealed class AlertDispatcher(InboxWriter inbox) : IAlertDispatcher
{
    private const int MostNamed = 5;

    public async Task PostAsync(IReadOnlyList<Alert> alerts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        cancellationToken.ThrowIfCancellationRequested();
        var good = new List<Alert>(alerts.Count);
        var wrong = new List<string>();
        foreach (Alert alert in alerts)
        {
            if (AlertCheck.FindError(alert) is { } error)
                wrong.Add(error);
            else
                good.Add(alert);
        }

        // Whoever tells many alerts at once must not lose all of them to one.
        if (good.Count > 0)
            await inbox.AddAsync(new InboxEntry { Alerts = good }, audit: null, cancellationToken).ConfigureAwait(false);
        if (wrong.Count == 0)
            return;
        string more = wrong.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" And {wrong.Count - MostNamed} more.") : "";
        throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"{wrong.Count} of {alerts.Count} alerts can't be taken, the others are: {string.Join(' ', wrong.Take(MostNamed))}{more}"), nameof(alerts));
    }
}
