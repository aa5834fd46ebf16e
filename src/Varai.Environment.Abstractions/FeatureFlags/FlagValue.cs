using System.Globalization;

namespace Varai.FeatureFlags;

/// <summary>The value of an attribute of a <see cref="FlagContext"/>.</summary>
/// <remarks>Made of a <see cref="string"/>, <see cref="double"/> (or any smaller number), <see cref="bool"/>,
/// <see cref="DateTimeOffset"/> or array of strings by assigning it.</remarks>
public readonly struct FlagValue : IEquatable<FlagValue>
{
    private readonly object? _reference;
    private readonly long _bits;

    private FlagValue(FlagValueKind kind, object? reference, long bits)
    {
        Kind = kind;
        _reference = reference;
        _bits = bits;
    }

    /// <summary>What the value holds.</summary>
    public FlagValueKind Kind { get; }

    /// <summary>The text; <see langword="null"/> for every other kind.</summary>
    public string? Text => _reference as string;

    /// <summary>The number; 0 for every other kind.</summary>
    public double Number => Kind == FlagValueKind.Number ? BitConverter.Int64BitsToDouble(_bits) : 0;

    /// <summary>The boolean; <see langword="false"/> for every other kind.</summary>
    public bool Boolean => Kind == FlagValueKind.Boolean && _bits != 0;

    /// <summary>The moment in UTC; the smallest for every other kind.</summary>
    public DateTimeOffset Date => Kind == FlagValueKind.Date ? new DateTimeOffset(_bits, TimeSpan.Zero) : default;

    /// <summary>The texts; empty for every other kind.</summary>
    public IReadOnlyList<string> List => _reference as string[] ?? [];

    /// <summary>Text; none for <see langword="null"/>.</summary>
    /// <param name="text">The text.</param>
    public static FlagValue FromString(string? text) => text is null ? default : new(FlagValueKind.Text, text, 0);

    /// <summary>A number.</summary>
    /// <param name="number">The number.</param>
    public static FlagValue FromDouble(double number) => new(FlagValueKind.Number, reference: null, BitConverter.DoubleToInt64Bits(number));

    /// <summary>True or false.</summary>
    /// <param name="boolean">Which.</param>
    public static FlagValue FromBoolean(bool boolean) => new(FlagValueKind.Boolean, reference: null, boolean ? 1 : 0);

    /// <summary>A moment.</summary>
    /// <param name="date">The moment.</param>
    public static FlagValue FromDateTimeOffset(DateTimeOffset date) => new(FlagValueKind.Date, reference: null, date.UtcTicks);

    /// <summary>Several texts.</summary>
    /// <param name="list">The texts; copied.</param>
    public static FlagValue FromStringArray(params ReadOnlySpan<string> list) => new(FlagValueKind.List, list.ToArray(), 0);

    /// <summary>Several texts without a copy: the array is the value's from here on.</summary>
    internal static FlagValue Wrap(string[] list) => new(FlagValueKind.List, list, 0);

    /// <summary>Text; none for <see langword="null"/>.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator FlagValue(string? text) => FromString(text);

    /// <summary>A number.</summary>
    /// <param name="number">The number.</param>
    public static implicit operator FlagValue(double number) => FromDouble(number);

    /// <summary>True or false.</summary>
    /// <param name="boolean">Which.</param>
    public static implicit operator FlagValue(bool boolean) => FromBoolean(boolean);

    /// <summary>A moment.</summary>
    /// <param name="date">The moment.</param>
    public static implicit operator FlagValue(DateTimeOffset date) => FromDateTimeOffset(date);

    /// <summary>Several texts.</summary>
    /// <param name="list">The texts; copied.</param>
    public static implicit operator FlagValue(string[] list) => FromStringArray(list);

    /// <summary>Whether two values are the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(FlagValue left, FlagValue right) => left.Equals(right);

    /// <summary>Whether two values differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(FlagValue left, FlagValue right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(FlagValue other) =>
        Kind == other.Kind && _bits == other._bits
        && (Kind == FlagValueKind.List ? List.SequenceEqual(other.List, StringComparer.Ordinal) : string.Equals(Text, other.Text, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FlagValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _bits, Text, List.Count);

    /// <summary>The value as text: numbers and dates as everywhere, lists with commas.</summary>
    public override string ToString() => Kind switch
    {
        FlagValueKind.Text => Text!,
        FlagValueKind.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        FlagValueKind.Boolean => Boolean ? "true" : "false",
        FlagValueKind.Date => Date.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        FlagValueKind.List => string.Join(", ", List),
        _ => "",
    };
}
