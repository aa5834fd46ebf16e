using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Varai;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Rollouts;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds rollouts of feature flags and the guards that watch them.</summary>
public static class VaraiRolloutBuilderExtensions
{
    /// <summary>Adds <see cref="IFlagRollouts"/>, and lets this host run rollouts. Of several hosts that share a state store and an
    /// environment, one acts at a time.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:Rollouts</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddFlagRollouts(this VaraiBuilder builder, Action<RolloutOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVaraiRollouts();
        if (configure is not null)
            builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Adds a guard that is a function.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans refer to it by.</param>
    /// <param name="check">Says whether a rollout may go on; see <see cref="IRolloutGuard"/> for who calls it and how.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddRolloutGuard(
        this VaraiBuilder builder, string name, Func<RolloutGuardContext, CancellationToken, ValueTask<RolloutGuardResult>> check)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(check);
        builder.Services.AddSingleton<IRolloutGuard>(new DelegateRolloutGuard(name, check));
        return builder;
    }

    /// <summary>Adds a guard of your own; a second call with the same type changes nothing.</summary>
    /// <typeparam name="TGuard">The guard; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddRolloutGuard<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TGuard>(this VaraiBuilder builder)
        where TGuard : class, IRolloutGuard
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IRolloutGuard, TGuard>());
        return builder;
    }
}
