using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Varai;
using Varai.Secrets;
using Varai.State;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses and sets up the state store, and the options of areas that every host has.</summary>
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

    /// <summary>Sets up the secret chain and its cache.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:Secrets</c>.</param>
    public static VaraiBuilder ConfigureSecrets(this VaraiBuilder builder, Action<SecretOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Lets one provider be asked for the secrets whose names match a pattern, and no other.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="pattern">The names: <c>*</c> stands for any characters, <c>?</c> for one; see <see cref="SecretRoute.Pattern"/>.</param>
    /// <param name="provider">The provider's name.</param>
    /// <param name="stripPrefix">What is taken off the front of the name before the provider is asked; see
    /// <see cref="SecretRoute.StripPrefix"/>.</param>
    /// <remarks>Routes are tried in order, those of the section <c>Varai:Secrets:Routes</c> first.</remarks>
    public static VaraiBuilder RouteSecrets(this VaraiBuilder builder, string pattern, string provider, string? stripPrefix = null) =>
        builder.RouteSecrets(pattern, [provider], stripPrefix);

    /// <summary>Lets some providers be asked for the secrets whose names match a pattern, and no others.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="pattern">The names: <c>*</c> stands for any characters, <c>?</c> for one; see <see cref="SecretRoute.Pattern"/>.</param>
    /// <param name="providers">The providers' names, in the order they are asked.</param>
    /// <param name="stripPrefix">What is taken off the front of the name before a provider is asked; see
    /// <see cref="SecretRoute.StripPrefix"/>.</param>
    /// <remarks>Routes are tried in order, those of the section <c>Varai:Secrets:Routes</c> first.</remarks>
    public static VaraiBuilder RouteSecrets(
        this VaraiBuilder builder, string pattern, IEnumerable<string> providers, string? stripPrefix = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(providers);
        string[] names = [.. providers];
        return builder.ConfigureSecrets(options =>
        {
            var route = new SecretRoute { Pattern = pattern, StripPrefix = stripPrefix };
            foreach (string name in names)
                route.Providers.Add(name);
            options.Routes.Add(route);
        });
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
