namespace Varai.Monitoring.Delivery;

/// <summary>Time that goes on evenly, whatever the wall clock is set to: how long this clock has run.</summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public TimeProvider Time => time;

    public TimeSpan Now => time.GetElapsedTime(_start);

    public DateTimeOffset Wall => time.GetUtcNow();
}
