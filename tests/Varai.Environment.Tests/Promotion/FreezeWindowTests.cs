using Varai.Promotion.Gates;

namespace Varai.Tests.Promotion;

public sealed class FreezeWindowTests
{
    [Theory]
    [InlineData("0 16 * * FRI for 2.16:00:00 in Europe/Vienna", "2026-11-27T15:00:00Z", "2026-11-30T07:00:00Z")]
    [InlineData("0 16 * * FRI for 2.16:00:00 in Europe/Vienna", "2026-11-27T14:59:59Z", null)]
    [InlineData("0 16 * * FRI for 2.16:00:00 in Europe/Vienna", "2026-11-30T06:59:59Z", "2026-11-30T07:00:00Z")]
    [InlineData("0 16 * * FRI for 2.16:00:00 in Europe/Vienna", "2026-11-30T07:00:00Z", null)]
    [InlineData("0 0 20-31 12 * for 1.00:00:00", "2026-12-24T12:00:00Z", "2026-12-25T00:00:00Z")]
    [InlineData("*/15 9-17 * * 1-5 for 00:05:00", "2026-11-30T09:17:00Z", "2026-11-30T09:20:00Z")]
    [InlineData("*/15 9-17 * * 1-5 for 00:05:00", "2026-11-30T09:21:00Z", null)]
    [InlineData("0 0 1 * MON for 1.00:00:00", "2026-12-01T05:00:00Z", "2026-12-02T00:00:00Z")] // the first, a Tuesday
    [InlineData("0 0 1 * MON for 1.00:00:00", "2026-12-07T05:00:00Z", "2026-12-08T00:00:00Z")] // a Monday
    [InlineData("0 0 * * 7 for 1.00:00:00", "2026-11-29T05:00:00Z", "2026-11-30T00:00:00Z")] // Sunday is 0 and 7
    [InlineData("30 2 29 3 * for 01:00:00 in Europe/Vienna", "2026-03-29T01:45:00Z", "2026-03-29T02:30:00Z")] // 02:30 is skipped: 03:30
    [InlineData("30 2 25 10 * for 01:00:00 in Europe/Vienna", "2026-10-25T00:45:00Z", "2026-10-25T01:30:00Z")] // 02:30 comes twice: the first
    [InlineData("30 2 25 10 * for 01:00:00 in Europe/Vienna", "2026-10-25T01:45:00Z", null)]
    public void EndOf_AMoment_IsTheEndOfTheWindowItLiesIn(string window, string now, string? end)
    {
        Assert.True(FreezeWindow.TryParse(window, out FreezeWindow? parsed, out _));

        Assert.Equal(end is null ? null : DateTimeOffset.Parse(end, null), parsed.EndOf(DateTimeOffset.Parse(now, null)));
    }

    [Theory]
    [InlineData("0 16 * * FRI", "must be 'cron for length'")]
    [InlineData("0 16 * * for 01:00:00", "five fields")]
    [InlineData("60 16 * * * for 01:00:00", "five fields")]
    [InlineData("0 16 * * FRIDAY for 01:00:00", "five fields")]
    [InlineData("0 5-3 * * * for 01:00:00", "five fields")]
    [InlineData("*/0 5 * * * for 01:00:00", "five fields")]
    [InlineData("0 16 * * FRI for -01:00:00", "a time of up to 366 days")]
    [InlineData("0 16 * * FRI for soon", "a time of up to 366 days")]
    [InlineData("0 16 * * FRI for 01:00:00 in Atlantis", "no time zone")]
    public void TryParse_ABadWindow_SaysWhatIsWrong(string text, string expected)
    {
        Assert.False(FreezeWindow.TryParse(text, out _, out string? problem));

        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    // The parser says nothing of Cronos, which has another idea of skipped times; the days and minutes can be told one by one.
    [Fact]
    public void Last_OfAnExpression_IsTheLastMinuteThatItNames()
    {
        CronExpression expression = CronExpression.TryParse("5,35 8-10,20 */3 2-12/2 *")!;
        var now = new DateTime(2026, 12, 20, 9, 50, 30, DateTimeKind.Unspecified);
        DateTime minute = now.Date.AddHours(now.Hour).AddMinutes(now.Minute);
        while (!(minute.Minute is 5 or 35 && minute.Hour is 8 or 9 or 10 or 20 && minute.Minute is 5 or 35 && (minute.Day - 1) % 3 == 0 && minute.Month % 2 == 0))
            minute = minute.AddMinutes(-1);

        Assert.Equal(minute, expression.Last(now, now.AddDays(-100)));
    }
}
