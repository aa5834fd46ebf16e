using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.Monitoring;

namespace Varai;

/// <summary>Reads components and feature flags, and records metrics, through the front door.</summary>
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

    /// <summary>Whether a feature is on for somebody; see <see cref="IFeatureFlags.IsFeatureEnabled(string, FlagContext)"/>.</summary>
    /// <param name="varai">The front door.</param>
    /// <param name="name">The flag's name.</param>
    /// <param name="context">Whom or what it is evaluated for.</param>
    public static bool IsFeatureEnabled(this IVaraiEnvironment varai, string name, FlagContext context)
    {
        ArgumentNullException.ThrowIfNull(varai);
        return varai.FeatureFlags.IsFeatureEnabled(name, context);
    }

    /// <summary>Whether a declared feature is on; see <see cref="IFeatureFlags.IsFeatureEnabled(Flag{bool})"/>.</summary>
    /// <param name="varai">The front door.</param>
    /// <param name="flag">The flag.</param>
    public static bool IsFeatureEnabled(this IVaraiEnvironment varai, Flag<bool> flag)
    {
        ArgumentNullException.ThrowIfNull(varai);
        return varai.FeatureFlags.IsFeatureEnabled(flag);
    }

    /// <summary>Whether a declared feature is on for somebody; see <see cref="IFeatureFlags.IsFeatureEnabled(Flag{bool}, FlagContext)"/>.</summary>
    /// <param name="varai">The front door.</param>
    /// <param name="flag">The flag.</param>
    /// <param name="context">Whom or what it is evaluated for.</param>
    public static bool IsFeatureEnabled(this IVaraiEnvironment varai, Flag<bool> flag, FlagContext context)
    {
        ArgumentNullException.ThrowIfNull(varai);
        return varai.FeatureFlags.IsFeatureEnabled(flag, context);
    }

    /// <summary>The value of the variant that a flag assigns; see
    /// <see cref="FeatureFlagsExtensions.GetVariant{T}(IFeatureFlags, string, T, FlagContext?)"/>.</summary>
    /// <typeparam name="T">One of the types named there.</typeparam>
    /// <param name="varai">The front door.</param>
    /// <param name="name">The flag's name.</param>
    /// <param name="fallback">The value when no variant is assigned, or it has no value of the type.</param>
    /// <param name="context">Whom or what it is evaluated for; <see langword="null"/> for the ambient context.</param>
    [return: NotNullIfNotNull(nameof(fallback))]
    public static T? GetVariant<T>(this IVaraiEnvironment varai, string name, T? fallback, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(varai);
        return varai.FeatureFlags.GetVariant(name, fallback, context);
    }

    /// <summary>The value of the variant that a flag assigns, as an object of the service's own type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="varai">The front door.</param>
    /// <param name="name">The flag's name.</param>
    /// <param name="fallback">The value when no variant is assigned, or its value does not fit the type.</param>
    /// <param name="type">How the type is read, from a <c>JsonSerializerContext</c>.</param>
    /// <param name="context">Whom or what it is evaluated for; <see langword="null"/> for the ambient context.</param>
    [return: NotNullIfNotNull(nameof(fallback))]
    public static T? GetVariant<T>(
        this IVaraiEnvironment varai, string name, T? fallback, JsonTypeInfo<T> type, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(varai);
        return varai.FeatureFlags.GetVariant(name, fallback, type, context);
    }

    /// <summary>The value of a declared flag; see <see cref="FeatureFlagsExtensions.GetValue"/>.</summary>
    /// <typeparam name="T">The flag's type.</typeparam>
    /// <param name="varai">The front door.</param>
    /// <param name="flag">The flag.</param>
    /// <param name="context">Whom or what it is evaluated for; <see langword="null"/> for the ambient context.</param>
    public static T GetValue<T>(this IVaraiEnvironment varai, Flag<T> flag, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(varai);
        return varai.FeatureFlags.GetValue(flag, context);
    }

    /// <summary>Records a value of a metric; see <see cref="IMetrics.Record"/>.</summary>
    /// <param name="varai">The front door.</param>
    /// <param name="name">The metric's name; a name without a metric becomes a histogram.</param>
    /// <param name="value">The value.</param>
    /// <param name="labels">The labels, such as <c>("region", "eu")</c>.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static void Record(
        this IVaraiEnvironment varai, string name, double value, params ReadOnlySpan<(string Label, object? Value)> labels)
    {
        ArgumentNullException.ThrowIfNull(varai);
        varai.Metrics.Record(name, value, labels);
    }

    /// <summary>Records a value of a metric with labels from a dictionary; see
    /// <see cref="MetricsExtensions.Record(IMetrics, string, double, IReadOnlyDictionary{string, string})"/>.</summary>
    /// <param name="varai">The front door.</param>
    /// <param name="name">The metric's name; a name without a metric becomes a histogram.</param>
    /// <param name="value">The value.</param>
    /// <param name="labels">The labels.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static void Record(this IVaraiEnvironment varai, string name, double value, IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(varai);
        varai.Metrics.Record(name, value, labels);
    }
}
