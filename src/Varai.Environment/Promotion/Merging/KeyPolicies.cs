namespace Varai.Promotion.Merging;

/// <summary>Which keys are promoted, and which stay the target's own.</summary>
internal sealed class KeyPolicies(IEnumerable<string> protectedKeys, IEnumerable<string> createOnlyKeys)
{
    public static readonly KeyPolicies None = new([], []);

    private readonly (string[] Names, PromotionKeyPolicy Policy)[] _patterns =
    [
        .. protectedKeys.Select(static k => (k.Split(':'), PromotionKeyPolicy.Protected)),
        .. createOnlyKeys.Select(static k => (k.Split(':'), PromotionKeyPolicy.CreateOnly)),
    ];

    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>What is wrong with a pattern, as the rest of "but ...".</summary>
    public static string? FindProblem(string pattern) =>
        string.IsNullOrWhiteSpace(pattern) || pattern.Split(':').Any(string.IsNullOrWhiteSpace)
            ? "must be names separated by ':', where '*' stands for any one name"
            : null;

    /// <summary>The policy of a key: that of the first pattern that names it or something above it.</summary>
    public PromotionKeyPolicy Of(string key)
    {
        if (IsEmpty)
            return PromotionKeyPolicy.Promoted;
        string[] names = key.Split(':');
        foreach ((string[] pattern, PromotionKeyPolicy policy) in _patterns)
        {
            if (pattern.Length <= names.Length && HasPrefix(names, pattern, pattern.Length))
                return policy;
        }

        return PromotionKeyPolicy.Promoted;
    }

    /// <summary>Whether a pattern may name something below a key.</summary>
    public bool HasBelow(string key)
    {
        if (IsEmpty)
            return false;
        string[] names = key.Split(':');
        return _patterns.Any(p => p.Names.Length > names.Length && HasPrefix(names, p.Names, names.Length));
    }

    public override string ToString() => string.Join(", ", _patterns.Select(static p => $"{p.Policy} {string.Join(':', p.Names)}"));

    private static bool HasPrefix(string[] names, string[] pattern, int length)
    {
        for (int i = 0; i < length; i++)
        {
            if (pattern[i] != "*" && !pattern[i].Equals(names[i], StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return true;
    }
}
