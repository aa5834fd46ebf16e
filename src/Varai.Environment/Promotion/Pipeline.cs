namespace Varai.Promotion;

/// <summary>Which stage follows which.</summary>
internal sealed class Pipeline
{
    private const string After = " after ";
    private static readonly string[] Usual = ["development", "staging", "production"];

    private readonly Dictionary<string, string?> _before;

    public Pipeline(IList<string> stages)
    {
        _before = new Dictionary<string, string?>(StringComparer.Ordinal);
        string? last = null;
        foreach (string stage in stages.Count == 0 ? Usual : stages)
        {
            (string name, string? after) = Split(stage);
            _before[name] = after ?? last;
            last = name;
        }
    }

    public IEnumerable<string> Names => _before.Keys;

    /// <summary>The stage before; null for the first, and for what is no stage.</summary>
    public string? Before(string stage) => _before.GetValueOrDefault(stage);

    public bool Has(string stage) => _before.ContainsKey(stage);

    /// <summary>What is wrong with a list of stages.</summary>
    public static string? FindProblem(IList<string> stages)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (string stage in stages)
        {
            (string name, string? after) = Split(stage);
            if (!IsName(name))
                return $"'{stage}' does not name an environment: letters, digits, '-' and '_'.";
            if (after is not null && !known.Contains(after))
                return $"'{stage}' is to follow '{after}', which is no stage before it.";
            if (!known.Add(name))
                return $"'{name}' is there twice.";
        }

        return null;
    }

    /// <summary>The pipeline in words, for hashes and messages.</summary>
    public override string ToString() => string.Join(", ", _before.Select(s => s.Value is null ? s.Key : $"{s.Value} -> {s.Key}"));

    private static (string Name, string? After) Split(string stage)
    {
        string text = stage.Trim().ToLowerInvariant();
        int at = text.IndexOf(After, StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at].Trim(), text[(at + After.Length)..].Trim());
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
