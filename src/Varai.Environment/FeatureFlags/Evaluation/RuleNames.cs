using System.Globalization;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>What the rules of one kind are called, such as <c>allocation.user[0]</c>. The flags of a load share them, since nearly all
/// have the same few.</summary>
/// <param name="list">The list that the rules stand in.</param>
internal sealed class RuleNames(string list)
{
    private readonly List<string> _byIndex = [];
    private readonly Dictionary<(int Index, string Detail), string> _detailed = [];

    /// <summary>The rule with an index.</summary>
    public string Of(int index)
    {
        while (_byIndex.Count <= index)
            _byIndex.Add(string.Create(CultureInfo.InvariantCulture, $"{list}[{_byIndex.Count}]"));
        return _byIndex[index];
    }

    /// <summary>The rule with an index, and what is told of it in brackets.</summary>
    public string Of(int index, string detail)
    {
        if (!_detailed.TryGetValue((index, detail), out string? name))
        {
            name = $"{Of(index)} ({detail})";
            _detailed.Add((index, detail), name);
        }

        return name;
    }
}
