using System.Globalization;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>A time that does not count for uptime. Immutable.</summary>
public sealed record MaintenanceWindow
{
    private readonly DateTimeOffset _start;
    private readonly DateTimeOffset _end;
    private readonly DayOfWeek? _day;
    private readonly TimeOnly _time;
    private readonly TimeSpan _duration;

    private MaintenanceWindow(DateTimeOffset start, DateTimeOffset end) => (_start, _end) = (start, end);

    private MaintenanceWindow(DayOfWeek day, TimeOnly time, TimeSpan duration) => (_day, _time, _duration) = (day, time, duration);

    /// <summary>A window that comes once.</summary>
    /// <param name="start">When it begins.</param>
    /// <param name="end">When it is over.</param>
    /// <exception cref="ArgumentOutOfRangeException">It ends before it begins.</exception>
    public static MaintenanceWindow Once(DateTimeOffset start, DateTimeOffset end)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(end, start);
        return new MaintenanceWindow(start, end);
    }

    /// <summary>A window that comes every week, by the clock of the objective's time zone.</summary>
    /// <param name="day">The day of the week on which it begins.</param>
    /// <param name="start">The time of day at which it begins.</param>
    /// <param name="duration">How long it lasts by that clock; it may go on past midnight.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not more than zero, or a week or more.</exception>
    public static MaintenanceWindow Weekly(DayOfWeek day, TimeOnly start, TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(duration, TimeSpan.FromDays(7));
        return new MaintenanceWindow(day, start, duration);
    }

    /// <summary>Whether a moment is in the window: from its beginning on, and before its end.</summary>
    /// <param name="at">The moment.</param>
    /// <param name="timeZone">The objective's time zone.</param>
    public bool Contains(DateTimeOffset at, TimeZoneInfo timeZone)
    {
        ArgumentNullException.ThrowIfNull(timeZone);
        if (_day is not { } day)
            return at >= _start && at < _end;
        DateTime local = TimeZoneInfo.ConvertTime(at, timeZone).DateTime;
        DateTime begin = local.Date.AddDays(day - local.DayOfWeek) + _time.ToTimeSpan();
        if (begin > local)
            begin = begin.AddDays(-7);
        return local - begin < _duration;
    }

    /// <summary>The window in words.</summary>
    public override string ToString() => _day is { } day
        ? string.Create(CultureInfo.InvariantCulture, $"{day} {_time:HH:mm} for {_duration:c}")
        : string.Create(CultureInfo.InvariantCulture, $"{_start:u} to {_end:u}");
}
