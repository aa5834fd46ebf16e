using Varai;
using Varai.Monitoring;
using Varai.Monitoring.Resources;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds metrics of resources.</summary>
public static class VaraiResourceBuilderExtensions
{
    /// <summary>Adds <see cref="IResourceMonitor"/>, and observable instruments on the meter <c>Varai</c> for what the process, its container and its
    /// machine use of processors, memory, disks and networks. Nothing is read before somebody listens or asks; with <c>AddMonitoring()</c>
    /// they are read every <c>Varai:Monitoring:PollInterval</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddResourceMetrics(this VaraiBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVaraiResources();
        return builder;
    }
}
