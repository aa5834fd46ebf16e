using System.Buffers;
using System.Globalization;
using System.Text;

namespace Varai.State;

/// <summary>The rules for names in a state store: document keys, streams, leases and their holders.</summary>
/// <remarks>1 to 512 UTF-16 units, no control characters, no half surrogate pairs. Names are compared ordinally (no
/// case folding, no normalisation) and sorted by Unicode code point, which is the byte order of UTF-8 and so the order
/// that databases use for binary text. By convention, parts are separated by <c>/</c>.</remarks>
public static class StateKey
{
    /// <summary>The longest name allowed, in UTF-16 units.</summary>
    public const int MaxLength = 512;

    /// <summary>Sorts names as every store does: by Unicode code point.</summary>
    public static IComparer<string> Comparer { get; } = Comparer<string>.Create(Compare);

    /// <summary>Refuses a name no store takes.</summary>
    /// <param name="key">The name.</param>
    /// <param name="parameterName">What the caller calls it.</param>
    /// <exception cref="ArgumentException">The name is empty, too long or has a character that is not allowed.</exception>
    public static void ThrowIfInvalid(string key, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(key))] string? parameterName = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(key, parameterName);
        ThrowIfInvalidPrefix(key, parameterName);
    }

    /// <summary>Refuses a prefix that no name can begin with; the empty one is fine.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="parameterName">What the caller calls it.</param>
    /// <exception cref="ArgumentException">The prefix is too long or has a character that is not allowed.</exception>
    public static void ThrowIfInvalidPrefix(string prefix, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(prefix))] string? parameterName = null)
    {
        ArgumentNullException.ThrowIfNull(prefix, parameterName);
        if (prefix.Length > MaxLength)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The name '{prefix.AsSpan(0, 40)}...' has {prefix.Length} characters; at most {MaxLength} are allowed."), parameterName);
        }

        for (int i = 0; i < prefix.Length;)
        {
            if (Rune.DecodeFromUtf16(prefix.AsSpan(i), out Rune rune, out int length) != OperationStatus.Done || Rune.IsControl(rune))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"The name has the character U+{(int)prefix[i]:X4} at index {i}; control characters and half surrogate pairs are not allowed."), parameterName);
            }

            i += length;
        }
    }

    private static int Compare(string? x, string? y)
    {
        int common = x.AsSpan().CommonPrefixLength(y);
        if (x is null || y is null || common == x.Length || common == y.Length)
            return string.CompareOrdinal(x, y);
        return Weigh(x[common]) - Weigh(y[common]);
    }

    // UTF-16 puts surrogates, the high code points, below U+E000; code point order has them above.
    private static int Weigh(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
