using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Varai.Configuration.Validation;

/// <summary>A component that a service reads as a type; every candidate document is bound and checked before it is used.</summary>
internal abstract class ComponentBinding(string component, Type type)
{
    public string Component { get; } = component;

    public Type Type { get; } = type;

    /// <exception cref="InvalidOperationException">A value can't be converted.</exception>
    public abstract object? BindObject(IConfigurationSection section);

    /// <summary>Binds the component of a candidate and checks the instance.</summary>
    /// <param name="section">The component in the candidate's configuration.</param>
    /// <param name="root">The candidate's document.</param>
    /// <param name="refused">Takes the keys whose values can't be bound; <paramref name="section"/> hides them from then on, so
    /// that the rest is bound and checked.</param>
    /// <param name="services">Has the validators.</param>
    /// <param name="report">Takes each error.</param>
    public abstract void Validate(
        IConfigurationSection section,
        ConfigurationNode root,
        HashSet<string> refused,
        IServiceProvider services,
        Action<ConfigurationError> report);
}

/// <summary>A component bound by a delegate, which may be one that the configuration binding source generator wrote.</summary>
internal class ComponentBinding<T>(string component, Func<IConfigurationSection, T?> bind) : ComponentBinding(component, typeof(T))
    where T : class
{
    public sealed override object? BindObject(IConfigurationSection section) => bind(section);

    public sealed override void Validate(
        IConfigurationSection section,
        ConfigurationNode root,
        HashSet<string> refused,
        IServiceProvider services,
        Action<ConfigurationError> report)
    {
        ConfigurationNode? node = root.FindKey(Component);
        if (node is null)
        {
            report(new ConfigurationError($"The component is bound to {Type.Name} and is missing.", root.Origin, Component)
            {
                Check = "binding",
                DidYouMean = Spelling.Nearest(Component, root.Members.Select(m => m.Name)),
            });
            return;
        }

        CheckTypes(section, node, root, refused, report);
        try
        {
            CheckInstance(bind(section), node, root, refused, services, report);
        }
        catch (Exception e)
        {
            // The binder's error, or that of a constructor, a setter or a validator of the service.
            report(BindingFailure.Describe(e, Component, root));
        }
    }

    private protected virtual void CheckTypes(
        IConfigurationSection section, ConfigurationNode node, ConfigurationNode root, HashSet<string> refused, Action<ConfigurationError> report)
    {
    }

    private protected virtual void CheckAnnotations(T value, ConfigurationNode root, Action<ConfigurationError> report)
    {
    }

    private void CheckInstance(
        T? value, ConfigurationNode node, ConfigurationNode root, HashSet<string> refused, IServiceProvider services, Action<ConfigurationError> report)
    {
        if (value is null)
        {
            if (!refused.Contains(Component))
                report(new ConfigurationError($"The component is bound to {Type.Name} and is empty.", node.Origin, Component) { Check = "binding" });
            return;
        }

        CheckAnnotations(value, root, error =>
        {
            // What could not be bound has its error already.
            if (!refused.Any(key => error.Key.Equals(key, StringComparison.OrdinalIgnoreCase)
                || error.Key.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase)))
            {
                report(error);
            }
        });

        // They see the instance as a whole, and parts of it are missing.
        if (refused.Count > 0)
            return;
        foreach (IValidateOptions<T> validator in services.GetServices<IValidateOptions<T>>())
        {
            ValidateOptionsResult result = validator.Validate(Options.DefaultName, value);
            foreach (string failure in result.Failures ?? [])
                report(new ConfigurationError(failure, node.Origin, Component) { Check = $"options:{Type.Name}" });
        }
    }
}
