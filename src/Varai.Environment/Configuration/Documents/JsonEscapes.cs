using System.Globalization;

namespace Varai.Configuration.Documents;

/// <summary>The <c>\u</c> escapes of a JSON string.</summary>
internal static class JsonEscapes
{
    /// <summary>The length of <c>\uD83D</c>.</summary>
    public const int UnicodeLength = 6;

    /// <summary>Where half a surrogate pair is escaped in a string that is well-formed otherwise; -1 for nowhere.</summary>
    public static int IndexOfLoneSurrogate(ReadOnlySpan<byte> raw)
    {
        int at = 0;
        while (raw[at..].IndexOf((byte)'\\') is >= 0 and int next)
        {
            at += next;
            if (raw[at + 1] != (byte)'u')
            {
                at += 2;
                continue;
            }

            char unit = UnitAt(raw, at);
            if (char.IsHighSurrogate(unit) && IsUnicodeEscape(raw, at + UnicodeLength)
                && char.IsLowSurrogate(UnitAt(raw, at + UnicodeLength)))
            {
                at += UnicodeLength;
            }
            else if (char.IsSurrogate(unit))
            {
                return at;
            }

            at += UnicodeLength;
        }

        return -1;
    }

    private static bool IsUnicodeEscape(ReadOnlySpan<byte> raw, int at) =>
        at + UnicodeLength <= raw.Length && raw[at] == (byte)'\\' && raw[at + 1] == (byte)'u';

    private static char UnitAt(ReadOnlySpan<byte> raw, int at) =>
        (char)ushort.Parse(raw.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
