namespace Varai.Monitoring.Notifications.Routing;

/// <summary>Times that fit everything that is given; a list that is empty allows all.</summary>
internal sealed record TimePeriod(
    IReadOnlyList<NumberRange> Minutes,
    IReadOnlyList<NumberRange> Weekdays,
    IReadOnlyList<NumberRange> Days,
    IReadOnlyList<NumberRange> Months,
    IReadOnlyList<NumberRange> Years,
    TimeZoneInfo Zone)
{
    public bool Contains(DateTimeOffset moment)
    {
        DateTime local = TimeZoneInfo.ConvertTime(moment, Zone).DateTime;
        int minute = (local.Hour * 60) + local.Minute;
        int daysInMonth = DateTime.DaysInMonth(local.Year, local.Month);
        return Fits(Minutes, minute) && Fits(Weekdays, (int)local.DayOfWeek) && Fits(Months, local.Month) && Fits(Years, local.Year)
            && (Days.Count == 0 || Days.Any(r => r.ContainsDay(local.Day, daysInMonth)));
    }

    private static bool Fits(IReadOnlyList<NumberRange> ranges, int number) => ranges.Count == 0 || ranges.Any(r => r.Contains(number));
}
