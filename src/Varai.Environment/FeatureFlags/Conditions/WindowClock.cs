namespace Varai.FeatureFlags.Conditions;

/// <summary>Tells the time on the wall where a time window recurs: at a fixed offset from UTC, or in a time zone with its summer
/// time. Moments and times on the wall are ticks.</summary>
/// <remarks>A time that the wall skips stands for the first moment after it; one that it shows twice stands for the first of the two.
/// So a later time on the wall is never an earlier moment.</remarks>
internal sealed class WindowClock(TimeZoneInfo? zone, TimeSpan offset)
{
    private readonly long _offset = offset.Ticks;

    /// <summary>Whether the offset never changes.</summary>
    public bool IsFixed => zone is null;

    public long ToWall(long utc) => utc + OffsetAt(utc);

    public long ToUtc(long wall)
    {
        if (zone is null)
            return wall - _offset;

        // The moment lies between these two whatever the offset; a zone does not change its offset twice in two days.
        long before = OffsetAt(wall - TimeSpan.TicksPerDay);
        long after = OffsetAt(wall + TimeSpan.TicksPerDay);
        if (before == after || OffsetAt(wall - before) == before)
            return wall - before;
        return OffsetAt(wall - after) == after ? wall - after : FindChange(wall - after, wall - before);
    }

    // The wall skips from the one offset to the other between these two moments.
    private long FindChange(long low, long high)
    {
        long before = OffsetAt(low);
        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            if (OffsetAt(middle) == before)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    private long OffsetAt(long utc) =>
        zone is null
            ? _offset
            : zone.GetUtcOffset(new DateTime(Math.Clamp(utc, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc)).Ticks;
}
