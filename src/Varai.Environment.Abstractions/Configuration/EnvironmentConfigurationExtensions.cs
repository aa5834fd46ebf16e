namespace Varai.Configuration;

/// <summary>Reads components as types.</summary>
public static class EnvironmentConfigurationExtensions
{
    /// <summary>A component bound to a type, as <c>IConfigurationSection.Get&lt;T&gt;()</c> binds it, the host's overriding
    /// sources (environment variables, command line) included.</summary>
    /// <typeparam name="T">The type; its properties are bound by name whatever the case.</typeparam>
    /// <param name="configuration">The configuration.</param>
    /// <param name="component">The component's name, or a key below it such as <c>api_config:limits</c>.</param>
    /// <returns>One shared instance until the configuration changes: treat it as read-only. A warm call allocates nothing.</returns>
    /// <exception cref="ConfigurationException">There is no such component, or a value can't be bound to its property.</exception>
    public static T Get<T>(this IEnvironmentConfiguration configuration, string component)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.Components.Get<T>(component);
    }

    /// <summary>A component of the configuration bound to a type; see <see cref="Get{T}"/>.</summary>
    /// <typeparam name="T">The type; its properties are bound by name whatever the case.</typeparam>
    /// <param name="varai">The front door.</param>
    /// <param name="component">The component's name, such as <c>api_config</c>.</param>
    /// <exception cref="ConfigurationException">There is no such component, or a value can't be bound to its property.</exception>
    public static T GetConfiguration<T>(this IVaraiEnvironment varai, string component)
    {
        ArgumentNullException.ThrowIfNull(varai);
        return varai.Configuration.Components.Get<T>(component);
    }
}
