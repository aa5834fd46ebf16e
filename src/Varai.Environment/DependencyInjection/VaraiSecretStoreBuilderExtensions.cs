using Varai;
using Varai.Secrets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sets up the secret store.</summary>
public static class VaraiSecretStoreBuilderExtensions
{
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

    /// <summary>Logs every access to a secret at the level Information, in the category <c>Varai.Secrets.Audit</c>; a second call
    /// changes nothing.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddSecretAuditLog(this VaraiBuilder builder) => builder.AddSecretAuditSink<SecretAuditLog>();
}
