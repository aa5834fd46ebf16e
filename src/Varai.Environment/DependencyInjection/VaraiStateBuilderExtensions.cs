using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Varai;
using Varai.State;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses and sets up the state store.</summary>
public static class VaraiStateBuilderExtensions
{
    /// <summary>Sets up the embedded state store.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:State</c>.</param>
    public static VaraiBuilder ConfigureState(this VaraiBuilder builder, Action<StateOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptionsWithValidateOnStart<StateOptions>().Configure(configure);
        return builder;
    }

    /// <summary>Keeps state in memory: nothing is written to disk, and history ends with the process.</summary>
    /// <param name="builder">The builder.</param>
    public static VaraiBuilder UseInMemoryState(this VaraiBuilder builder) => builder.UseStateStore(static provider =>
        new InMemoryStateStore(provider.GetRequiredService<IOptions<StateOptions>>().Value, provider.GetRequiredService<TimeProvider>()));

    /// <summary>Keeps state in a store of the service's own.</summary>
    /// <typeparam name="TStore">The store; it passes <c>StateStoreContract</c> of the testing package.</typeparam>
    /// <param name="builder">The builder.</param>
    public static VaraiBuilder UseStateStore<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>(this VaraiBuilder builder)
        where TStore : class, IStateStore
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IStateStore, TStore>());
        return builder;
    }

    /// <summary>Keeps state in a store of the service's own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="create">Makes the store.</param>
    public static VaraiBuilder UseStateStore(this VaraiBuilder builder, Func<IServiceProvider, IStateStore> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.Replace(ServiceDescriptor.Singleton(create));
        return builder;
    }
}
