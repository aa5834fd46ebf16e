using Microsoft.Extensions.Logging;
using Varai.Monitoring.Notifications.Dispatching;
using Varai.Monitoring.Notifications.Routing;
using Varai.Monitoring.Notifications.Storage;
using Varai.State;

namespace Varai.Monitoring.Notifications;

/// <summary>The work of the node that sends, from when it took the lease. After an exception the state in memory may be ahead of the one that is
/// kept: the session is of no use any more.</summary>
/// <remarks>
/// A notification is made in this order, so that it is neither lost nor made twice whatever ends in between:
/// <list type="number">
/// <item>What came in is applied, what is due is decided, and all of it is committed: the state, that the inbox is taken, and the notifications
/// as pending, with their ids.</item>
/// <item>The outbox is given the pending ones. It takes no id twice.</item>
/// <item>They are committed as no longer pending.</item>
/// </list>
/// </remarks>
internal sealed class DispatchSession
{
    private readonly NotificationStore _store;
    private readonly INotificationOutbox _outbox;
    private readonly DispatchMachine _machine;
    private readonly DispatchClock _clock;
    private readonly Lease _lease;
    private readonly ILogger _logger;

    private DispatchSession(NotificationStore store, INotificationOutbox outbox, DispatchMachine machine, DispatchClock clock, Lease lease, ILogger logger)
    {
        _store = store;
        _outbox = outbox;
        _machine = machine;
        _clock = clock;
        _lease = lease;
        _logger = logger;
    }

    public static async Task<DispatchSession> OpenAsync(
        NotificationStore store, INotificationOutbox outbox, NotificationPlan plan, Lease lease, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        (DispatchState state, _) = await store.LoadAsync(cancellationToken).ConfigureAwait(false);
        var machine = new DispatchMachine(plan, state, store.EnvironmentName);
        var clock = new DispatchClock(time, state.Meta.LastAt);
        machine.Resume(clock.Read());
        return new DispatchSession(store, outbox, machine, clock, lease, logger);
    }

    /// <summary>How long until there is something to do without anything new; null when never.</summary>
    public TimeSpan? DueIn => _machine.NextDueAt() is { } due ? due - _clock.Read().Now : null;

    /// <summary>Takes in what came, and does what is due.</summary>
    public async Task TurnAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<InboxDocument> inbox = await _store.ReadInboxAsync(cancellationToken).ConfigureAwait(false);
        Instant at = _clock.Read();
        foreach (InboxDocument document in inbox)
        {
            if (document.Entry is { } entry)
                _machine.Apply(entry, at);
            else
                _logger.InboxEntryUnreadable(document.Key);
        }

        _machine.Advance(at);
        foreach ((string key, Exception error) in _machine.TakeFailures())
            _logger.NotificationGroupFailed(error, key);
        await SaveAsync(inbox, at, cancellationToken).ConfigureAwait(false);
        await HandOnAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task HandOnAsync(CancellationToken cancellationToken)
    {
        DispatchState state = _machine.State;
        while (state.Pending.Count > 0)
        {
            foreach ((string id, PendingEntry pending) in state.Pending.ToArray())
            {
                string? refusal = await TryHandOnAsync(pending, cancellationToken).ConfigureAwait(false);
                state.Pending.Remove(id);
                state.Changed.Add((StateKind.Pending, id));
                if (refusal is null)
                    continue;
                bool isAboutFailures = pending.Notification.Alerts.All(a => FailureAlerts.IsOne(a.Labels));
                var outcome = new OutcomeEntry(pending.Channel, id, IsSent: false, refusal, isAboutFailures);
                _machine.Apply(new InboxEntry { Outcome = outcome }, _clock.Read());
            }

            await SaveAsync([], _clock.Read(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>Why the outbox will never take it; null when it has.</returns>
    private async Task<string?> TryHandOnAsync(PendingEntry pending, CancellationToken cancellationToken)
    {
        if (!_outbox.Channels.Contains(pending.Channel))
        {
            _logger.NotificationRefused(pending.Notification.Id, pending.Channel, "there is no such channel any more", exception: null);
            return "There is no such channel any more.";
        }

        try
        {
            await _outbox.EnqueueAsync(pending.Channel, pending.Notification, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            _logger.NotificationRefused(pending.Notification.Id, pending.Channel, e.Message, e);
            return e.Message;
        }
    }

    private async Task SaveAsync(IReadOnlyList<InboxDocument> taken, Instant at, CancellationToken cancellationToken)
    {
        DispatchState state = _machine.State;
        if (state.Changed.Count == 0 && taken.Count == 0)
            return;
        state.Meta.LastAt = at.Now;
        state.Meta.WallAhead = at.Wall - at.Now;
        state.Changed.Add((StateKind.Meta, ""));
        await _store.SaveAsync(state, taken, _lease, cancellationToken).ConfigureAwait(false);
    }
}
