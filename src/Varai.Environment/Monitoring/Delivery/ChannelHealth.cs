namespace Varai.Monitoring.Delivery;

/// <summary>How the attempts of one channel have gone.</summary>
internal sealed class ChannelHealth
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _lastSent;
    private DateTimeOffset? _lastFailed;
    private string? _lastError;
    private int _failures;

    /// <summary>Whether there was no attempt in this process.</summary>
    public bool IsUntried
    {
        get
        {
            lock (_lock)
                return _lastSent is null && _lastFailed is null;
        }
    }

    /// <returns>How many had failed before.</returns>
    public int Sent(DateTimeOffset at)
    {
        lock (_lock)
        {
            _lastSent = at;
            int before = _failures;
            _failures = 0;
            return before;
        }
    }

    /// <returns>How many have failed now.</returns>
    public int Failed(DateTimeOffset at, string error)
    {
        lock (_lock)
        {
            _lastFailed = at;
            _lastError = error;
            return ++_failures;
        }
    }

    public AlertChannelStatus Show(string channel, int waiting, DateTimeOffset? since)
    {
        lock (_lock)
        {
            return new AlertChannelStatus
            {
                Channel = channel,
                Waiting = waiting,
                WaitingSince = since,
                LastSentAt = _lastSent,
                LastFailedAt = _lastFailed,
                LastError = _lastError,
                FailuresInARow = _failures,
            };
        }
    }
}
