using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Listening;
using Varai.Monitoring.ServiceLevels;
using Varai.State;
using Varai.Tests.Hosting;

namespace Varai.Tests.Monitoring.ServiceLevels;

/// <summary>One node of a service with objectives, whose time the test moves on and whose ticks it makes.</summary>
internal sealed class ServiceLevelHarness : IAsyncDisposable
{
    private readonly VaraiHost _host = new();

    private ServiceLevelHarness(FakeTimeProvider time) => Time = time;

    public FakeTimeProvider Time { get; }

    public FakeLogCollector Logs { get; } = new();

    public IMetrics Metrics => _host.Varai.Metrics;

    public ServiceLevelService Levels { get; private set; } = null!;

    public static async Task<ServiceLevelHarness> StartAsync(FakeTimeProvider time, IStateStore state, params ServiceLevelObjective[] objectives)
    {
        var node = new ServiceLevelHarness(time);
        node._host.Builder.Services.AddSingleton<TimeProvider>(time);
        node._host.Builder.Logging.AddProvider(new FakeLoggerProvider(node.Logs));
        VaraiBuilder builder = node._host.Builder.AddVarai().UseStateStore(_ => state);
        foreach (ServiceLevelObjective objective in objectives)
            builder.AddServiceLevelObjective(objective);
        node._host.Write("production.json", """{ "a": 1 }""");

        // Not the whole host: its service would tick by itself.
        await node._host.App.Services.GetRequiredService<MetricPipeline>().StartingAsync(TestContext.Current.CancellationToken);
        node.Levels = node._host.App.Services.GetRequiredService<ServiceLevelService>();
        await node.Levels.TickAsync(TestContext.Current.CancellationToken);
        return node;
    }

    /// <summary>Lets ten seconds pass, and the service do what it does then.</summary>
    public async Task PassAsync(int slots = 1)
    {
        for (int i = 0; i < slots; i++)
        {
            Time.Advance(ServiceLevelService.CountInterval);
            await Levels.TickAsync(TestContext.Current.CancellationToken);
        }
    }

    public Task StopAsync() => Levels.StopAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
