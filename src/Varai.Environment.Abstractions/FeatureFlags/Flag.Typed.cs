using System.Text.Json.Serialization.Metadata;

namespace Varai.FeatureFlags;

/// <summary>A flag declared in code with the type of its value; made by <see cref="Flag"/>.</summary>
/// <typeparam name="T">The type of its value.</typeparam>
public sealed class Flag<T> : Flag
{
    internal Flag(string name, T defaultValue, JsonTypeInfo<T>? type)
        : base(name)
    {
        DefaultValue = defaultValue;
        JsonType = type;
    }

    /// <summary>The value where no definition or variant gives one.</summary>
    public T DefaultValue { get; }

    /// <summary>How an object is read; <see langword="null"/> for the simple types.</summary>
    public JsonTypeInfo<T>? JsonType { get; }

    /// <inheritdoc/>
    public override Type ValueType => typeof(T);

    /// <inheritdoc/>
    public override bool Fits(FlagVariant variant)
    {
        ArgumentNullException.ThrowIfNull(variant);
        return JsonType is { } type ? variant.TryGet(type, out _) : variant.TryGet<T>(out _);
    }
}
