using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Varai;
using Varai.Secrets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses who keeps the master key of the local secret store.</summary>
public static class VaraiSecretKeyBuilderExtensions
{
    /// <summary>Lets a key management service keep the master key; the last call counts.</summary>
    /// <typeparam name="TProvider">The service's client; the container creates it once and disposes it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder UseSecretKeyProvider<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TProvider>(this VaraiBuilder builder)
        where TProvider : class, ISecretKeyProvider
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<ISecretKeyProvider, TProvider>());
        return builder;
    }

    /// <summary>Lets a key management service keep the master key; the last call counts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="provider">The service's client; its owner disposes it.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder UseSecretKeyProvider(this VaraiBuilder builder, ISecretKeyProvider provider)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(provider);
        builder.Services.Replace(ServiceDescriptor.Singleton(provider));
        return builder;
    }
}
