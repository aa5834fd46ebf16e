using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Varai.Monitoring;
using Varai.Monitoring.Listening;

namespace Varai.Benchmarks.Monitoring;

/// <summary>Our metrics as a host wires them, with or without somebody who listens.</summary>
internal sealed class OurMonitoring : IDisposable
{
    private readonly ServiceProvider _services;

    private OurMonitoring(ServiceProvider services) => _services = services;

    public IMetrics Metrics => _services.GetRequiredService<IMetrics>();

    public IMetricWindows Windows => _services.GetRequiredService<IMetricWindows>();

    public static OurMonitoring Idle() => new(Services(static services => services.AddVaraiMetrics()));

    public static async Task<OurMonitoring> StartAsync(Action<MonitoringOptions>? configure = null)
    {
        var monitoring = new OurMonitoring(Services(services =>
        {
            services.AddVaraiMonitoring();
            services.Configure(configure ?? (static _ => { }));
        }));
        await monitoring._services.GetRequiredService<MetricPipeline>().StartingAsync(CancellationToken.None);
        return monitoring;
    }

    public void Dispose() => _services.Dispose();

    private static ServiceProvider Services(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        add(services);
        return services.BuildServiceProvider();
    }
}
