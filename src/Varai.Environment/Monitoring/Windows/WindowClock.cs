namespace Varai.Monitoring.Windows;

/// <summary>The time by which slots are numbered: it begins at the wall clock's and never jumps. What is said to people is in the wall
/// clock's time of now, so that after a jump the last five minutes are still the last five minutes.</summary>
internal sealed class WindowClock(TimeProvider time)
{
    private readonly long _start = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
    private readonly long _startTimestamp = time.GetTimestamp();

    /// <summary>The time in ticks since 1970.</summary>
    public long Now => _start + time.GetElapsedTime(_startTimestamp).Ticks;

    /// <summary>A moment of the wall clock in the time of the slots.</summary>
    public long Of(DateTimeOffset wall) => Now - (time.GetUtcNow() - wall).Ticks;

    /// <summary>A moment in the time of the slots as the wall clock has it.</summary>
    public DateTimeOffset WallOf(long ticks) => time.GetUtcNow() + TimeSpan.FromTicks(ticks - Now);
}
