using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Reads typed values of flags.</summary>
public static class FeatureFlagsExtensions
{
    /// <summary>The value of the variant that a flag assigns.</summary>
    /// <typeparam name="T"><see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="double"/>, <see cref="decimal"/>,
    /// <see cref="string"/>, <see cref="TimeSpan"/>, an enum, or <see cref="ConfigurationNode"/> for the value as written.</typeparam>
    /// <param name="flags">The flags.</param>
    /// <param name="name">The flag's name.</param>
    /// <param name="fallback">The value when no variant is assigned, or it has no value of the type.</param>
    /// <param name="context">Whom or what it is evaluated for; <see langword="null"/> for the ambient context.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of these; use the overload with a
    /// <see cref="JsonTypeInfo{T}"/>.</exception>
    [return: NotNullIfNotNull(nameof(fallback))]
    public static T? GetVariant<T>(this IFeatureFlags flags, string name, T? fallback, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(flags);
        return flags.Evaluate(name, context).Variant is { } variant && variant.TryGet(out T? value) ? value : fallback;
    }

    /// <summary>The value of the variant that a flag assigns, as an object of the service's own type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="flags">The flags.</param>
    /// <param name="name">The flag's name.</param>
    /// <param name="fallback">The value when no variant is assigned, or its value does not fit the type.</param>
    /// <param name="type">How the type is read, from a <c>JsonSerializerContext</c>.</param>
    /// <param name="context">Whom or what it is evaluated for; <see langword="null"/> for the ambient context.</param>
    /// <returns>The same object until the flags change; it should not be changed.</returns>
    [return: NotNullIfNotNull(nameof(fallback))]
    public static T? GetVariant<T>(this IFeatureFlags flags, string name, T? fallback, JsonTypeInfo<T> type, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(flags);
        ArgumentNullException.ThrowIfNull(type);
        return flags.Evaluate(name, context).Variant is { } variant && variant.TryGet(type, out T? value) ? value : fallback;
    }

    /// <summary>Tells which rule of a declared flag decides and what each other rule says; see <see cref="IFeatureFlags.Explain"/>.</summary>
    /// <param name="flags">The flags.</param>
    /// <param name="flag">The flag.</param>
    /// <param name="context">Whom or what it is evaluated for; <see langword="null"/> for the ambient context.</param>
    public static FlagExplanation Explain(this IFeatureFlags flags, Flag flag, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(flags);
        ArgumentNullException.ThrowIfNull(flag);
        return flags.Explain(flag.Name, context);
    }

    /// <summary>The parameters of a declared flag; see <see cref="IFeatureFlags.GetFeatureParameters"/>.</summary>
    /// <param name="flags">The flags.</param>
    /// <param name="flag">The flag.</param>
    public static FeatureParameters GetFeatureParameters(this IFeatureFlags flags, Flag flag)
    {
        ArgumentNullException.ThrowIfNull(flags);
        ArgumentNullException.ThrowIfNull(flag);
        return flags.GetFeatureParameters(flag.Name);
    }

    /// <summary>The value of a declared flag: whether it is on for <see cref="Flag.Boolean"/>, the assigned variant's value for
    /// every other.</summary>
    /// <typeparam name="T">The flag's type.</typeparam>
    /// <param name="flags">The flags.</param>
    /// <param name="flag">The flag.</param>
    /// <param name="context">Whom or what it is evaluated for; <see langword="null"/> for the ambient context.</param>
    /// <returns>The flag's <see cref="Flag{T}.DefaultValue"/> when no definition or variant gives a value of the type.</returns>
    public static T GetValue<T>(this IFeatureFlags flags, Flag<T> flag, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(flags);
        ArgumentNullException.ThrowIfNull(flag);
        if (typeof(T) == typeof(bool))
        {
            var toggle = (Flag<bool>)(object)flag;
            return (T)(object)(context is null ? flags.IsFeatureEnabled(toggle) : flags.IsFeatureEnabled(toggle, context));
        }

        if (flags.Evaluate(flag, context).Variant is not { } variant)
            return flag.DefaultValue;
        T? value;
        bool fits = flag.JsonType is { } type ? variant.TryGet(type, out value) : variant.TryGet(out value);
        return fits ? value! : flag.DefaultValue;
    }
}
