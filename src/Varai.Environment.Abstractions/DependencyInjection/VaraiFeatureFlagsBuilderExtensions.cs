using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Varai;
using Varai.FeatureFlags;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses where feature flags come from, and adds conditions of the service's own.</summary>
public static class VaraiFeatureFlagsBuilderExtensions
{
    /// <summary>Takes the definitions of feature flags from a store of your own in place of the configuration.</summary>
    /// <typeparam name="TStore">The store; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder UseFeatureFlagStore<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>(this VaraiBuilder builder)
        where TStore : class, IFeatureFlagStore
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IFeatureFlagStore, TStore>());
        return builder;
    }

    /// <summary>Takes the definitions of feature flags from a store made by a function.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="create">Makes the store; called once. The container disposes it.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder UseFeatureFlagStore(this VaraiBuilder builder, Func<IServiceProvider, IFeatureFlagStore> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.Replace(ServiceDescriptor.Singleton(create));
        return builder;
    }

    /// <summary>Adds a filter that flags can name in their conditions.</summary>
    /// <typeparam name="TFilter">The filter; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddFeatureFilter<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFilter>(this VaraiBuilder builder)
        where TFilter : class, IFeatureFilter
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IFeatureFilter, TFilter>());
        return builder;
    }

    /// <summary>Adds a filter that flags can name in their conditions.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="filter">The filter; it stays the caller's to dispose.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddFeatureFilter(this VaraiBuilder builder, IFeatureFilter filter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(filter);
        builder.Services.AddSingleton(filter);
        return builder;
    }
}
