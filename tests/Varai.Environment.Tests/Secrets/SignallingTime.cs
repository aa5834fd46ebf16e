using Microsoft.Extensions.Time.Testing;

namespace Varai.Tests.Secrets;

/// <summary>Virtual time that can be waited with: a test goes on when the code under test has begun to wait.</summary>
internal sealed class SignallingTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
{
    private readonly Lock _gate = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private int _timers;

    /// <summary>How far the wall clock has been set forward or back; timers and timestamps don't notice.</summary>
    public TimeSpan Jump { get; set; }

    /// <summary>How many timers have been made.</summary>
    public int Timers
    {
        get
        {
            lock (_gate)
                return _timers;
        }
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;

    public override long GetTimestamp() => base.GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        lock (_gate)
        {
            _timers++;
            _waiting.RemoveAll(waiting => waiting.Count <= _timers && waiting.Reached.TrySetResult());
        }

        return timer;
    }

    /// <summary>Ends when so many timers have been made since the beginning.</summary>
    public Task WhenTimersAsync(int count, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_timers >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task.WaitAsync(cancellationToken);
        }
    }
}
