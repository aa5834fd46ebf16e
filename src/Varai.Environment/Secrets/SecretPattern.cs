namespace Varai.Secrets;

/// <summary>The patterns of <see cref="SecretRoute.Pattern"/>.</summary>
internal static class SecretPattern
{
    /// <summary>Whether a name matches a pattern. Takes at most the product of both lengths in steps, whatever the pattern.</summary>
    public static bool Matches(string pattern, string name) => Matches(pattern, name, static (p, c) => p == '?' || p == c);

    /// <summary>Whether a pattern matches every name that another one matches. May miss it; never says so wrongly.</summary>
    public static bool Covers(string pattern, string other) =>
        // The other's '*' stands for any number of characters, which '?' and a letter do not cover; its '?' for one, which '?' does.
        Matches(pattern, other, static (p, c) => c != '*' && (p == '?' || (p == c && c != '?')));

    /// <summary>What every name that matches begins with.</summary>
    public static ReadOnlySpan<char> LiteralPrefix(string pattern)
    {
        int end = pattern.AsSpan().IndexOfAny('*', '?');
        return end < 0 ? pattern : pattern.AsSpan(0, end);
    }

    // On a mismatch only the last '*' needs to take one character more: an earlier one could not do better.
    private static bool Matches(string pattern, string text, Func<char, char, bool> same)
    {
        int p = 0, t = 0, star = -1, retry = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                retry = t;
            }
            else if (p < pattern.Length && same(pattern[p], text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++retry;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
