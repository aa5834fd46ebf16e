using Varai.Configuration;

namespace Varai;

/// <summary>Reads components through the front door.</summary>
public static class VaraiEnvironmentExtensions
{
    /// <summary>A component of the configuration bound to a type; see <see cref="EnvironmentConfigurationExtensions.Get{T}"/>.</summary>
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
