namespace Varai.Monitoring;

/// <summary>What is listened to, and how much of it is kept in the process; bound from the section <c>Varai:Monitoring</c> and checked when the
/// host starts.</summary>
public sealed class MonitoringOptions
{
    /// <summary>The section they are bound from.</summary>
    public const string SectionName = "Varai:Monitoring";

    /// <summary>Further meters to listen to, besides the service's own (<see cref="IMetrics.MeterName"/>) and that of this library (<c>Varai</c>):
    /// names such as <c>Microsoft.AspNetCore.Hosting</c>, <c>System.Runtime</c> or <c>Npgsql</c>, where <c>*</c> stands for any characters and
    /// <c>?</c> for one. Compared whatever the case.</summary>
    /// <value>Default: none.</value>
    public IList<string> Meters { get; } = [];

    /// <summary>How often observable instruments are read.</summary>
    /// <value>1 second to 10 minutes. Default: 10 seconds.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long measurements are kept in slots of 10 seconds.</summary>
    /// <value>1 minute to 1 day. Default: 10 minutes.</value>
    public TimeSpan TenSecondRetention { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long they are kept after that in slots of a minute.</summary>
    /// <value>10 minutes to 7 days. Default: 2 hours.</value>
    public TimeSpan MinuteRetention { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How long they are kept after that in slots of ten minutes.</summary>
    /// <value>10 minutes to 60 days. Default: 1 day.</value>
    public TimeSpan TenMinuteRetention { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How many label sets of one metric are kept apart. Those beyond are counted together in one series with the label
    /// <c>otel.metric.overflow="true"</c>, and the log warns once.</summary>
    /// <value>1 to 1,000,000. Default: 2,000.</value>
    public int MaxSeriesPerMetric { get; set; } = 2000;

    /// <summary>After how long without a measurement a series is idle. Of a metric that has reached its limit, idle series are dropped, so that
    /// new ones have a place; otherwise they are dropped when all they hold is too old. A total of differences (an up-down counter) never is.</summary>
    /// <value>1 minute to 1 day. Default: 15 minutes.</value>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromMinutes(15);
}
