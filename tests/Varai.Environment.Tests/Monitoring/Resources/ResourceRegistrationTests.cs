using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Listening;
using Varai.Tests.Hosting;

namespace Varai.Tests.Monitoring.Resources;

public sealed class ResourceRegistrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddResourceMetrics_Twice_IsOnceAndStartsNothingElse()
    {
        await using var host = new VaraiHost();
        host.Builder.AddVarai().AddResourceMetrics().AddResourceMetrics();
        await host.App.StartAsync(Token);

        Assert.True(host.App.Services.GetRequiredService<IResourceMonitor>().GetUsage().Process.CpuTime > TimeSpan.Zero);
        Assert.Null(host.App.Services.GetService<IMetricWindows>());
        Assert.Null(host.App.Services.GetService<MetricPipeline>());
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task AddResourceMetrics_WithMonitoring_IsInTheWindows()
    {
        await using var host = new VaraiHost();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
        host.Builder.Services.AddSingleton<TimeProvider>(time);
        host.Builder.AddVarai().AddMonitoring().AddResourceMetrics();
        await host.App.StartAsync(Token);
        time.Advance(TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(10));

        var windows = host.App.Services.GetRequiredService<IMetricWindows>();
        Assert.True(windows.GetValue(MetricQuery.Of("process.memory.usage").Last()) > 0);
        Assert.True(windows.GetValue(MetricQuery.Of("process.cpu.utilization").Last()) >= 0);
        Assert.True(windows.GetValue(MetricQuery.Of("process.cpu.time").Increase()) >= 0);
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task AddResourceMetrics_TheUsersOwnMonitorFirst_Wins()
    {
        await using var host = new VaraiHost();
        var own = new OwnMonitor();
        host.Builder.Services.AddSingleton<IResourceMonitor>(own);
        host.Builder.AddVarai().AddResourceMetrics();

        Assert.Same(own, host.App.Services.GetRequiredService<IResourceMonitor>());
    }

    private sealed class OwnMonitor : IResourceMonitor
    {
        public ResourceUsage GetUsage() => new(default, new ProcessUsage(), new HostUsage());
    }
}
