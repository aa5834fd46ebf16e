using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Delivery;

/// <summary>A service that answers as a test says, and notes who keeps to its limits.</summary>
internal sealed class ScriptedChannel(string name, FakeTimeProvider time, AlertRateLimit? limit = null) : IRateLimitedAlertChannel
{
    private readonly Lock _lock = new();
    private readonly List<AlertNotification> _accepted = [];
    private readonly List<DateTimeOffset> _calls = [];
    private int _inFlight;
    private int _hanging;

    public string Name => name;

    public AlertRateLimit? RateLimit => limit;

    /// <summary>Answers a call: null accepts it.</summary>
    public Func<AlertNotification, Exception?> Answer { get; set; } = static _ => null;

    /// <summary>Which calls hang until they are cancelled.</summary>
    public Func<AlertNotification, bool> Hangs { get; set; } = static _ => false;

    /// <summary>What a call waits for that does not listen to its token.</summary>
    public Task? Deaf { get; set; }

    public bool IsHanging => Volatile.Read(ref _hanging) != 0;

    /// <summary>Until when it has asked to be left alone.</summary>
    public DateTimeOffset NotBefore { get; set; }

    public int AcceptedCount
    {
        get
        {
            lock (_lock)
                return _accepted.Count;
        }
    }

    public int CallCount
    {
        get
        {
            lock (_lock)
                return _calls.Count;
        }
    }

    public int Breaches { get; private set; }

    public int Overlaps { get; private set; }

    public IReadOnlyList<AlertNotification> Accepted
    {
        get
        {
            lock (_lock)
                return [.. _accepted];
        }
    }

    public IReadOnlyList<DateTimeOffset> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    public async Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            if (Deaf is { } deaf)
            {
                Volatile.Write(ref _hanging, 1);
                await deaf;
                Volatile.Write(ref _hanging, 0);
            }
            else if (Hangs(notification))
            {
                await HangAsync(cancellationToken);
            }

            if (Answer(notification) is { } failure)
                throw failure;
            lock (_lock)
                _accepted.Add(notification);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private void Enter()
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            if (Interlocked.Increment(ref _inFlight) > 1)
                Overlaps++;
            if (now < NotBefore)
                Breaches++;
            // No stretch of time has more calls than the burst and one a full interval.
            if (limit is not null && _calls.Count >= limit.Burst && now - _calls[^limit.Burst] < limit.Interval)
                Breaches++;
            _calls.Add(now);
        }
    }

    private async Task HangAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _hanging, 1);
        await using (cancellationToken.Register(() =>
        {
            Volatile.Write(ref _hanging, 0);
            cancelled.TrySetCanceled(cancellationToken);
        }))
        {
            await cancelled.Task;
        }
    }
}
