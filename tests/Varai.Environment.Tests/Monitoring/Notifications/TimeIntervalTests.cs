using System.Globalization;
using Varai.Monitoring.Notifications;
using Varai.Monitoring.Notifications.Routing;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>When a period contains a moment; the facts are Alertmanager's (timeinterval, Apache-2.0), restated.</summary>
public sealed class TimeIntervalTests
{
    [Theory]
    [InlineData("times=09:00-17:00", "2026-06-01T09:00:00Z", true)]
    [InlineData("times=09:00-17:00", "2026-06-01T16:59:59Z", true)]
    [InlineData("times=09:00-17:00", "2026-06-01T17:00:00Z", false)]
    [InlineData("times=09:00-17:00", "2026-06-01T08:59:59Z", false)]
    [InlineData("times=00:00-06:00 22:00-24:00", "2026-06-01T23:59:59Z", true)]
    [InlineData("times=00:00-06:00 22:00-24:00", "2026-06-01T12:00:00Z", false)]
    [InlineData("weekdays=monday:friday", "2026-06-01T00:00:00Z", true)]
    [InlineData("weekdays=monday:friday", "2026-06-06T00:00:00Z", false)]
    [InlineData("weekdays=sunday", "2026-06-07T23:59:59Z", true)]
    [InlineData("weekdays=Saturday sunday", "2026-06-06T00:00:00Z", true)]
    [InlineData("days=1:5", "2026-06-05T23:59:59Z", true)]
    [InlineData("days=1:5", "2026-06-06T00:00:00Z", false)]
    [InlineData("days=-3:-1", "2026-02-26T00:00:00Z", true)]
    [InlineData("days=-3:-1", "2026-02-25T23:59:59Z", false)]
    [InlineData("days=-3:-1", "2024-02-26T00:00:00Z", false)]
    [InlineData("days=31", "2026-06-30T00:00:00Z", false)]
    [InlineData("days=30:31", "2026-02-28T00:00:00Z", false)]
    [InlineData("days=25:31", "2026-02-28T00:00:00Z", true)]
    [InlineData("days=-31:-1", "2026-02-01T00:00:00Z", true)]
    [InlineData("days=10:-5", "2026-06-26T00:00:00Z", true)]
    [InlineData("days=10:-5", "2026-06-27T00:00:00Z", false)]
    [InlineData("months=january:march", "2026-03-31T23:59:59Z", true)]
    [InlineData("months=1:3 december", "2026-12-01T00:00:00Z", true)]
    [InlineData("months=1:3", "2026-04-01T00:00:00Z", false)]
    [InlineData("years=2026", "2026-12-31T23:59:59Z", true)]
    [InlineData("years=2027:2028", "2026-12-31T23:59:59Z", false)]
    [InlineData("times=09:00-17:00;zone=Europe/Vienna", "2026-06-01T07:00:00Z", true)]
    [InlineData("times=09:00-17:00;zone=Europe/Vienna", "2026-01-05T07:30:00Z", false)]
    [InlineData("weekdays=sunday;zone=Pacific/Auckland", "2026-06-06T12:30:00Z", true)]
    [InlineData("times=02:30-03:00;zone=Europe/Vienna", "2026-10-25T00:30:00Z", true)] // the hour that comes twice
    [InlineData("times=02:30-03:00;zone=Europe/Vienna", "2026-10-25T01:30:00Z", true)]
    [InlineData("times=09:00-17:00;weekdays=monday:friday;months=june;years=2026;days=1:15", "2026-06-02T10:00:00Z", true)]
    [InlineData("times=09:00-17:00;weekdays=monday:friday;months=june;years=2026;days=1:15", "2026-06-16T10:00:00Z", false)]
    [InlineData("", "2026-06-16T10:00:00Z", true)]
    public void Contains_TheTable_IsAlertmanagers(string period, string moment, bool expected)
    {
        TimeInterval interval = Compile(period);

        Assert.Equal(expected, interval.Contains(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("times=22:00-24:00", "2026-06-01T23:12:34Z", "2026-06-02T00:00:00Z")]
    [InlineData("weekdays=saturday sunday", "2026-06-06T00:00:01Z", "2026-06-08T00:00:00Z")]
    [InlineData("times=09:00-17:00;zone=Europe/Vienna", "2026-06-01T07:00:00Z", "2026-06-01T15:00:00Z")]
    [InlineData("years=2026", "2026-06-01T00:00:00Z", "2026-06-09T00:00:00Z")]
    public void EndAfter_WithinAnInterval_IsTheFirstMinuteOutsideOrWhereToLookAgain(string period, string moment, string expected) => Assert.Equal(
        DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), TimeInterval.EndAfter([Compile(period)], DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("17:00-09:00")]
    [InlineData("09:00-09:00")]
    [InlineData("09:00")]
    [InlineData("9:00-17:00")]
    [InlineData("09:00-24:01")]
    [InlineData("24:00-24:00")]
    public void ParseRange_NoTimes_IsRefused(string text) => Assert.Throws<FormatException>(() => TimeOfDay.ParseRange(text));

    [Theory]
    [InlineData("0")]
    [InlineData("32")]
    [InlineData("-32:-1")]
    [InlineData("-5:5")]
    [InlineData("5:1")]
    [InlineData("-1:-5")]
    [InlineData("20:-20")]
    [InlineData("a:b")]
    [InlineData("1:2:3")]
    [InlineData("")]
    public void ParseDays_NoDays_IsRefused(string text) => Assert.Throws<FormatException>(() => NumberRange.ParseDays(text));

    [Theory]
    [InlineData("")]
    [InlineData("mon")]
    [InlineData("friday:monday")]
    [InlineData("1:5")]
    public void ParseWeekdays_NoDays_IsRefused(string text) => Assert.Throws<FormatException>(() => NumberRange.ParseWeekdays(text));

    private static TimeInterval Compile(string text)
    {
        var period = new AlertTimePeriodSettings();
        foreach (string[] part in text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=')))
        {
            IList<string>? list = part[0] switch
            {
                "times" => period.Times,
                "weekdays" => period.Weekdays,
                "days" => period.DaysOfMonth,
                "months" => period.Months,
                "years" => period.Years,
                _ => null,
            };
            if (list is null)
                period.TimeZone = part[1];
            foreach (string one in list is null ? [] : part[1].Split(' '))
                list!.Add(one);
        }

        var options = new AlertNotificationOptions();
        options.TimeIntervals["i"] = new AlertTimeIntervalSettings { Periods = { period } };
        options.Route.Routes.Add(new AlertRouteSettings { MuteTimeIntervals = { "i" } });
        NotificationPlan plan = PlanCompiler.Compile(options, [], out PlanErrors errors);
        Assert.Empty(errors.Messages);
        return plan.Root.Routes[0].Mute[0];
    }
}
