using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Listening;

namespace Varai.Tests.Monitoring;

/// <summary>Monitoring as a host wires it, at a time that stands still at a boundary of slots.</summary>
internal sealed class MonitoringHarness : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly JumpingClock _clock;

    public MonitoringHarness(Action<MonitoringOptions>? configure = null, params IMetricSink[] sinks)
    {
        _clock = new JumpingClock(Time);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(Logs)));
        services.AddMetrics();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<TimeProvider>(_clock);
        VaraiBuilder builder = new VaraiBuilder(services).AddMonitoring(configure);
        foreach (IMetricSink sink in sinks)
            builder.AddMetricSink(sink);
        _services = services.BuildServiceProvider();
        Pipeline = _services.GetRequiredService<MetricPipeline>();
        Assert.True(Pipeline.StartingAsync(default).IsCompletedSuccessfully);
    }

    public FakeLogCollector Logs { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public MetricPipeline Pipeline { get; }

    public IMetrics Metrics => _services.GetRequiredService<IMetrics>();

    public IMetricWindows Windows => _services.GetRequiredService<IMetricWindows>();

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public double? Value(MetricQuery query, DateTimeOffset? at = null) => Windows.GetValue(query, at);

    /// <summary>Lets time pass as it does, so that no timer is late.</summary>
    public void Advance(int seconds)
    {
        while (seconds > 0)
        {
            // Between boundaries of slots nothing happens.
            int step = (int)Math.Min(seconds, 10 - (Time.GetUtcNow().ToUnixTimeSeconds() % 10));
            Time.Advance(TimeSpan.FromSeconds(step));
            seconds -= step;
        }
    }

    /// <summary>Sets the wall clock forward or back, and nothing else.</summary>
    public void SetWallClock(TimeSpan by) => _clock.Ahead += by;

    /// <summary>What the wall clock shows.</summary>
    public DateTimeOffset WallClock => _clock.GetUtcNow();

    public int CountLogs(int eventId) => Logs.GetSnapshot().Count(record => record.Id.Id == eventId);

    public void Dispose() => _services.Dispose();

    private sealed class JumpingClock(FakeTimeProvider time) : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Ahead;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }
}
