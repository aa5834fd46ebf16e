using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Gives a variant to named users or groups.</summary>
internal sealed class AllocationRule(string rule, CompiledVariant? variant, string[] names)
{
    private readonly NameSet _names = new(names);

    public string Rule { get; } = rule;

    /// <summary>The variant; null when the rule names one that does not exist.</summary>
    public CompiledVariant? Variant { get; } = variant;

    public bool Names(string name) => _names.Contains(name);

    public bool NamesAny(ReadOnlySpan<string> others) => _names.FirstOf(others) is not null;
}
