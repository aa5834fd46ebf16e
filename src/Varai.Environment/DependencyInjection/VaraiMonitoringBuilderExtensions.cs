using Varai;
using Varai.Monitoring;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds monitoring.</summary>
public static class VaraiMonitoringBuilderExtensions
{
    /// <summary>Listens to the service's metrics and to further meters, keeps their last hours in the process for
    /// <see cref="IMetricWindows"/>, and tells every <see cref="IMetricSink"/>. A second call sets more options. Without this call metrics can be
    /// recorded (<see cref="IMetrics"/>), and nothing of ours listens.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:Monitoring</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddMonitoring(this VaraiBuilder builder, Action<MonitoringOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVaraiMonitoring();
        if (configure is not null)
            builder.Services.Configure(configure);
        return builder;
    }
}
