using System.Globalization;

namespace Varai.FeatureFlags;

/// <summary>The value of an attribute that flag rules are held against: a string, number, boolean, moment or list of strings.</summary>
/// <remarks>Strings, numbers, booleans, moments and arrays of strings convert to it implicitly; none of them but the array is
/// boxed or copied. A number is a <see cref="double"/>: whole numbers beyond 2^53 lose digits, so pass identifiers as strings.</remarks>
public readonly struct FlagValue : IEquatable<FlagValue>
{
    private readonly object? _reference;
    private readonly double _number;
    private readonly long _ticks;

    private FlagValue(FlagValueKind kind, object? reference = null, double number = 0, long ticks = 0)
    {
        Kind = kind;
        _reference = reference;
        _number = number;
        _ticks = ticks;
    }

    /// <summary>What it holds.</summary>
    public FlagValueKind Kind { get; }

    /// <summary>The string; <see langword="null"/> for every other kind.</summary>
    public string? String => _reference as string;

    /// <summary>The number; 0 for every other kind.</summary>
    public double Number => _number;

    /// <summary>The boolean; <see langword="false"/> for every other kind.</summary>
    public bool Boolean => Kind == FlagValueKind.Boolean && _ticks != 0;

    /// <summary>The moment, in UTC; the first of all for every other kind.</summary>
    public DateTimeOffset Time => new(Kind == FlagValueKind.Time ? _ticks : 0, TimeSpan.Zero);

    /// <summary>The strings; empty for every other kind.</summary>
    public IReadOnlyList<string> Strings => _reference as string[] ?? [];

    /// <summary>A string; <see langword="null"/> is no value.</summary>
    /// <param name="value">The string.</param>
    public static implicit operator FlagValue(string? value) => FromString(value);

    /// <summary>A number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator FlagValue(double value) => FromDouble(value);

    /// <summary>A number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator FlagValue(long value) => FromInt64(value);

    /// <summary>A number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator FlagValue(int value) => FromInt32(value);

    /// <summary>A boolean.</summary>
    /// <param name="value">The boolean.</param>
    public static implicit operator FlagValue(bool value) => FromBoolean(value);

    /// <summary>A moment.</summary>
    /// <param name="value">The moment.</param>
    public static implicit operator FlagValue(DateTimeOffset value) => FromDateTimeOffset(value);

    /// <summary>Several strings; the array is not copied and must not change afterwards.</summary>
    /// <param name="value">The strings.</param>
    public static implicit operator FlagValue(string[]? value) => FromStringArray(value);

    /// <summary>Whether both hold the same.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(FlagValue left, FlagValue right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(FlagValue left, FlagValue right) => !left.Equals(right);

    /// <summary>A string; <see langword="null"/> is no value.</summary>
    /// <param name="value">The string.</param>
    public static FlagValue FromString(string? value) => value is null ? default : new FlagValue(FlagValueKind.String, value);

    /// <summary>A number.</summary>
    /// <param name="value">The number.</param>
    public static FlagValue FromDouble(double value) => new(FlagValueKind.Number, number: value);

    /// <summary>A number; beyond 2^53 it loses digits.</summary>
    /// <param name="value">The number.</param>
    public static FlagValue FromInt64(long value) => FromDouble(value);

    /// <summary>A number.</summary>
    /// <param name="value">The number.</param>
    public static FlagValue FromInt32(int value) => FromDouble(value);

    /// <summary>A boolean.</summary>
    /// <param name="value">The boolean.</param>
    public static FlagValue FromBoolean(bool value) => new(FlagValueKind.Boolean, ticks: value ? 1 : 0);

    /// <summary>A moment.</summary>
    /// <param name="value">The moment.</param>
    public static FlagValue FromDateTimeOffset(DateTimeOffset value) => new(FlagValueKind.Time, ticks: value.UtcTicks);

    /// <summary>Several strings; the array is not copied and must not change afterwards.</summary>
    /// <param name="value">The strings.</param>
    public static FlagValue FromStringArray(string[]? value) => value is null ? default : new FlagValue(FlagValueKind.Strings, value);

    /// <inheritdoc/>
    public bool Equals(FlagValue other) =>
        Kind == other.Kind && _ticks == other._ticks && _number.Equals(other._number)
        && (ReferenceEquals(_reference, other._reference)
            || (_reference is string text && other._reference is string otherText && text == otherText)
            || (_reference is string[] items && other._reference is string[] otherItems && items.AsSpan().SequenceEqual(otherItems)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FlagValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _number, _ticks, String);

    /// <summary>The value as text, in the invariant culture: moments as ISO 8601, lists separated by commas.</summary>
    public override string ToString() => Kind switch
    {
        FlagValueKind.String => String!,
        FlagValueKind.Number => _number.ToString("R", CultureInfo.InvariantCulture),
        FlagValueKind.Boolean => Boolean ? "true" : "false",
        FlagValueKind.Time => Time.ToString("O", CultureInfo.InvariantCulture),
        FlagValueKind.Strings => string.Join(",", Strings),
        _ => "",
    };
}
