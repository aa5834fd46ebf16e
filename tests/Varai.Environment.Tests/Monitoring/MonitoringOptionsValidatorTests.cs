using Microsoft.Extensions.Options;
using Varai.Monitoring;

namespace Varai.Tests.Monitoring;

public sealed class MonitoringOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.True(Validate(new MonitoringOptions()).Succeeded);

    [Fact]
    public void Validate_EverythingWrong_NamesKeyValueAndRule()
    {
        var options = new MonitoringOptions
        {
            PollInterval = TimeSpan.Zero,
            TenSecondRetention = TimeSpan.FromSeconds(30),
            MinuteRetention = TimeSpan.FromDays(8),
            TenMinuteRetention = TimeSpan.FromMinutes(-1),
            MaxSeriesPerMetric = 0,
            IdleAfter = TimeSpan.FromDays(2),
        };
        options.Meters.Add("Npgsql");
        options.Meters.Add(" ");

        Assert.Equal(
            [
                "Varai:Monitoring:Meters:1 is ' ', but must be the name of a meter, where * stands for any characters.",
                "Varai:Monitoring:PollInterval is '00:00:00', but must be from 00:00:01 to 00:10:00.",
                "Varai:Monitoring:TenSecondRetention is '00:00:30', but must be from 00:01:00 to 1.00:00:00.",
                "Varai:Monitoring:MinuteRetention is '8.00:00:00', but must be from 00:10:00 to 7.00:00:00.",
                "Varai:Monitoring:TenMinuteRetention is '-00:01:00', but must be from 00:10:00 to 60.00:00:00.",
                "Varai:Monitoring:MaxSeriesPerMetric is '0', but must be from 1 to 1000000.",
                "Varai:Monitoring:IdleAfter is '2.00:00:00', but must be from 00:01:00 to 1.00:00:00.",
            ],
            Validate(options).Failures);
    }

    private static ValidateOptionsResult Validate(MonitoringOptions options) => new MonitoringOptionsValidator().Validate(name: null, options);
}
