using CsCheck;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Conditions;

public sealed class TimeWindowConditionTests
{
    private const string Rule = TestCondition.Rule;
    private const string DateWithOffset = "a date with an offset from UTC, such as \"2026-05-01T13:00:00+02:00\" or \"Fri, 01 May 2026 11:00:00 GMT\"";

    private static readonly string[] Zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"];

    [Theory]
    [InlineData("2026-05-01T10:59:59Z", false)]
    [InlineData("2026-05-01T11:00:00Z", true)]
    [InlineData("2026-05-02T10:59:59Z", true)]
    [InlineData("2026-05-02T11:00:00Z", false)]
    public void IsMet_StartAndEnd_IsMetFromTheOneUntilTheOther(string now, bool met)
    {
        var condition = new TestCondition("Microsoft.TimeWindow", """{"Start": "Fri, 01 May 2026 11:00:00 GMT", "end": "2026-05-02T13:00:00+02:00"}""");
        Assert.Equal(met ? (FlagReason.TargetingMatch, Rule) : null, condition.Decision(context: null, SettableTime.At(now)));
    }

    [Fact]
    public void IsMet_NeitherStartNorEnd_IsNeverMetAndSaysSo() =>
        Assert.Equal(["- : it has neither Start nor End, so it is never open"], new TestCondition("TimeWindow", """{"Start": "", "End": null}""").Explain(context: null));

    [Theory]
    [InlineData("2026-03-02T08:00:00Z", true)]
    [InlineData("2026-03-02T07:59:59Z", false)]
    [InlineData("2026-03-02T15:59:59Z", true)]
    [InlineData("2026-03-02T16:00:00Z", false)]
    [InlineData("2026-03-30T06:59:59Z", false)]
    [InlineData("2026-03-30T07:00:00Z", true)]
    [InlineData("2026-03-30T15:00:00Z", false)]
    [InlineData("2026-10-26T07:59:59Z", false)]
    [InlineData("2026-10-26T08:00:00Z", true)]
    [InlineData("2026-03-03T08:00:00Z", false)]
    [InlineData("2086-05-27T07:00:00Z", true)]
    public void IsMet_TimeZone_KeepsToItsTimeOfDayThroughTheYear(string now, bool met)
    {
        // Mondays from nine to five in Berlin, written without and with offsets.
        const string Pattern = """
            "Recurrence": {"Pattern": {"Type": "Weekly", "DaysOfWeek": ["monday"]}, "Range": {"Type": "NoEnd"}}
            """;
        var local = new TestCondition("TimeWindow", $$"""{"TimeZone": "Europe/Berlin", "Start": "2026-03-02T09:00", "End": "2026-03-02T17:00", {{Pattern}}}""");
        var offset = new TestCondition("TimeWindow", $$"""{"TimeZone": "Europe/Berlin", "Start": "2026-03-02T08:00Z", "End": "Mon, 02 Mar 2026 16:00:00 GMT", {{Pattern}}}""");
        Assert.Equal(met, local.IsMet(SettableTime.At(now)));
        Assert.Equal(met, offset.IsMet(SettableTime.At(now)));
    }

    [Theory]
    [InlineData("2026-03-29T00:59:59Z", false)]
    [InlineData("2026-03-29T01:00:00Z", true)]
    [InlineData("2026-03-29T01:29:59Z", true)]
    [InlineData("2026-03-29T01:30:00Z", false)]
    [InlineData("2026-10-25T00:29:59Z", false)]
    [InlineData("2026-10-25T00:30:00Z", true)]
    [InlineData("2026-10-25T01:15:00Z", true)]
    [InlineData("2026-10-25T02:29:59Z", true)]
    [InlineData("2026-10-25T02:30:00Z", false)]
    public void IsMet_TimeThatTheClocksSkipOrShowTwice_OpensAtTheFirstMomentAfterItOrAtTheFirst(string now, bool met)
    {
        // Half past two until half past three: at three, because half past two does not exist; and the hour that comes twice counts twice.
        var condition = new TestCondition(
            "TimeWindow",
            """{"TimeZone": "Europe/Berlin", "Start": "2026-03-01T02:30", "End": "2026-03-01T03:30", "Recurrence": {"Pattern": {"Type": "Daily"}, "Range": {"Type": "NoEnd"}}}""");
        Assert.Equal(met, condition.IsMet(SettableTime.At(now)));
    }

