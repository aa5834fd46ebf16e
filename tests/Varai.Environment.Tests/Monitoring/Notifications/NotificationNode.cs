using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Notifications;
using Varai.Monitoring.Notifications.Storage;
using Varai.State;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>A node with a store, a clock and an outbox that it may share with others. Its runner is started or, where a test takes the turns
/// itself, not.</summary>
internal sealed class NotificationNode : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly INotificationOutbox _outbox;
    private readonly NotificationPlanSource _source;

    public NotificationNode(IStateStore store, INotificationOutbox outbox, TimeProvider time, Action<AlertNotificationOptions>? configure = null)
    {
        _time = time;
        _outbox = outbox;
        var options = new AlertNotificationOptions();
        options.Route.GroupWait = TimeSpan.FromSeconds(10);
        options.Route.GroupInterval = TimeSpan.FromMinutes(1);
        configure?.Invoke(options);
        Store = new NotificationStore(store, "production");
        _source = new NotificationPlanSource(Options.Create(options), outbox);
        var signal = new NotificationSignal();
        var inbox = new InboxWriter(Store, signal, time);
        Inbox = inbox;
        var view = new NotificationView(Store, _source, time);
        Dispatcher = new AlertDispatcher(inbox);
        Notifications = new AlertNotifications(Store, inbox, view, NullLogger<AlertNotifications>.Instance);
        Silences = new Silences(inbox, view, time, NullLogger<Silences>.Instance);
        Observer = new NotificationObserver(inbox);
        Runner = new NotificationRunner(Store, outbox, _source, signal, time, NullLogger<NotificationRunner>.Instance);
    }

    public NotificationRunner Runner { get; }

    public IAlertDispatcher Dispatcher { get; }

    public IAlertNotifications Notifications { get; }

    public ISilences Silences { get; }

    public INotificationObserver Observer { get; }

    public NotificationStore Store { get; }

    public InboxWriter Inbox { get; }

    public static Alert Alert(string labels, DateTimeOffset from, DateTimeOffset? to = null) =>
        new() { Labels = VirtualDispatcher.Labels(labels), StartsAt = from, EndsAt = to };

    public static FakeTimeProvider Clock() => new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public static InMemoryStateStore Memory(TimeProvider time) => new(new StateOptions(), time);

    public async Task<DispatchSession> LeadAsync(CancellationToken cancellationToken)
    {
        // As though the lease of a node that died had ended.
        if (await Store.Leases.GetAsync(Store.LeaseName, cancellationToken) is { } held)
            await Store.Leases.ReleaseAsync(held, cancellationToken);
        Lease? lease = await Store.Leases.TryAcquireAsync(Store.LeaseName, "test", TimeSpan.FromDays(300), cancellationToken);
        return await DispatchSession.OpenAsync(Store, _outbox, _source.Plan, lease!, _time, NullLogger.Instance, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Runner.StopAsync(CancellationToken.None);
        Runner.Dispose();
    }
}
