using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Varai.Configuration.Documents;
using Varai.Configuration.Validation;

namespace Varai.Configuration;

/// <summary>Binds a component of the document in use to a type, the host's overriding sources included.</summary>
internal sealed class ComponentBinder
{
    private readonly ConfigurationEngine _engine;
    private readonly IConfiguration _host;
    private readonly Dictionary<string, ComponentBinding> _bindings;

    public ComponentBinder(ConfigurationEngine engine, IConfiguration host, IEnumerable<ComponentBinding> bindings, IServiceProvider services)
    {
        _engine = engine;
        _host = host;
        _bindings = bindings.ToDictionary(b => BindingKey(b.Component, b.Type), StringComparer.OrdinalIgnoreCase);

        // A container that no host has built: its values refer to secrets too.
        engine.Attach(services);
    }

    /// <exception cref="ConfigurationException">There is no such component, or a value can't be bound to its property.</exception>
    public object Bind(string component, Type type)
    {
        // One view from the first key to the last, whatever is published meanwhile.
        ConfigurationView view = _engine.View;
        IConfigurationSection section = _engine.Pin(view, _host).GetSection(component);
        ConfigurationNode root = view.Snapshot.Root;
        if (!section.Exists())
        {
            throw new ConfigurationException(
                $"There is no component '{component}' in the environment '{_engine.EnvironmentName}'.",
                [new ConfigurationError(
                    root.Members.Count == 0 ? "There are no components." : $"The components are {string.Join(", ", root.Members.Select(m => m.Name))}.",
                    root.Origin,
                    component)
                {
                    DidYouMean = Spelling.Nearest(component, root.Members.Select(m => m.Name)),
                }]);
        }

        try
        {
            if (_bindings.TryGetValue(BindingKey(component, type), out ComponentBinding? binding))
                return binding.BindObject(section) ?? throw Empty();
            if (!RuntimeFeature.IsDynamicCodeSupported)
            {
                throw new ConfigurationException(
                    $"'{component}' can't be bound to {type} without code generated for it. Register it with "
                    + $"AddComponent(\"{component}\", section => section.Get<{type.Name}>()!) in the service, where the configuration "
                    + "binding source generator sees it.",
                    []);
            }

            return BindByReflection(section, type) ?? throw Empty();
        }
        catch (Exception e) when (e is not ConfigurationException)
        {
            // Without the cause: the binder's text quotes the value, which may be a secret.
            throw new ConfigurationException(
                $"'{component}' can't be bound to {type}:", [BindingFailure.Describe(e, component, root)]);
        }

        ConfigurationException Empty() => new($"'{component}' is empty, so it can't be bound to {type}.", []);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Reached only where code is generated at run time; a trimmed service registers its types.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Reached only where code is generated at run time.")]
    private static object? BindByReflection(IConfigurationSection section, Type type) => section.Get(type);

    private static string BindingKey(string component, Type type) => $"{component}\n{type.AssemblyQualifiedName}";
}
