using System.Globalization;

namespace Varai.FeatureFlags.Matching;

/// <summary>A set of UTF-16 characters as sorted ranges that don't touch.</summary>
internal sealed class CharacterSet
{
    private static readonly Lazy<CharacterSet[]> Categories = new(FindCategories);
    private static readonly Lazy<Dictionary<char, CharacterSet>> CaseVariants = new(FindCaseVariants);

    private readonly (char First, char Last)[] _ranges;

    private CharacterSet((char First, char Last)[] ranges) => _ranges = ranges;

    public static CharacterSet Empty { get; } = new([]);

    public static CharacterSet Full { get; } = new([('\0', char.MaxValue)]);

    public ReadOnlySpan<(char First, char Last)> Ranges => _ranges;

    public static CharacterSet Of(char first, char last) => new([(first, last)]);

    public static CharacterSet Of(UnicodeCategory category) => Categories.Value[(int)category];

    public static CharacterSet Union(IEnumerable<CharacterSet> sets)
    {
        var merged = new List<(char First, char Last)>();
        foreach ((char first, char last) in sets.SelectMany(set => set._ranges).OrderBy(range => range.First))
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
                merged[^1] = (merged[^1].First, (char)Math.Max(merged[^1].Last, last));
            else
                merged.Add((first, last));
        }

        return new CharacterSet([.. merged]);
    }

    public CharacterSet Negate()
    {
        var gaps = new List<(char First, char Last)>();
        int next = 0;
        foreach ((char first, char last) in _ranges)
        {
            if (first > next)
                gaps.Add(((char)next, (char)(first - 1)));
            next = last + 1;
        }

        if (next <= char.MaxValue)
            gaps.Add(((char)next, char.MaxValue));
        return new CharacterSet([.. gaps]);
    }

    public CharacterSet Except(CharacterSet other) => Union([Negate(), other]).Negate();

    /// <summary>The set with the other cases of its letters, as <see cref="StringComparison.OrdinalIgnoreCase"/> compares.</summary>
    public CharacterSet FoldCase()
    {
        var variants = new List<CharacterSet> { this };
        foreach ((char first, char last) in _ranges)
        {
            for (int i = first; i <= last; i++)
            {
                if (CaseVariants.Value.TryGetValue((char)i, out CharacterSet? set))
                    variants.Add(set);
            }
        }

        return variants.Count == 1 ? this : Union(variants);
    }

    public bool Contains(char c)
    {
        int low = 0;
        int high = _ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (c < _ranges[middle].First)
                high = middle - 1;
            else if (c > _ranges[middle].Last)
                low = middle + 1;
            else
                return true;
        }

        return false;
    }

    public bool SetEquals(CharacterSet other) => _ranges.AsSpan().SequenceEqual(other._ranges);

    private static CharacterSet[] FindCategories()
    {
        var ranges = new List<(char First, char Last)>[Enum.GetValues<UnicodeCategory>().Length];
        for (int i = 0; i < ranges.Length; i++)
            ranges[i] = [];
        for (int c = 0; c <= char.MaxValue; c++)
        {
            List<(char First, char Last)> list = ranges[(int)char.GetUnicodeCategory((char)c)];
            if (list.Count > 0 && list[^1].Last == c - 1)
                list[^1] = (list[^1].First, (char)c);
            else
                list.Add(((char)c, (char)c));
        }

        return [.. ranges.Select(list => new CharacterSet([.. list]))];
    }

    private static Dictionary<char, CharacterSet> FindCaseVariants() => Enumerable.Range(0, char.MaxValue + 1)
        .Select(c => (char)c)
        .GroupBy(char.ToUpperInvariant)
        .Where(variants => variants.Skip(1).Any())
        .SelectMany(variants => variants.Select(c => (Letter: c, Set: Union(variants.Select(variant => Of(variant, variant))))))
        .ToDictionary(one => one.Letter, one => one.Set);
}
