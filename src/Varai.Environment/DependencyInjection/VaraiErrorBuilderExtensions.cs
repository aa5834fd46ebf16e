using Varai;
using Varai.Monitoring;
using Varai.Monitoring.Errors;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds tracking of errors.</summary>
public static class VaraiErrorBuilderExtensions
{
    /// <summary>Counts in <see cref="IErrorTracker"/> and in the metric <c>varai.errors</c> what is logged with an exception as an error or as critical,
    /// and what nobody caught: exceptions that end the process, and tasks that failed and were never awaited, which are also logged. Without this call
    /// only what the service records itself is counted. A second call sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:ErrorTracking</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddErrorTracking(this VaraiBuilder builder, Action<ErrorTrackingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVaraiErrorTracking();
        if (configure is not null)
            builder.Services.Configure(configure);
        return builder;
    }
}
