using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Varai;
using Varai.Promotion;
using Varai.Promotion.Checks;
using Varai.Promotion.Gates;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds promotions between environments, with their gates, checks and observers.</summary>
public static class VaraiPromotionBuilderExtensions
{
    /// <summary>Adds <see cref="IPromotionEngine"/> and what belongs to it, and lets this host finish promotions whose process died.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:Promotion</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddPromotion(this VaraiBuilder builder, Action<PromotionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVaraiPromotion();
        if (configure is not null)
            builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Adds a gate of your own; a second call with the same type changes nothing.</summary>
    /// <typeparam name="TGate">The gate; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddPromotionGate<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TGate>(this VaraiBuilder builder)
        where TGate : class, IPromotionGate
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IPromotionGate, TGate>());
        return builder;
    }

    /// <summary>Adds a gate that is a function.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name in plans and overrides.</param>
    /// <param name="check">Says whether a promotion may happen; see <see cref="IPromotionGate"/> for who calls it and how.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddPromotionGate(
        this VaraiBuilder builder, string name, Func<PromotionGateContext, CancellationToken, ValueTask<PromotionGateResult>> check)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(check);
        builder.Services.AddSingleton<IPromotionGate>(new DelegatePromotionGate(name, check));
        return builder;
    }

    /// <summary>Adds a check of your own; a second call with the same type changes nothing.</summary>
    /// <typeparam name="TCheck">The check; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddPromotionCheck<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TCheck>(this VaraiBuilder builder)
        where TCheck : class, IEnvironmentCheck
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IEnvironmentCheck, TCheck>());
        return builder;
    }

    /// <summary>Adds a check that is a function.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name in records.</param>
    /// <param name="environment">The environment it checks; <see langword="null"/> for all.</param>
    /// <param name="check">Says whether the environment does well; see <see cref="IEnvironmentCheck"/> for who calls it and how.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddPromotionCheck(
        this VaraiBuilder builder,
        string name,
        string? environment,
        Func<EnvironmentCheckContext, CancellationToken, ValueTask<EnvironmentCheckResult>> check)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(check);
        builder.Services.AddSingleton<IEnvironmentCheck>(new DelegateEnvironmentCheck(name, environment, check));
        return builder;
    }

    /// <summary>Asks an address after each promotion to an environment; an answer of the kind 2xx is healthy.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The check's name in records.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="address">What to ask with GET; without secrets.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddHttpPromotionCheck(this VaraiBuilder builder, string name, string environment, Uri address)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(environment);
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException("The address of a check is an absolute one of http or https.", nameof(address));
        builder.Services.AddSingleton<IEnvironmentCheck>(_ => new HttpEnvironmentCheck(name, environment, address));
        return builder;
    }

    /// <summary>Adds an observer; a second call with the same type changes nothing.</summary>
    /// <typeparam name="TObserver">The observer; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddPromotionObserver<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TObserver>(this VaraiBuilder builder)
        where TObserver : class, IPromotionObserver
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IPromotionObserver, TObserver>());
        return builder;
    }

    /// <summary>Takes what is known of other environments' secrets from a class of your own.</summary>
    /// <typeparam name="TSecrets">The class; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder UsePromotionSecrets<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSecrets>(this VaraiBuilder builder)
        where TSecrets : class, IPromotionSecrets
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IPromotionSecrets, TSecrets>());
        return builder;
    }
}
