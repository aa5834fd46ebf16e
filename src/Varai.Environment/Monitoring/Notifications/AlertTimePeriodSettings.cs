namespace Varai.Monitoring.Notifications;

/// <summary>Times that fit everything that is given here.</summary>
public sealed class AlertTimePeriodSettings
{
    /// <summary>Times of the day, the second of which is no longer part of it: <c>09:00-17:00</c>, <c>22:00-24:00</c>.</summary>
    /// <value>Default: none, the whole day.</value>
    public IList<string> Times { get; } = [];

    /// <summary>Days of the week, from Sunday on: <c>saturday</c>, <c>monday:friday</c>.</summary>
    /// <value>Default: none, all.</value>
    public IList<string> Weekdays { get; } = [];

    /// <summary>Days of the month, those below 0 reckoned from its end: <c>1:5</c>, <c>-3:-1</c>.</summary>
    /// <value>Default: none, all.</value>
    public IList<string> DaysOfMonth { get; } = [];

    /// <summary>Months by name or number: <c>january:march</c>, <c>12</c>.</summary>
    /// <value>Default: none, all.</value>
    public IList<string> Months { get; } = [];

    /// <summary>Years: <c>2026</c>, <c>2026:2028</c>.</summary>
    /// <value>Default: none, all.</value>
    public IList<string> Years { get; } = [];

    /// <summary>The time zone, such as <c>Europe/Vienna</c>; <c>Local</c> for that of the machine.</summary>
    /// <value>Default: <see langword="null"/>, UTC.</value>
    public string? TimeZone { get; set; }
}
