using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>One of the values that a flag may give.</summary>
/// <remarks>Immutable; safe from any thread. It belongs to one snapshot of the flags.</remarks>
public sealed class FlagVariant
{
    // The value as a type it was read as: once per snapshot, not once per evaluation.
    private object? _bound;

    /// <summary>Creates a variant.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value; <see langword="null"/> when it has none but its name.</param>
    public FlagVariant(string name, ConfigurationNode? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        Value = value;
    }

    /// <summary>The variant's name.</summary>
    public string Name { get; }

    /// <summary>The variant's value as written; <see langword="null"/> when it has none but its name.</summary>
    public ConfigurationNode? Value { get; }

    /// <summary>The value as one of the types that <see cref="FeatureParameters"/> reads.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns><see langword="false"/> when there is none, or it is not of the type.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is no such type.</exception>
    public bool TryGet<T>([MaybeNullWhen(false)] out T value)
    {
        if (typeof(T) == typeof(ConfigurationNode))
        {
            value = (T?)(object?)Value;
            return value is not null;
        }

        // A reference type is text: there is nothing to read.
        if (!typeof(T).IsValueType)
            return FeatureParameterReader.TryRead(Value, out value);
        if (Volatile.Read(ref _bound) is Bound<T> { Type: null } bound)
        {
            value = bound.Value!;
            return bound.Fits;
        }

        bool fits = FeatureParameterReader.TryRead(Value, out value);
        // Who reads it as another type does not take turns with who read it first.
        if (Volatile.Read(ref _bound) is null)
            Volatile.Write(ref _bound, new Bound<T>(Type: null, value, fits));
        return fits;
    }

    /// <summary>The value as an object of the service's own type, bound when it is first asked for and shared from then on.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="type">How the type is read from JSON.</param>
    /// <param name="value">The object; the same one for every caller, so it should not be changed.</param>
    /// <returns><see langword="false"/> when there is no value, or it does not fit the type.</returns>
    public bool TryGet<T>(JsonTypeInfo<T> type, [MaybeNullWhen(false)] out T value)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (Volatile.Read(ref _bound) is Bound<T> bound && ReferenceEquals(bound.Type, type))
        {
            value = bound.Value;
            return bound.Fits;
        }

        bound = Bind(type);
        Volatile.Write(ref _bound, bound);
        value = bound.Value;
        return bound.Fits;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private Bound<T> Bind<T>(JsonTypeInfo<T> type)
    {
        if (Value is null)
            return new Bound<T>(type, default, Fits: false);
        try
        {
            T? value = JsonSerializer.Deserialize(ConfigurationJson.ToUtf8(Value), type);
            return new Bound<T>(type, value, Fits: value is not null);
        }
        catch (Exception)
        {
            // Whatever a type's own constructor or converter throws, the value does not fit it.

            return new Bound<T>(type, default, Fits: false);
        }
    }

    private sealed record Bound<T>(JsonTypeInfo<T>? Type, T? Value, bool Fits);
}