    [Fact]
    public void IsMet_WholeDaysInATimeZone_IsMetWithoutAGap()
    {
        var condition = new TestCondition(
            "TimeWindow",
            """{"TimeZone": "Europe/Berlin", "Start": "2026-01-01T00:00", "End": "2026-01-02T00:00", "Recurrence": {"Pattern": {"Type": "Daily"}, "Range": {"Type": "NoEnd"}}}""");
        var time = SettableTime.At("2026-01-01T00:00:00+01:00");
        for (int i = 0; i < 366 * 24 * 4; i++, time.Now += TimeSpan.FromMinutes(15))
            Assert.True(condition.IsMet(time));
    }

    [Fact]
    public void IsMet_RandomRecurrencesInTimeZones_SaysWhatCountingOccurrencesSays()
    {
        // Offsets change in some of these hours; the wall's whole and half hours are the edges.
        var gen = from zone in Gen.OneOf(Zones)
                  from day in Gen.Int[0, 400]
                  from halfHour in Gen.Int[0, 47]
                  from length in Gen.Frequency((2, Gen.Int[1, 4]), (1, Gen.Int[1, 48]))
                  from interval in Gen.Int[1, 3]
                  from number in Gen.Int[1, 300]
                  from days in Gen.Frequency((1, Gen.Const(0)), (2, Gen.Int[1, 127]))
                  from moments in Gen.Select(Gen.Int[0, 47 * 300], Gen.Int[-1, 1]).Array[40]
                  select (zone, start: new DateTime(2024, 1, 1).AddDays(day).AddMinutes(30 * halfHour), length, interval, number, days, moments);
        gen.Sample(
            g =>
            {
                TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(g.zone);
                if (zone.IsInvalidTime(g.start) || zone.IsAmbiguousTime(g.start) || zone.IsInvalidTime(g.start.AddMinutes(30 * g.length)))
                    return true;
                DayOfWeek[] days = g.days == 0 ? [] : [.. Enum.GetValues<DayOfWeek>().Where(d => d == g.start.DayOfWeek || (g.days & (1 << (int)d)) != 0)];
                string pattern = days.Length == 0 ? "" : $$""", "Type": "Weekly", "DaysOfWeek": ["{{string.Join("\", \"", days)}}"]""";
                var condition = new TestCondition(
                    "TimeWindow",
                    FormattableString.Invariant(
                        $$"""
                        {"TimeZone": "{{g.zone}}", "Start": "{{g.start:s}}", "End": "{{g.start.AddMinutes(30 * g.length):s}}",
                         "Recurrence": {"Pattern": {"Interval": {{g.interval}}{{pattern}}}, "Range": {"Type": "Numbered", "NumberOfOccurrences": {{g.number}} } } }
                        """));
                List<(DateTime From, DateTime Until)> open = Occurrences(zone, g.start, TimeSpan.FromMinutes(30 * g.length), g.interval, days, g.number);
                var time = new SettableTime();
                foreach ((int halfHours, int ticks) in g.moments)
                {
                    DateTime now = DateTime.SpecifyKind(g.start, DateTimeKind.Utc).AddMinutes(30 * halfHours).AddTicks(ticks);
                    time.Now = new DateTimeOffset(now);
                    if (condition.IsMet(time) != open.Exists(o => o.From <= now && now < o.Until))
                        return false;
                }

                return true;
            },
            iter: 600);
    }

    [Fact]
    public void Explain_Recurrence_SaysWhichOccurrence()
    {
        var condition = new TestCondition(
            "TimeWindow",
            """{"Start": "2026-05-01T10:00:00Z", "End": "2026-05-01T12:00:00Z", "Recurrence": {"Pattern": {"Type": "Daily", "Interval": 2}, "Range": {"Type": "Numbered", "NumberOfOccurrences": "3"}}}""");
        Assert.Equal(["- : 2026-05-01T09:00:00Z is before Start, 2026-05-01T10:00:00Z"], condition.Explain(null, SettableTime.At("2026-05-01T09:00:00Z")));
        Assert.Equal(
            ["+ : 2026-05-01T10:00:00Z is between Start, 2026-05-01T10:00:00Z, and End, 2026-05-01T12:00:00Z"],
            condition.Explain(null, SettableTime.At("2026-05-01T10:00:00Z")));
        Assert.Equal(
            ["+ : 2026-05-05T11:00:00Z is in occurrence 3, from 2026-05-05T10:00:00Z until 2026-05-05T12:00:00Z"],
            condition.Explain(null, SettableTime.At("2026-05-05T11:00:00Z")));
        Assert.Equal(
            ["- : 2026-05-04T11:00:00Z is after occurrence 2, from 2026-05-03T10:00:00Z until 2026-05-03T12:00:00Z"],
            condition.Explain(null, SettableTime.At("2026-05-04T11:00:00Z")));
        Assert.Equal(["- : 2026-05-07T11:00:00Z is after the last occurrence"], condition.Explain(null, SettableTime.At("2026-05-07T11:00:00Z")));
    }

