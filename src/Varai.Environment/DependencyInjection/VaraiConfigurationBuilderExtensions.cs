using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Varai;
using Varai.Configuration;
using Varai.Configuration.Validation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Binds components to types and adds rules over the whole configuration.</summary>
public static class VaraiConfigurationBuilderExtensions
{
    /// <summary>Binds a component to a type: for <c>IOptions&lt;T&gt;</c>, <c>IOptionsMonitor&lt;T&gt;</c> and
    /// <see cref="EnvironmentConfigurationExtensions.Get{T}"/>. Every document is bound before it is used, and refused when a value can't
    /// be bound, breaks a data annotation or an <see cref="IValidateOptions{TOptions}"/>, or has a key the type doesn't.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="component">The component's name, such as <c>api_config</c>.</param>
    /// <param name="allowUnknownKeys">Whether keys that no property takes are passed over.</param>
    [RequiresUnreferencedCode("Binds by reflection; give a delegate where the code is trimmed.")]
    [RequiresDynamicCode("Binds by reflection; give a delegate under native AOT.")]
    public static VaraiBuilder AddComponent<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
        this VaraiBuilder builder, string component, bool allowUnknownKeys = false)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(component);
        return Add<T>(builder, component, new ReflectionComponentBinding<T>(component, allowUnknownKeys));
    }

    /// <summary>Binds a component to a type by a delegate, which works under native AOT: in
    /// <c>section => section.Get&lt;T&gt;()!</c> the configuration binding source generator sees the type. Validators registered
    /// as <see cref="IValidateOptions{TOptions}"/> run; data annotations run through the options validation source generator.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="component">The component's name, such as <c>api_config</c>.</param>
    /// <param name="bind">Makes the instance.</param>
    public static VaraiBuilder AddComponent<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
        this VaraiBuilder builder, string component, Func<IConfigurationSection, T> bind)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(component);
        ArgumentNullException.ThrowIfNull(bind);
        return Add<T>(builder, component, new ComponentBinding<T>(component, bind));
    }

    /// <summary>Adds a rule over the whole document; see <see cref="IConfigurationRule"/>.</summary>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <param name="builder">The builder.</param>
    public static VaraiBuilder AddConfigurationRule<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TRule>(this VaraiBuilder builder)
        where TRule : class, IConfigurationRule
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IConfigurationRule, TRule>();
        return builder;
    }

    /// <summary>Adds a rule over the whole document, written as a lambda.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The rule's name in messages.</param>
    /// <param name="validate">Checks the document and reports through the context.</param>
    public static VaraiBuilder AddConfigurationRule(this VaraiBuilder builder, string name, Action<ConfigurationRuleContext> validate)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(validate);
        builder.Services.AddSingleton<IConfigurationRule>(new DelegateConfigurationRule(name, validate));
        return builder;
    }

    /// <summary>Requires that every key of one environment exists in another: a key added in staging and forgotten in production
    /// is found before it is deployed.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="from">The environment whose keys are looked for.</param>
    /// <param name="to">The environment that must have them.</param>
    public static VaraiBuilder RequireSameKeys(this VaraiBuilder builder, string from, string to)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(from);
        ArgumentException.ThrowIfNullOrEmpty(to);
        builder.Services.AddSingleton<IConfigurationRule>(new SameKeysRule(from.ToLowerInvariant(), to.ToLowerInvariant()));
        return builder;
    }

    private static VaraiBuilder Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
        VaraiBuilder builder, string component, ComponentBinding binding)
        where T : class
    {
        ComponentBinding[] known = [.. builder.Services.Select(s => s.IsKeyedService ? null : s.ImplementationInstance).OfType<ComponentBinding>()];
        if (known.Any(k => k.Type == typeof(T) && k.Component.Equals(component, StringComparison.OrdinalIgnoreCase)))
            return builder;
        if (known.FirstOrDefault(k => k.Type == typeof(T)) is { } other)
        {
            throw new InvalidOperationException(
                $"{typeof(T)} is bound to the component '{other.Component}' already, and IOptions<{typeof(T).Name}> holds one. "
                + $"Derive a type for '{component}', or read it with GetConfiguration<{typeof(T).Name}>(\"{component}\") without AddComponent.");
        }

        builder.Services.AddOptions<T>();
        builder.Services.AddSingleton<IOptionsFactory<T>>(provider => new ComponentOptionsFactory<T>(
            component,
            provider.GetRequiredService<ComponentBinder>(),
            provider.GetServices<IConfigureOptions<T>>(),
            provider.GetServices<IPostConfigureOptions<T>>(),
            provider.GetServices<IValidateOptions<T>>()));
        builder.Services.AddSingleton<IOptionsChangeTokenSource<T>>(provider => new ConfigurationChangeTokenSource<T>(
            Options.Options.DefaultName, provider.GetRequiredService<IConfiguration>()));
        builder.Services.AddSingleton(binding);
        return builder;
    }
}
