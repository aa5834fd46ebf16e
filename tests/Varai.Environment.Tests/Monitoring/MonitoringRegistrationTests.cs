using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Monitoring;
using Varai.Monitoring.Listening;
using Varai.Tests.Hosting;

namespace Varai.Tests.Monitoring;

public sealed class MonitoringRegistrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddVarai_Alone_RecordsAndListensToNothing()
    {
        await using var host = new VaraiHost();
        host.Builder.AddVarai().AddMetricSink(new CountingSink());
        await host.App.StartAsync(Token);

        host.Varai.Record("time", 1, ("region", "eu"));
        host.Varai.Record("time", 1, new Dictionary<string, string> { ["region"] = "eu" });

        Assert.False(host.Varai.Metrics.Histogram("time").Enabled);
        Assert.Null(host.App.Services.GetService<IMetricWindows>());
        Assert.Null(host.App.Services.GetService<MetricPipeline>());
        Assert.Same(host.App.Services.GetRequiredService<IMetrics>(), host.Varai.Metrics);
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task AddMonitoring_Twice_IsOnceWithTheOptionsOfBothAndSeesWhatServicesRecordWhileTheyStartAndStop()
    {
        await using var host = new VaraiHost();
        host.Builder.Services.AddHostedService<EarlyService>();
        host.Builder.AddVarai().AddMonitoring(o => o.Meters.Add("one")).AddMetricSink<CountingSink>();
        host.Builder.AddVarai().AddMonitoring(o => o.Meters.Add("two")).AddMetricSink<CountingSink>();
        await host.App.StartAsync(Token);

        var windows = host.App.Services.GetRequiredService<IMetricWindows>();
        Assert.Equal(1, windows.GetValue(MetricQuery.Of("started").Count()));
        Assert.Equal(["one", "two"], host.App.Services.GetRequiredService<IOptions<MonitoringOptions>>().Value.Meters);
        await host.App.StopAsync(Token);

        Assert.Equal(2, Assert.IsType<CountingSink>(Assert.Single(host.App.Services.GetServices<IMetricSink>())).Count);
    }

    [Fact]
    public async Task AddMonitoring_MetersInTheSection_AreListenedTo()
    {
        await using VaraiHost host = new VaraiHost().Set(("Varai:Monitoring:Meters:0", "Shop.*"), ("Varai:Monitoring:Meters:1", "Npgsql"));
        host.Builder.AddVarai().AddMonitoring();
        await host.App.StartAsync(Token);
        host.App.Services.GetRequiredService<IMeterFactory>().Create("Shop.Orders").CreateCounter<int>("orders").Add(3);

        Assert.Equal(3, host.App.Services.GetRequiredService<IMetricWindows>().GetValue(MetricQuery.Of("orders").Increase()));
        await host.App.StopAsync(Token);
    }

    [Theory]
    [InlineData("Varai:Monitoring:PollIntervall", "00:00:05", "PollIntervall")]
    [InlineData("Varai:Monitoring:PollInterval", "00:00:00", "Varai:Monitoring:PollInterval is '00:00:00'")]
    public async Task Start_AMistakeInTheSection_IsRefused(string key, string value, string part)
    {
        await using VaraiHost host = new VaraiHost().Set((key, value));
        host.Builder.AddVarai().AddMonitoring();
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => host.App.StartAsync(Token));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private sealed class EarlyService(IMetrics metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            metrics.Record("started", 1);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            metrics.Record("stopped", 1);
            return Task.CompletedTask;
        }
    }

    private sealed class CountingSink : IMetricSink
    {
        private int _count;

        public int Count => _count;

        public void Record(MetricInstrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            if (instrument.Name is "started" or "stopped")
                Interlocked.Increment(ref _count);
        }
    }
}