    [Theory]
    [InlineData("""{"Start": "2026-05-01T10:00:00"}""", "Start: Start has no offset from UTC, so it would be another moment on every machine: write the offset, or give TimeZone. (expected " + DateWithOffset + ", found a date without an offset)")]
    [InlineData("""{"Start": "10:00Z"}""", "Start: Start is no date. (expected " + DateWithOffset + ", found a string)")]
    [InlineData("""{"End": "May 5"}""", "End: End is no date. (expected " + DateWithOffset + ", found a string)")]
    [InlineData("""{"End": 2026}""", "End: End is no date. (expected " + DateWithOffset + ", found a number)")]
    [InlineData("""{"TimeZone": "Europe/Berlim"}""", "TimeZone: TimeZone is no time zone that this system knows. (expected an IANA id such as Europe/Berlin, found another string)")]
    public void Compile_MalformedDates_AreErrors(string parameters, string error) =>
        Assert.Equal([$"{TestCondition.Key}:{error}"], TestCondition.Errors("TimeWindow", parameters));

    [Theory]
    [InlineData("""{"Type": "Daily"}, "Range": {"Type": "NoEnd"}""", "2026-05-02T10:00:01Z", "End: The window is still open when it opens again. (expected at most 1 day after Start, found 1.00:00:01)")]
    [InlineData("""{"Type": "Daily"}, "Range": {"Type": "NoEnd"}""", "2026-05-01T10:00:00Z", "End: End is not after Start. (expected a date after 2026-05-01T10:00:00Z, found 2026-05-01T10:00:00Z)")]
    [InlineData("""{"Interval": 9999}, "Range": {"Type": "NoEnd"}""", "2036-05-02T10:00:00Z", "End: The window is too long to recur. (expected less than 3650 days after Start, found 3654.00:00:00)")]
    [InlineData("""{"Interval": 0}, "Range": {"Type": "NoEnd"}""", "2026-05-01T11:00:00Z", "Recurrence:Pattern:Interval: Interval is out of range. (expected a whole number of at least 1, found 0)")]
    [InlineData("""{"Type": "Wekly"}, "Range": {"Type": "NoEnd"}""", "2026-05-01T11:00:00Z", "Recurrence:Pattern:Type: Type has a value that is not known. (expected one of Daily, Weekly, found another string) Did you mean 'Weekly'?")]
    [InlineData("""{"Type": "Weekly"}, "Range": {"Type": "NoEnd"}""", "2026-05-01T11:00:00Z", "Recurrence:Pattern:DaysOfWeek: A weekly recurrence needs DaysOfWeek. (expected an array of weekdays, found nothing)")]
    [InlineData("""{"Type": "Weekly", "DaysOfWeek": ["Monday"]}, "Range": {"Type": "NoEnd"}""", "2026-05-01T11:00:00Z", "Start: Start is on no day of DaysOfWeek. (expected a first occurrence on one of these days, found a Friday)")]
    [InlineData("""{"Type": "Weekly", "DaysOfWeek": ["Friday", "Friday"]}, "Range": {"Type": "NoEnd"}""", "2026-05-01T11:00:00Z", "Recurrence:Pattern:DaysOfWeek:1: Friday is listed twice. (expected each weekday once, found it again)")]
    [InlineData("""{"Type": "Weekly", "DaysOfWeek": ["Friday", "Saturday"]}, "Range": {"Type": "NoEnd"}""", "2026-05-03T11:00:00Z", "End: The window is still open when it opens again. (expected at most 1 day after Start, found 2.01:00:00)")]
    [InlineData("""{"Type": "Daily"}""", "2026-05-01T11:00:00Z", "Recurrence:Range: Range is missing. (expected an object, found nothing)")]
    [InlineData("""{"Type": "Daily"}, "Range": {"Type": "EndDate", "EndDate": "2026-05-01T09:00:00Z"}""", "2026-05-01T11:00:00Z", "Recurrence:Range:EndDate: EndDate is before Start. (expected 2026-05-01T10:00:00Z or later, found 2026-05-01T09:00:00Z)")]
    [InlineData("""{"Type": "Daily"}, "Range": {"Type": "Numbered", "NumberOfOccurrences": 0}""", "2026-05-01T11:00:00Z", "Recurrence:Range:NumberOfOccurrences: NumberOfOccurrences is out of range. (expected a whole number of at least 1, found 0)")]
    [InlineData("""{"Type": "Daily"}, "Range": {"Type": "NoEnd"}""", "", "End: End is missing, which a recurrence needs. (expected " + DateWithOffset + ", found nothing)")]
    public void Compile_MalformedRecurrence_IsOneErrorWithItsKey(string pattern, string end, string error) =>
        Assert.Equal(
            [$"{TestCondition.Key}:{error}"],
            TestCondition.Errors("TimeWindow", $$"""{"Start": "2026-05-01T10:00:00Z", "End": "{{end}}", "Recurrence": {"Pattern": {{pattern}} } }"""));

