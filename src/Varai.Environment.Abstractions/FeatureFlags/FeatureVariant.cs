using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>One of the values that a flag can have.</summary>
/// <remarks>Immutable; safe from any thread. What a value was read as is kept, so that reading it again costs nothing.</remarks>
public sealed class FeatureVariant
{
    private object? _read;

    /// <summary>Creates a variant.</summary>
    /// <param name="name">The variant's name; not empty. Names are compared with their case.</param>
    /// <param name="value">Its value: text, number, boolean, array or object; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public FeatureVariant(string name, ConfigurationNode? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Value = value;
    }

    /// <summary>The variant's name; compared with its case.</summary>
    public string Name { get; }

    /// <summary>The value as it was written, or <see langword="null"/> when the variant has none.</summary>
    public ConfigurationNode? Value { get; }

    /// <summary>What the variant does to whether its flag is on.</summary>
    /// <value>Default: <see cref="FeatureStatusOverride.None"/>.</value>
    public FeatureStatusOverride StatusOverride { get; init; }

    /// <summary>The value as a <see cref="bool"/>, number, <see cref="string"/>, <see cref="TimeSpan"/> or enum, as
    /// <see cref="FeatureParameters"/> read them, or as the <see cref="ConfigurationNode"/> itself.</summary>
    /// <typeparam name="T">One of these types.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns><see langword="false"/> when there is no value or it is not of the type.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of these types.</exception>
    public bool TryGet<T>([MaybeNullWhen(false)] out T value)
    {
        if (Volatile.Read(ref _read) is Reading<T> reading)
        {
            value = reading.Value;
            return reading.IsRead;
        }

        return Keep(ReadAs<T>(), out value);
    }

    /// <summary>The value, usually an object, as a type of yours.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="typeInfo">How JSON becomes the type, from a <c>JsonSerializerContext</c>.</param>
    /// <param name="value">The value. Every caller gets the same instance, so don't change it.</param>
    /// <returns><see langword="false"/> when there is no value or it is not of the type.</returns>
    public bool TryGet<T>(JsonTypeInfo<T> typeInfo, [MaybeNullWhen(false)] out T value)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        if (Volatile.Read(ref _read) is Reading<T> reading)
        {
            value = reading.Value;
            return reading.IsRead;
        }

        return Keep(ReadAs(typeInfo), out value);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private bool Keep<T>(Reading<T> reading, [MaybeNullWhen(false)] out T value)
    {
        Volatile.Write(ref _read, reading);
        value = reading.Value;
        return reading.IsRead;
    }

    private Reading<T> ReadAs<T>() =>
        typeof(T) == typeof(ConfigurationNode) ? new Reading<T>(Value is not null, (T)(object)Value!)
        : FeatureParameterReader.TryRead(Value, out T? value) ? new Reading<T>(true, value)
        : new Reading<T>(false, default);

    private Reading<T> ReadAs<T>(JsonTypeInfo<T> typeInfo)
    {
        if (Value is null)
            return new Reading<T>(false, default);
        try
        {
            return JsonSerializer.Deserialize(ConfigurationNodeJson.Write(Value), typeInfo) is { } value
                ? new Reading<T>(true, value)
                : new Reading<T>(false, default);
        }
        catch (JsonException)
        {
            return new Reading<T>(false, default); // told by the result, and logged by who knows the flag
        }
    }

    private sealed class Reading<T>(bool isRead, T? value)
    {
        public bool IsRead { get; } = isRead;

        public T? Value { get; } = value;
    }
}
