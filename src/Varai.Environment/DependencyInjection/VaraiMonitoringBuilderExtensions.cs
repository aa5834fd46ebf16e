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

    /// <summary>Calls <see cref="AddMonitoring"/> and listens to .NET's own meters of HTTP: <c>Microsoft.AspNetCore.Hosting</c>, with
    /// <c>http.server.request.duration</c> of requests that come in, and <c>System.Net.Http</c>, with <c>http.client.request.duration</c> of those
    /// that go out.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddHttpMetrics(this VaraiBuilder builder) => builder.AddMonitoring(static options =>
    {
        foreach (string meter in (string[])["Microsoft.AspNetCore.Hosting", "System.Net.Http"])
        {
            if (!options.Meters.Contains(meter, StringComparer.OrdinalIgnoreCase))
                options.Meters.Add(meter);
        }
    });
}
