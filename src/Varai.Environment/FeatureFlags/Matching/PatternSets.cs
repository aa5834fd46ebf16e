using System.Globalization;

namespace Varai.FeatureFlags.Matching;

/// <summary>The named sets of characters of regular expressions.</summary>
internal static class PatternSets
{
    private static readonly Lazy<CharacterSet> LazyWord = new(() => Find("L", "Mn", "Nd", "Pc"));

    // What \b takes for a part of a word: zero-width joiners too.
    private static readonly Lazy<CharacterSet> LazyBoundaryWord = new(() => CharacterSet.Union([LazyWord.Value, CharacterSet.Of('\u200C', '\u200D')]));

    private static readonly Lazy<CharacterSet> LazySpace = new(() => CharacterSet.Union(
        Enumerable.Range(0, char.MaxValue + 1).Where(c => char.IsWhiteSpace((char)c)).Select(c => CharacterSet.Of((char)c, (char)c))));

    // In the order of UnicodeCategory.
    private static readonly string[] CategoryNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe",
        "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    /// <summary><c>\w</c>.</summary>
    public static CharacterSet Word => LazyWord.Value;

    /// <summary>The characters between which <c>\b</c> sees no boundary.</summary>
    public static CharacterSet BoundaryWord => LazyBoundaryWord.Value;

    /// <summary>Letters that have cases.</summary>
    public static CharacterSet Cased => Find("Lu", "Ll", "Lt");

    /// <summary><c>\s</c>.</summary>
    public static CharacterSet Space => LazySpace.Value;

    /// <summary>A general category such as <c>Lu</c>, or a group of them such as <c>L</c>; <see langword="null"/> when it is none.</summary>
    public static CharacterSet? Find(string name)
    {
        CharacterSet[] sets =
        [
            .. CategoryNames.Index()
                .Where(category => name.Length is 1 or 2 && category.Item.StartsWith(name, StringComparison.Ordinal))
                .Select(category => CharacterSet.Of((UnicodeCategory)category.Index)),
        ];
        return sets.Length == 0 ? null : CharacterSet.Union(sets);
    }

    private static CharacterSet Find(params string[] names) => CharacterSet.Union(names.Select(name => Find(name)!));
}