    [Theory]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T01:00:00Z", 2147483647)]
    [InlineData("9998-12-31T23:00:00Z", "9999-12-31T23:59:59Z", 400)]
    public void IsMet_EndsOfTheCalendar_DoNotOverflow(string start, string end, int interval)
    {
        foreach (string zone in (ReadOnlySpan<string>)["", "\"TimeZone\": \"Australia/Lord_Howe\", "])
        {
            var condition = new TestCondition(
                "TimeWindow",
                FormattableString.Invariant($$"""{{{zone}}"Start": "{{start}}", "End": "{{end}}", "Recurrence": {"Pattern": {"Interval": {{interval}}}, "Range": {"Type": "NoEnd"} } }"""));
            Assert.False(condition.IsMet(new SettableTime(DateTimeOffset.MaxValue)));
            condition.IsMet(new SettableTime(DateTimeOffset.MinValue));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"TimeZone\": \"Europe/Berlin\", ")]
    public void IsMet_ManyTimesLongAfterStart_AllocatesNothing(string zone)
    {
        var condition = new TestCondition(
            "TimeWindow",
            $$"""{{{zone}}"Start": "1990-05-04T10:00:00Z", "End": "1990-05-04T12:00:00Z", "Recurrence": {"Pattern": {"Type": "Weekly", "DaysOfWeek": ["Friday", "Monday"]}, "Range": {"Type": "NoEnd"} } }""");
        condition.AllocatesNothing(context: null, SettableTime.At("2026-05-01T11:00:00Z"));
        condition.AllocatesNothing(context: null, SettableTime.At("2026-10-25T00:30:00Z"));
    }

    private static List<(DateTime From, DateTime Until)> Occurrences(
        TimeZoneInfo zone, DateTime start, TimeSpan length, int interval, DayOfWeek[] days, int number)
    {
        var open = new List<(DateTime, DateTime)>();
        DateTime firstWeek = start.Date.AddDays(-(int)start.DayOfWeek);
        for (DateTime day = start; open.Count < number && day < start.AddDays(310); day = day.AddDays(1))
        {
            bool isOne = days.Length == 0
                ? (day - start).Days % interval == 0
                : days.Contains(day.DayOfWeek) && (day.Date - firstWeek).Days / 7 % interval == 0;
            if (isOne)
                open.Add((ToUtc(zone, day), ToUtc(zone, day + length)));
        }

        return open;
    }

    private static DateTime ToUtc(TimeZoneInfo zone, DateTime wall)
    {
        while (zone.IsInvalidTime(wall))
            wall = wall.AddMinutes(30).Date.Add(TimeSpan.FromMinutes(Math.Floor(wall.AddMinutes(30).TimeOfDay.TotalMinutes / 30) * 30));
        TimeSpan offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return DateTime.SpecifyKind(wall - offset, DateTimeKind.Utc);
    }
}
