using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Varai;
using Varai.Monitoring;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds sinks of metrics.</summary>
/// <remarks>They are told of measurements once <c>AddMonitoring()</c> is called; without it nothing listens.</remarks>
public static class VaraiMetricSinkBuilderExtensions
{
    /// <summary>Adds a sink that is told of every measurement; a second call with the same type changes nothing.</summary>
    /// <typeparam name="TSink">The sink; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddMetricSink<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSink>(this VaraiBuilder builder)
        where TSink : class, IMetricSink
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IMetricSink, TSink>());
        return builder;
    }

    /// <summary>Adds a ready sink that is told of every measurement.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="sink">The sink; its owner disposes it.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddMetricSink(this VaraiBuilder builder, IMetricSink sink)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(sink);
        builder.Services.AddSingleton(sink);
        return builder;
    }
}
