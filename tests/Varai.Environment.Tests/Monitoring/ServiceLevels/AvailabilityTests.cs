using Varai.Monitoring.ServiceLevels;

namespace Varai.Tests.Monitoring.ServiceLevels;

public sealed class AvailabilityTests
{
    [Theory]
    [InlineData(0.99, "07:12:00", "3.15:36:00")]
    [InlineData(0.995, "03:36:00", "1.19:48:00")]
    [InlineData(0.999, "00:43:12", "08:45:36")]
    [InlineData(0.9995, "00:21:36", "04:22:48")]
    [InlineData(0.9999, "00:04:19.2", "00:52:33.6")]
    [InlineData(0.99999, "00:00:25.92", "00:05:15.36")]
    [InlineData(1, "00:00:00", "00:00:00")]
    [InlineData(0, "30.00:00:00", "365.00:00:00")]
    public void AllowedDowntime_OfAMonthAndAYear_IsExact(double target, string month, string year)
    {
        Assert.Equal(TimeSpan.Parse(month, null), Availability.AllowedDowntime(target, TimeSpan.FromDays(30)));
        Assert.Equal(TimeSpan.Parse(year, null), Availability.AllowedDowntime(target, TimeSpan.FromDays(365)));
    }

    [Fact]
    public void Serial_OfFiveNines_IsTheirProduct()
    {
        Assert.Equal(0.995, Availability.Serial(0.999, 0.999, 0.999, 0.999, 0.999), 4);
        Assert.Equal(1, Availability.Serial());
    }

    [Fact]
    public void Redundant_OfTwo_FailsWhenBothDo()
    {
        Assert.Equal(0.9999, Availability.Redundant(0.99, 0.99), 12);
        Assert.Equal(0, Availability.Redundant());
    }

    [Fact]
    public void FromMeanTimes_OfWhatWasMeasured_IsTheShareOfTheTime()
    {
        TimeSpan up = TimeSpan.FromHours(990);
        TimeSpan down = TimeSpan.FromHours(10);
        TimeSpan between = Availability.MeanTimeBetweenFailures(up, 5);
        TimeSpan repair = Availability.MeanTimeToRepair(down, 5);

        Assert.Equal((TimeSpan.FromHours(198), TimeSpan.FromHours(2)), (between, repair));
        Assert.Equal(0.99, Availability.FromMeanTimes(between, repair), 12);
        Assert.Equal(1, Availability.FromMeanTimes(between, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void EachFunction_NoShare_IsRefused(double share)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Availability.AllowedDowntime(share, TimeSpan.FromDays(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Availability.Serial(0.9, share));
        Assert.Throws<ArgumentOutOfRangeException>(() => Availability.Redundant(0.9, share));
    }

    [Fact]
    public void EachFunction_ImpossibleTimes_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Availability.AllowedDowntime(0.9, TimeSpan.FromDays(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Availability.FromMeanTimes(TimeSpan.Zero, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Availability.FromMeanTimes(TimeSpan.FromHours(1), TimeSpan.FromHours(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Availability.MeanTimeBetweenFailures(TimeSpan.FromHours(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Availability.MeanTimeToRepair(TimeSpan.FromHours(-1), 1));
    }
}
