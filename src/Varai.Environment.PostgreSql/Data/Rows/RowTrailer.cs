using System.Globalization;
using System.Text;
using Varai.Data;

namespace Varai.PostgreSql.Data.Rows;

/// <summary>What stands after the last row: a mark, how many rows there were, and their fingerprint.</summary>
internal static class RowTrailer
{
    private const string Mark = "\\.\n";
    private const int Digits = 20;

    public const int Length = 3 + Digits + 1 + (2 * RowFingerprint.Size) + 1;

    public static byte[] Write(RowFingerprint fingerprint) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Mark}{fingerprint.Rows:D20} {fingerprint}\n"));

    public static (long Rows, string Fingerprint)? Read(ReadOnlySpan<byte> trailer)
    {
        string text = Encoding.ASCII.GetString(trailer);
        return text.Length == Length
            && text.StartsWith(Mark, StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(Mark.Length, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out long rows)
            ? (rows, text.Substring(Mark.Length + Digits + 1, 2 * RowFingerprint.Size))
            : null;
    }
}
