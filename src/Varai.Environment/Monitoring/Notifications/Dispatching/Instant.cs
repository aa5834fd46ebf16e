using System.Runtime.InteropServices;

namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>A moment by two clocks: one that never jumps, by which intervals are reckoned, and the wall clock, which people mean.</summary>
/// <param name="Now">By the clock that never jumps.</param>
/// <param name="Wall">By the wall clock.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Instant(DateTimeOffset Now, DateTimeOffset Wall)
{
    public static Instant At(DateTimeOffset both) => new(both, both);

    /// <summary>What a time of the wall clock is by the other.</summary>
    public DateTimeOffset FromWall(DateTimeOffset wall) => Add(wall, Now - Wall);

    /// <summary>What a time is by the wall clock.</summary>
    public DateTimeOffset ToWall(DateTimeOffset time) => Add(time, Wall - Now);

    /// <summary>Adds without leaving what can be written down: somebody may say that an alert never ends.</summary>
    public static DateTimeOffset Add(DateTimeOffset time, TimeSpan span)
    {
        Int128 ticks = (Int128)time.UtcTicks + span.Ticks;
        return new DateTimeOffset((long)Int128.Clamp(ticks, DateTimeOffset.MinValue.UtcTicks, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
    }
}
