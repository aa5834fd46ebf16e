namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>A clock that begins at the wall clock's time, or where it was when the state was last written if that is later, and then goes on by
/// timestamps: setting the wall clock forward or back neither delays nor hastens what is reckoned by it.</summary>
internal sealed class DispatchClock
{
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _from;
    private readonly long _timestamp;

    public DispatchClock(TimeProvider time, DateTimeOffset lastAt)
    {
        _time = time;
        _timestamp = time.GetTimestamp();
        DateTimeOffset wall = time.GetUtcNow();
        _from = wall > lastAt ? wall : lastAt;
    }

    public Instant Read() => new(_from + _time.GetElapsedTime(_timestamp), _time.GetUtcNow());
}
