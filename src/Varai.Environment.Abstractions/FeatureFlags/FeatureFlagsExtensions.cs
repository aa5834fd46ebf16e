using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;

namespace Varai.FeatureFlags;

/// <summary>More ways to ask <see cref="IFeatureFlags"/>.</summary>
public static class FeatureFlagsExtensions
{
    /// <summary>Whether a feature is on for somebody. Allocates nothing.</summary>
    /// <param name="flags">The flags.</param>
    /// <param name="name">The flag's name.</param>
    /// <param name="context">For whom; <see langword="null"/> for the ambient context.</param>
    /// <returns><see langword="false"/> also for an unknown flag, which is logged once per name.</returns>
    public static bool IsFeatureEnabled(this IFeatureFlags flags, string name, FlagContext? context)
    {
        ArgumentNullException.ThrowIfNull(flags);
        return flags.Evaluate(name, context).IsEnabled;
    }

    /// <summary>Whether a declared feature is on: the fastest way to ask. Allocates nothing.</summary>
    /// <param name="flags">The flags.</param>
    /// <param name="flag">The flag.</param>
    /// <param name="context">For whom; <see langword="null"/> for the ambient context.</param>
    /// <returns>The flag's default for a flag that is not defined, which is logged once per name.</returns>
    public static bool IsFeatureEnabled(this IFeatureFlags flags, Flag<bool> flag, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(flag);
        return flag.Get(flags, context);
    }

    /// <summary>The value of a declared flag. Allocates nothing.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="flags">The flags.</param>
    /// <param name="flag">The flag.</param>
    /// <param name="context">For whom; <see langword="null"/> for the ambient context.</param>
    /// <returns>The flag's default when it is not defined, has no variant for this caller, or one of another type.</returns>
    public static T Get<T>(this IFeatureFlags flags, Flag<T> flag, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(flag);
        return flag.Get(flags, context);
    }

    /// <summary>The value of a flag's variant. Allocates nothing after the first call.</summary>
    /// <typeparam name="T">One of the types that <see cref="FeatureVariant.TryGet{T}(out T)"/> reads.</typeparam>
    /// <param name="flags">The flags.</param>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">The value when the flag is unknown, has no variant for this caller, or one of another type.</param>
    /// <param name="context">For whom; <see langword="null"/> for the ambient context.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of these types.</exception>
    [return: NotNullIfNotNull(nameof(defaultValue))]
    public static T? GetVariant<T>(this IFeatureFlags flags, string name, T? defaultValue, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(flags);
        return flags.Evaluate(name, context).Variant is { } variant && variant.TryGet(out T? value) ? value : defaultValue;
    }

    /// <summary>The value of a flag's variant as a type of yours. Allocates nothing after the first call.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="flags">The flags.</param>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">The value when the flag is unknown, has no variant for this caller, or one of another type.</param>
    /// <param name="typeInfo">How JSON becomes the type, from a <c>JsonSerializerContext</c>.</param>
    /// <param name="context">For whom; <see langword="null"/> for the ambient context.</param>
    [return: NotNullIfNotNull(nameof(defaultValue))]
    public static T? GetVariant<T>(this IFeatureFlags flags, string name, T? defaultValue, JsonTypeInfo<T> typeInfo, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(flags);
        return flags.Evaluate(name, context).Variant is { } variant && variant.TryGet(typeInfo, out T? value) ? value : defaultValue;
    }

    /// <summary>What every flag is, and why, all from one state.</summary>
    /// <param name="flags">The flags.</param>
    /// <param name="context">For whom; <see langword="null"/> for the ambient context.</param>
    /// <returns>The decisions, in the order of the definitions.</returns>
    public static IReadOnlyList<FlagDecision> EvaluateAll(this IFeatureFlags flags, FlagContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(flags);
        IReadOnlyList<ResolvedFlag> all = flags.Snapshot.Flags;
        var decisions = new FlagDecision[all.Count];
        for (int i = 0; i < decisions.Length; i++)
            decisions[i] = all[i].Evaluate(context);
        return decisions;
    }
}
