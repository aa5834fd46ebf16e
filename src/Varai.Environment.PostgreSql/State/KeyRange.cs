using System.Text;

namespace Varai.PostgreSql.State;

/// <summary>Turns a prefix into a range of keys that an index can find.</summary>
internal static class KeyRange
{
    /// <summary>The smallest name that is greater than every name with the prefix.</summary>
    /// <returns>The name, or <see langword="null"/> when there is none: nothing lies behind the range.</returns>
    public static string? GetEnd(string prefix)
    {
        for (int end = prefix.Length; end > 0;)
        {
            _ = Rune.DecodeLastFromUtf16(prefix.AsSpan(0, end), out Rune last, out int length);
            end -= length;
            if (last.Value == 0x10FFFF)
                continue;

            // The code points of surrogates stand for no character.
            Rune next = new(last.Value == 0xD7FF ? 0xE000 : last.Value + 1);
            return string.Concat(prefix.AsSpan(0, end), next.ToString());
        }

        return null;
    }
}
