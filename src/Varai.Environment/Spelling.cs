namespace Varai;

/// <summary>Finds what a misspelt word was probably meant to be.</summary>
internal static class Spelling
{
    private const int LongestWord = 128;

    /// <summary>The candidate with the fewest typing errors between it and the word, case apart: one letter wrong, missing, too many,
    /// or two swapped. At most a third of the letters may be wrong.</summary>
    /// <returns>The first of the nearest, or <see langword="null"/> when nothing is near.</returns>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(candidates);
        if (word.Length is 0 or > LongestWord)
            return null;

        string? nearest = null;
        int best = Math.Max(1, word.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            // One letter of two is no likeness, and a difference in length is a distance already.
            if (candidate.Length > LongestWord || Math.Abs(candidate.Length - word.Length) >= best)
                continue;
            int distance = Distance(word, candidate);
            if (distance < best && distance < Math.Max(word.Length, candidate.Length) - 1)
            {
                best = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>The optimal string alignment distance, case apart.</summary>
    internal static int Distance(string a, string b)
    {
        int width = b.Length + 1;
        Span<int> beforeLast = stackalloc int[width];
        Span<int> last = stackalloc int[width];
        Span<int> current = stackalloc int[width];
        for (int j = 0; j < width; j++)
            last[j] = j;

        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j < width; j++)
            {
                int cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1] + 1, last[j] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
            }

            Span<int> free = beforeLast;
            beforeLast = last;
            last = current;
            current = free;
        }

        return last[b.Length];
    }

    private static bool Same(char a, char b) => a == b || char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
