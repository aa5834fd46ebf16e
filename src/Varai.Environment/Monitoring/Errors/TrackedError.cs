namespace Varai.Monitoring.Errors;

/// <summary>A group that is being counted. Safe from any thread.</summary>
internal sealed class TrackedError(ErrorKey key, DateTimeOffset firstSeen)
{
    private const int Minutes = 10;

    private readonly Lock _counting = new();
    private readonly int[] _byMinute = new int[Minutes];
    private long _minute;
    private long _count;
    private DateTimeOffset _lastSeen;
    private ErrorOrigin _origin;
    private string? _category;
    private string? _message;

    /// <summary>When it was seen last, in minutes of a clock that never jumps.</summary>
    public long LastMinute
    {
        get
        {
            lock (_counting)
                return _minute;
        }
    }

    public void Add(DateTimeOffset now, long minute, ErrorOrigin origin, string? category, string? message)
    {
        lock (_counting)
        {
            MoveTo(minute);
            _byMinute[_minute % Minutes]++;
            _count++;
            _lastSeen = now;
            (_origin, _category, _message) = (origin, category, message);
        }
    }

    public ErrorGroup Describe(long minute)
    {
        lock (_counting)
        {
            long recent = 0;
            for (long m = Math.Max(0, minute - Minutes + 1); m <= Math.Min(minute, _minute); m++)
            {
                if (m > _minute - Minutes)
                    recent += _byMinute[m % Minutes];
            }

            return new ErrorGroup(key.Type, key.Place)
            {
                Origin = _origin,
                Category = _category,
                FirstSeen = firstSeen,
                LastSeen = _count == 0 ? firstSeen : _lastSeen,
                Count = _count,
                RecentCount = recent,
                Message = _message,
            };
        }
    }

    // Two threads may have read the clock in one order and come here in the other.
    private void MoveTo(long minute)
    {
        for (long m = Math.Max(_minute + 1, minute - Minutes + 1); m <= minute; m++)
            _byMinute[m % Minutes] = 0;
        _minute = Math.Max(_minute, minute);
    }
}
