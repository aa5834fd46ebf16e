using System.Numerics;

namespace Varai.FeatureFlags.Conditions;

/// <summary>When a time window opens again. Finds the occurrence at a moment by arithmetic, however long ago the first one was.</summary>
internal sealed class WindowRecurrence
{
    private const int DaysPerWeek = 7;

    // Nothing that repeats more seldom than this does so before the calendar ends; and ticks stay far from overflowing.
    private const int LongestPeriodInDays = 4_000_000;

    private readonly WindowClock _clock;
    private readonly long _start;
    private readonly long _length;
    private readonly long _period;
    private readonly int _days;
    private readonly int _firstDay;
    private readonly long _lastStart;
    private readonly long _count;

    /// <summary>Creates a daily or weekly recurrence.</summary>
    /// <param name="clock">The wall by which it recurs.</param>
    /// <param name="start">The start of the first occurrence on the wall, in ticks.</param>
    /// <param name="length">How long the wall says that an occurrence lasts, in ticks.</param>
    /// <param name="interval">Every how many days or weeks.</param>
    /// <param name="days">The days of the week as bits, the week's first day as the lowest one; 0 for a daily recurrence.</param>
    /// <param name="firstDay">Which day of that week the start is.</param>
    /// <param name="lastStart">The last moment at which an occurrence may start, in ticks of UTC.</param>
    /// <param name="count">How many occurrences there are.</param>
    public WindowRecurrence(
        WindowClock clock, long start, long length, int interval, int days, int firstDay, long lastStart, long count)
    {
        _clock = clock;
        _start = start;
        _length = length;
        _days = days;
        _firstDay = firstDay;
        _lastStart = lastStart;
        _count = count;
        long periodInDays = days == 0 ? interval : (long)interval * DaysPerWeek;
        _period = Math.Min(periodInDays, LongestPeriodInDays) * TimeSpan.TicksPerDay;
    }

    /// <summary>The last occurrence that began at a moment or before.</summary>
    /// <param name="now">The moment, in ticks of UTC; not before the first occurrence.</param>
    public WindowOccurrence Find(long now)
    {
        long wall = Math.Max(_clock.ToWall(now), _start);
        (long start, long number) = _days == 0 ? FindDaily(wall) : FindWeekly(wall);
        if (!_clock.IsFixed)
        {
            // Where the wall shows an hour twice, one that starts later on the wall may have begun already.
            long next = Next(start);
            if (next - wall <= TimeSpan.TicksPerDay && _clock.ToUtc(next) <= now)
                (start, number) = (next, number + 1);
        }

        long from = _clock.ToUtc(start);
        return new WindowOccurrence(number, from, _clock.ToUtc(start + _length), from <= _lastStart && number <= _count);
    }

    /// <summary>The longest that an occurrence may last so that it never meets the next one, in days.</summary>
    /// <param name="interval">Every how many weeks.</param>
    /// <param name="days">The days of the week as bits.</param>
    public static long LongestInDays(int interval, int days)
    {
        long longest = (long)interval * DaysPerWeek;
        int last = -1;
        for (int day = 0; day < DaysPerWeek; day++)
        {
            if ((days & (1 << day)) == 0)
                continue;
            if (last >= 0)
                longest = Math.Min(longest, day - last);
            last = day;
        }

        return interval == 1 ? Math.Min(longest, BitOperations.TrailingZeroCount(days) + DaysPerWeek - last) : longest;
    }

    private (long Start, long Number) FindDaily(long wall)
    {
        long periods = (wall - _start) / _period;
        return (_start + (periods * _period), periods + 1);
    }

    private (long Start, long Number) FindWeekly(long wall)
    {
        // Weeks begin on their first day at the start's time of day, so that whole days are whole days of the recurrence.
        long firstWeek = _start - (_firstDay * TimeSpan.TicksPerDay);
        long periods = (wall - firstWeek) / _period;
        long day = Math.Min((wall - firstWeek - (periods * _period)) / TimeSpan.TicksPerDay, DaysPerWeek - 1);
        int begun = _days & ((2 << (int)day) - 1);
        long number = (periods * BitOperations.PopCount((uint)_days)) + BitOperations.PopCount((uint)begun) - DaysBefore(_firstDay);
        if (begun == 0)
        {
            periods--;
            begun = _days;
        }

        return (firstWeek + (periods * _period) + (BitOperations.Log2((uint)begun) * TimeSpan.TicksPerDay), number);
    }

    private long Next(long start)
    {
        if (_days == 0)
            return start + _period;
        long firstWeek = _start - (_firstDay * TimeSpan.TicksPerDay);
        int day = (int)((start - firstWeek) % _period / TimeSpan.TicksPerDay);
        int later = _days >> (day + 1);
        return later != 0
            ? start + ((BitOperations.TrailingZeroCount(later) + 1) * TimeSpan.TicksPerDay)
            : start + _period + ((BitOperations.TrailingZeroCount(_days) - day) * TimeSpan.TicksPerDay);
    }

    private int DaysBefore(int day) => BitOperations.PopCount((uint)(_days & ((1 << day) - 1)));
}
