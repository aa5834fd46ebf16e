using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Varai;
using Varai.Secrets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds secret providers.</summary>
/// <remarks>Providers are asked in the order they were added, after environment variables and secret files.</remarks>
public static class VaraiSecretsBuilderExtensions
{
    /// <summary>Appends a provider to the chain; a second call with the same type changes nothing.</summary>
    /// <typeparam name="TProvider">The provider; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddSecretProvider<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TProvider>(this VaraiBuilder builder)
        where TProvider : class, ISecretProvider
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ISecretProvider, TProvider>());
        return builder;
    }

    /// <summary>Appends a provider made by a function to the chain.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="create">Makes the provider; called once. The container disposes it.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddSecretProvider(this VaraiBuilder builder, Func<IServiceProvider, ISecretProvider> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.AddSingleton(create);
        return builder;
    }

    /// <summary>Appends a ready provider to the chain.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="provider">The provider; its owner disposes it.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddSecretProvider(this VaraiBuilder builder, ISecretProvider provider)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(provider);
        builder.Services.AddSingleton(provider);
        return builder;
    }

    /// <summary>Adds a sink that is told of every access to a secret; a second call with the same type changes nothing.</summary>
    /// <typeparam name="TSink">The sink; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddSecretAuditSink<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSink>(this VaraiBuilder builder)
        where TSink : class, ISecretAuditSink
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ISecretAuditSink, TSink>());
        return builder;
    }

    /// <summary>Adds a ready sink that is told of every access to a secret.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="sink">The sink; its owner disposes it.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddSecretAuditSink(this VaraiBuilder builder, ISecretAuditSink sink)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(sink);
        builder.Services.AddSingleton(sink);
        return builder;
    }
}
