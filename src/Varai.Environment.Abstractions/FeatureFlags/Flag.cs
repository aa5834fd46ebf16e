using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;

namespace Varai.FeatureFlags;

/// <summary>Declares flags in code: once, with a name, a type and a default.</summary>
/// <remarks><c>static readonly Flag&lt;bool&gt; NewEngine = Flag.Boolean("new_engine", defaultValue: false);</c></remarks>
public static class Flag
{
    /// <summary>Declares a flag that is on or off.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">What counts where the flag is not defined.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public static Flag<bool> Boolean(string name, bool defaultValue) =>
        new(name, defaultValue, static (FlagDecision decision, out bool value) =>
        {
            value = decision.IsEnabled;
            return decision.Reason != FlagReason.Unknown;
        });

    /// <summary>Declares a flag whose variants are text.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">What counts where the flag is not defined or has no such variant.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public static Flag<string> String(string name, string defaultValue) => Variant(name, defaultValue);

    /// <summary>Declares a flag whose variants are numbers.</summary>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">What counts where the flag is not defined or has no such variant.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public static Flag<double> Number(string name, double defaultValue) => Variant(name, defaultValue);

    /// <summary>Declares a flag whose variants have another type that <see cref="FeatureVariant.TryGet{T}(out T)"/> reads.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">What counts where the flag is not defined or has no such variant.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public static Flag<T> Variant<T>(string name, T defaultValue) =>
        new(name, defaultValue, static (FlagDecision decision, [MaybeNullWhen(false)] out T value) =>
        {
            value = default;
            return decision.Variant is { } variant && variant.TryGet(out value);
        });

    /// <summary>Declares a flag whose variants are JSON objects.</summary>
    /// <typeparam name="T">The type they are read as.</typeparam>
    /// <param name="name">The flag's name.</param>
    /// <param name="defaultValue">What counts where the flag is not defined or has no such variant.</param>
    /// <param name="typeInfo">How JSON becomes the type, from a <c>JsonSerializerContext</c>.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public static Flag<T> Variant<T>(string name, T defaultValue, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return new(name, defaultValue, (FlagDecision decision, [MaybeNullWhen(false)] out T value) =>
        {
            value = default;
            return decision.Variant is { } variant && variant.TryGet(typeInfo, out value);
        });
    }
}
