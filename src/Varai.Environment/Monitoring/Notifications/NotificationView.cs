using Varai.Monitoring.Notifications.Dispatching;
using Varai.Monitoring.Notifications.Storage;

namespace Varai.Monitoring.Notifications;

/// <summary>How things stand, for those who ask: what is kept, with what the node that sends has still to take in.</summary>
internal sealed class NotificationView(NotificationStore store, NotificationPlanSource source, TimeProvider time)
{
    public async Task<(DispatchMachine Machine, Instant At)> ReadAsync(CancellationToken cancellationToken)
    {
        (DispatchState state, IReadOnlyList<InboxDocument> inbox) = await store.LoadAsync(cancellationToken).ConfigureAwait(false);
        DateTimeOffset wall = time.GetUtcNow();
        var at = new Instant(Instant.Add(wall, -state.Meta.WallAhead), wall);
        var machine = new DispatchMachine(source.Plan, state, store.EnvironmentName);
        foreach (InboxDocument document in inbox)
        {
            if (document.Entry is { } entry)
                machine.Apply(entry, at);
        }

        return (machine, at);
    }
}
