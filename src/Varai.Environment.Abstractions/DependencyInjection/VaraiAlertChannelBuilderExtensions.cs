using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Varai;
using Varai.Monitoring;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds channels that alerts are sent through.</summary>
public static class VaraiAlertChannelBuilderExtensions
{
    /// <summary>Adds a channel of your own; a second call with the same type changes nothing.</summary>
    /// <typeparam name="TChannel">The channel; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddAlertChannel<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TChannel>(this VaraiBuilder builder)
        where TChannel : class, IAlertChannel
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IAlertChannel, TChannel>());
        return builder;
    }

    /// <summary>Adds a ready channel.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="channel">The channel; its owner disposes it.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddAlertChannel(this VaraiBuilder builder, IAlertChannel channel)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(channel);
        builder.Services.AddSingleton(channel);
        return builder;
    }

    /// <summary>Adds a channel that a function creates.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="create">Creates it, once; the container disposes it.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddAlertChannel(this VaraiBuilder builder, Func<IServiceProvider, IAlertChannel> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.AddSingleton(create);
        return builder;
    }
}
