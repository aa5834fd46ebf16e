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
    public abstract void Validate(IConfigurationSection section, ConfigurationNode root, IServiceProvider services, Action<ConfigurationError> report);
}

/// <summary>A component bound by a delegate, which may be one that the configuration binding source generator wrote.</summary>
internal class ComponentBinding<T>(string component, Func<IConfigurationSection, T?> bind) : ComponentBinding(component, typeof(T))
    where T : class
{
    public sealed override object? BindObject(IConfigurationSection section) => bind(section);

    public sealed override void Validate(
        IConfigurationSection section, ConfigurationNode root, IServiceProvider services, Action<ConfigurationError> report)
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

        CheckKeys(node, report);
        T? value;
        try
        {
            value = bind(section);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            report(BindingFailure.Describe(e, Component, root));
            return;
        }

        if (value is null)
        {
            report(new ConfigurationError($"The component is bound to {Type.Name} and is empty.", node.Origin, Component) { Check = "binding" });
            return;
        }

        CheckAnnotations(value, root, report);
        foreach (IValidateOptions<T> validator in services.GetServices<IValidateOptions<T>>())
        {
            ValidateOptionsResult result = validator.Validate(Options.DefaultName, value);
            foreach (string failure in result.Failures ?? [])
                report(new ConfigurationError(failure, node.Origin, Component) { Check = $"options:{Type.Name}" });
        }
    }

    private protected virtual void CheckKeys(ConfigurationNode node, Action<ConfigurationError> report)
    {
    }

    private protected virtual void CheckAnnotations(T value, ConfigurationNode root, Action<ConfigurationError> report)
    {
    }
}
