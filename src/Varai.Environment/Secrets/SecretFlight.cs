using System.Runtime.ExceptionServices;

namespace Varai.Secrets;

/// <summary>One read of one secret that any number of callers wait for.</summary>
internal sealed class SecretFlight(SecretSlot slot, long startedAt)
{
    private readonly TaskCompletionSource<SecretReading> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Outcome? _outcome;
    private readonly TaskCompletionSource _landing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isWaiting;

    public SecretSlot Slot => slot;

    public long StartedAt => startedAt;

    /// <summary>Whether its outcome must not be cached, because the secret was written or invalidated since. Guarded by the
    /// cache's lock.</summary>
    public bool IsDetached { get; set; }

    /// <summary>Whether its outcome may be what was there before a change that a provider has told of since. Guarded by the
    /// cache's lock.</summary>
    public bool IsOutdated { get; set; }

    /// <summary>Ends the wait of the callers when it takes too long and there is a value to give them. Guarded by the cache's
    /// lock.</summary>
    public ITimer? Deadline { get; set; }

    /// <summary>Whether a provider has to be waited for, as opposed to being in the middle of a synchronous answer.</summary>
    public bool IsWaiting
    {
        get => _isWaiting;
        set => _isWaiting = value;
    }

    /// <summary>What the callers get.</summary>
    public Task<SecretReading> Answer => _answer.Task;

    /// <summary>Whether there is an answer, which may be an error.</summary>
    public bool IsAnswered => Volatile.Read(ref _outcome) is not null;

    /// <summary>Ends when the providers have answered and everybody was told.</summary>
    public Task Landing => _landing.Task;

    /// <summary>The answer of a flight that has one, without waiting.</summary>
    public SecretReading GetAnswer()
    {
        Outcome outcome = Volatile.Read(ref _outcome)!;
        outcome.Error?.Throw();
        return outcome.Reading;
    }

    public void Complete(SecretReading reading)
    {
        if (Interlocked.CompareExchange(ref _outcome, new Outcome(reading, Error: null), null) is null)
            _answer.SetResult(reading);
    }

    public void Fail(Exception error)
    {
        if (Interlocked.CompareExchange(ref _outcome, new Outcome(default, ExceptionDispatchInfo.Capture(error)), null) is not null)
            return;
        _answer.SetException(error);
        // Every waiting caller may have been cancelled; the failure is in log and health already.
        _ = _answer.Task.Exception;
    }

    public void Land() => _landing.TrySetResult();

    private sealed record Outcome(SecretReading Reading, ExceptionDispatchInfo? Error);
}
