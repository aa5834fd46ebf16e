namespace Varai.FeatureFlags.Engine;

/// <summary>Says whether a moment is in one of the windows that a first window repeats as. Days and weeks are those of the first
/// window's offset from UTC.</summary>
internal sealed class RecurrenceTest
{
    private const int Week = 7;

    private readonly long _start;
    private readonly long _duration;
    private readonly long _interval;
    private readonly bool _isWeekly;
    private readonly long _until;
    private readonly long _occurrences;

    // Weekly only: the beginning of the start's week at the start's time of day, the listed days counted from there, in order,
    // and which of them is the start.
    private readonly long _week;
    private readonly int[] _days = [];
    private readonly int _startIndex;

    public RecurrenceTest(DateTimeOffset start, DateTimeOffset end, FeatureRecurrence recurrence)
    {
        _start = start.UtcTicks;
        _duration = end.UtcTicks - _start;
        _interval = recurrence.Interval;
        _isWeekly = recurrence.Pattern == FeatureRecurrencePattern.Weekly;
        _until = recurrence.Until?.UtcTicks ?? long.MaxValue;
        _occurrences = recurrence.Occurrences ?? long.MaxValue;
        if (_isWeekly)
        {
            int startDay = DaysFrom(recurrence.FirstDayOfWeek, start.DayOfWeek);
            _week = _start - (startDay * TimeSpan.TicksPerDay);
            _days = DaysInWeek(recurrence);
            _startIndex = Array.IndexOf(_days, startDay);
        }
    }

    /// <summary>The listed days of a week, each once, as days since its first.</summary>
    public static int[] DaysInWeek(FeatureRecurrence recurrence) =>
        [.. recurrence.DaysOfWeek.Select(day => DaysFrom(recurrence.FirstDayOfWeek, day)).Distinct().Order()];

    /// <summary>How many days a weekday comes after another.</summary>
    public static int DaysFrom(DayOfWeek first, DayOfWeek day) => ((int)day - (int)first + Week) % Week;

    /// <summary>Whether a moment that is not before the first window is in one. Windows don't overlap, so it is in the last that began, or
    /// in none.</summary>
    public bool Contains(long now)
    {
        (long began, long index) = _isWeekly ? LastWeekly(now) : LastDaily(now);
        return now - began < _duration && began <= _until && index < _occurrences;
    }

    private (long Began, long Index) LastDaily(long now)
    {
        long step = _interval * TimeSpan.TicksPerDay;
        long index = (now - _start) / step;
        return (_start + (index * step), index);
    }

    private (long Began, long Index) LastWeekly(long now)
    {
        long week = (now - _week) / (Week * TimeSpan.TicksPerDay);
        long round = week / _interval;
        int day = _days.Length - 1;
        if (week % _interval == 0)
        {
            while (day >= 0 && BeganOn(round, day) > now)
                day--;
            if (day < 0)
            {
                round--;
                day = _days.Length - 1;
            }
        }

        return (BeganOn(round, day), (round * _days.Length) + day - _startIndex);
    }

    private long BeganOn(long round, int day) => _week + (((round * _interval * Week) + _days[day]) * TimeSpan.TicksPerDay);
}
