using System.Collections.Concurrent;
using Varai.Monitoring;
using Varai.Monitoring.Notifications;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>An outbox that keeps what it is given, by id, as the real one does: it outlives whoever gave it.</summary>
internal sealed class RecordingOutbox(params string[] channels) : INotificationOutbox
{
    private readonly ConcurrentDictionary<string, bool> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Channel, AlertNotification Notification)> _taken = new();
    private int _runs;

    public IReadOnlyCollection<string> Channels => channels;

    public IReadOnlyList<(string Channel, AlertNotification Notification)> Taken => [.. _taken];

    public IReadOnlyList<string> Texts => [.. _taken.Select(t => $"{t.Channel}: {VirtualNotification.Describe(t.Notification)}")];

    /// <summary>How often it was given one that it had.</summary>
    public int Repetitions { get; private set; }

    /// <summary>How many nodes let it send now.</summary>
    public int Runs => Volatile.Read(ref _runs);

    /// <summary>What happens before one is taken.</summary>
    public Action<AlertNotification>? OnEnqueue { get; set; }

    /// <summary>What happens after one is taken.</summary>
    public Action<AlertNotification>? OnEnqueued { get; set; }

    public Task EnqueueAsync(string channel, AlertNotification notification, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OnEnqueue?.Invoke(notification);
        if (_ids.TryAdd(notification.Id, value: true))
            _taken.Enqueue((channel, notification));
        else
            Repetitions++;
        OnEnqueued?.Invoke(notification);
        return Task.CompletedTask;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _runs);
        }
    }
}
