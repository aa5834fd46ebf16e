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

    /// <summary>Counts an error that the service has dealt with itself; see <see cref="IErrorTracker.Record"/>.</summary>
    /// <param name="varai">The front door.</param>
    /// <param name="exception">The error.</param>
    public static void RecordError(this IVaraiEnvironment varai, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(varai);
        varai.Errors.Record(exception);
    }

    /// <summary>Does something and records how long it took and how it ended; see
    /// <see cref="MeasuringExtensions.Measure{T}(IMetrics, string, Func{T}, ValueTuple{string, object}[])"/>.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="varai">The front door.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="labels">Labels beside those for the outcome.</param>
    /// <returns>What it gives.</returns>
    public static T Measure<T>(this IVaraiEnvironment varai, string name, Func<T> operation, params (string Label, object? Value)[] labels)
    {
        ArgumentNullException.ThrowIfNull(varai);
        return varai.Metrics.Measure(name, operation, labels);
    }

    /// <summary>Does something and records how long it took and how it ended; see
    /// <see cref="MeasuringExtensions.Measure(IMetrics, string, Action, ValueTuple{string, object}[])"/>.</summary>
    /// <param name="varai">The front door.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="labels">Labels beside those for the outcome.</param>
    public static void Measure(this IVaraiEnvironment varai, string name, Action operation, params (string Label, object? Value)[] labels)
    {
        ArgumentNullException.ThrowIfNull(varai);
        varai.Metrics.Measure(name, operation, labels);
    }

    /// <summary>Does something and records how long it took and how it ended; see
    /// <see cref="MeasuringExtensions.MeasureAsync{T}(IMetrics, string, Func{CancellationToken, Task{T}}, IReadOnlyList{ValueTuple{string, object}}, CancellationToken)"/>.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="varai">The front door.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="labels">Labels beside those for the outcome.</param>
    /// <param name="cancellationToken">Given to what is done.</param>
    /// <returns>What it gives.</returns>
    public static Task<T> MeasureAsync<T>(
        this IVaraiEnvironment varai,
        string name,
        Func<CancellationToken, Task<T>> operation,
        IReadOnlyList<(string Label, object? Value)>? labels = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(varai);
        return varai.Metrics.MeasureAsync(name, operation, labels, cancellationToken);
    }

    /// <summary>Does something and records how long it took and how it ended; see
    /// <see cref="MeasuringExtensions.MeasureAsync(IMetrics, string, Func{CancellationToken, Task}, IReadOnlyList{ValueTuple{string, object}}, CancellationToken)"/>.</summary>
    /// <param name="varai">The front door.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="labels">Labels beside those for the outcome.</param>
    /// <param name="cancellationToken">Given to what is done.</param>
    public static Task MeasureAsync(
        this IVaraiEnvironment varai,
        string name,
        Func<CancellationToken, Task> operation,
        IReadOnlyList<(string Label, object? Value)>? labels = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(varai);
        return varai.Metrics.MeasureAsync(name, operation, labels, cancellationToken);
    }
}
