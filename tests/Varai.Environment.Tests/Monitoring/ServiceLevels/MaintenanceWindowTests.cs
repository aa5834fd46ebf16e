using Varai.Monitoring.ServiceLevels;

namespace Varai.Tests.Monitoring.ServiceLevels;

public sealed class MaintenanceWindowTests
{
    private static readonly TimeZoneInfo East = TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(2), "east", "east");

    [Theory]
    [InlineData("2026-06-07T01:59:59+02:00", false)]
    [InlineData("2026-06-07T02:00:00+02:00", true)] // a Sunday
    [InlineData("2026-06-07T00:30:00+00:00", true)]
    [InlineData("2026-06-07T02:59:59+02:00", true)]
    [InlineData("2026-06-07T03:00:00+02:00", false)]
    [InlineData("2026-06-08T02:30:00+02:00", false)]
    public void Contains_Weekly_GoesByTheTimeZonesClock(string at, bool isIn) =>
        Assert.Equal(isIn, MaintenanceWindow.Weekly(DayOfWeek.Sunday, new TimeOnly(2, 0), TimeSpan.FromHours(1)).Contains(DateTimeOffset.Parse(at, null), East));

    [Theory]
    [InlineData("2026-06-06T22:59:59Z", false)] // a Saturday
    [InlineData("2026-06-06T23:00:00Z", true)]
    [InlineData("2026-06-07T00:00:00Z", true)]
    [InlineData("2026-06-08T22:59:59Z", true)]
    [InlineData("2026-06-08T23:00:00Z", false)]
    public void Contains_WeeklyPastTheEndOfTheWeek_GoesOn(string at, bool isIn) =>
        Assert.Equal(isIn, MaintenanceWindow.Weekly(DayOfWeek.Saturday, new TimeOnly(23, 0), TimeSpan.FromHours(48)).Contains(DateTimeOffset.Parse(at, null), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("2026-06-07T11:59:59Z", false)]
    [InlineData("2026-06-07T12:00:00Z", true)]
    [InlineData("2026-06-07T13:00:00Z", false)]
    public void Contains_Once_IsFromItsBeginningToItsEnd(string at, bool isIn)
    {
        var start = new DateTimeOffset(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(isIn, MaintenanceWindow.Once(start, start.AddHours(1)).Contains(DateTimeOffset.Parse(at, null), East));
    }

    [Fact]
    public void Create_WhatCanNotBe_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MaintenanceWindow.Once(DateTimeOffset.UnixEpoch, DateTimeOffset.MinValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => MaintenanceWindow.Weekly(DayOfWeek.Sunday, default, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => MaintenanceWindow.Weekly(DayOfWeek.Sunday, default, TimeSpan.FromDays(7)));
    }
}
