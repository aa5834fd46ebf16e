namespace Varai.FeatureFlags;

/// <summary>The known name that was most likely meant.</summary>
internal static class NearestName
{
    private const int LongestName = 64;

    /// <summary>The nearest of the known names, or null when none is within a third of the name's length.</summary>
    public static string? Find(string name, IReadOnlyList<string> known)
    {
        if (name.Length > LongestName)
            return null;

        string? best = null;
        int bestDistance = Math.Max(1, name.Length / 3) + 1;
        foreach (string candidate in known)
        {
            int distance = Distance(name, candidate);
            if (distance < bestDistance)
                (best, bestDistance) = (candidate, distance);
        }

        return best;
    }

    // Optimal string alignment: a swap of neighbours, the commonest slip, counts once.
    private static int Distance(string a, string b)
    {
        int width = b.Length + 1;
        int[] d = new int[(a.Length + 1) * width];
        for (int i = 0; i <= a.Length; i++)
            d[i * width] = i;
        for (int j = 0; j <= b.Length; j++)
            d[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int at = (i * width) + j;
                int cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                d[at] = Math.Min(Math.Min(d[at - width] + 1, d[at - 1] + 1), d[at - width - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    d[at] = Math.Min(d[at], d[at - (2 * width) - 2] + 1);
            }
        }

        return d[^1];
    }

    private static bool Same(char a, char b) => char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
