using System.Collections.Frozen;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Gives a variant to named users or groups.</summary>
internal sealed class AllocationRule
{
    // Below this a walk over the names is faster than hashing one.
    private const int SetFrom = 8;

    private readonly string[] _names;
    private readonly FrozenSet<string>? _set;

    public AllocationRule(string rule, CompiledVariant? variant, string[] names)
    {
        Rule = rule;
        Variant = variant;
        _names = names;
        _set = _names.Length >= SetFrom ? names.ToFrozenSet(StringComparer.Ordinal) : null;
    }

    public string Rule { get; }

    /// <summary>The variant; null when the rule names one that does not exist.</summary>
    public CompiledVariant? Variant { get; }

    public bool Names(string name)
    {
        if (_set is not null)
            return _set.Contains(name);
        foreach (string candidate in _names)
        {
            if (candidate == name)
                return true;
        }

        return false;
    }

    public bool NamesAny(ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (Names(name))
                return true;
        }

        return false;
    }
}
