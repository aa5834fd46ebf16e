using System.Globalization;
using Varai.Configuration;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Engine;

/// <summary>Compiles one set: each flag after those it needs.</summary>
internal sealed class SetCompiler
{
    /// <summary>More conditions than this, those of prerequisites and segments included, are refused: an evaluation stays far below a
    /// millisecond.</summary>
    public const int HighestCost = 5000;

    private const int LongestChain = 32;

    private readonly FlagEnvironment _environment;
    private readonly Action<string, string, string> _onMismatch;
    private readonly FlagErrors _errors;
    private readonly long _version;
    private readonly ConditionCompiler _conditions;
    private readonly IReadOnlyList<FeatureFlagDefinition> _definitions;
    private readonly Dictionary<string, FeatureFlagDefinition> _byName;
    private readonly Dictionary<string, CompiledFeatureFlag?> _compiled;
    private readonly List<string> _open = [];

    public SetCompiler(FeatureFlagSet set, FlagEnvironment environment, Action<string, string, string> onMismatch, FlagErrors errors, long version)
    {
        _environment = environment;
        _onMismatch = onMismatch;
        _errors = errors;
        _version = version;
        _conditions = new ConditionCompiler(set, environment, onMismatch, errors);
        _definitions = set.Definitions;
        _byName = new Dictionary<string, FeatureFlagDefinition>(_definitions.Count, StringComparer.OrdinalIgnoreCase);
        _compiled = new Dictionary<string, CompiledFeatureFlag?>(_definitions.Count, StringComparer.OrdinalIgnoreCase);
        foreach (FeatureFlagDefinition definition in _definitions)
            _byName.Add(definition.Name, definition);
    }

    /// <summary>The flags in the order of their definitions; what was reported is left out.</summary>
    public CompiledFeatureFlag[] Compile()
    {
        _conditions.CompileSegments();
        var flags = new List<CompiledFeatureFlag>(_definitions.Count);
        foreach (FeatureFlagDefinition definition in _definitions)
        {
            if (Find(definition) is { } flag)
                flags.Add(flag);
        }

        return [.. flags];
    }

    private CompiledFeatureFlag? Find(FeatureFlagDefinition definition)
    {
        if (_compiled.TryGetValue(definition.Name, out CompiledFeatureFlag? known))
            return known;
        _open.Add(definition.Name);
        CompiledFeatureFlag? flag = CompileFlag(definition);
        _open.RemoveAt(_open.Count - 1);
        return _compiled[definition.Name] = flag;
    }

    private CompiledFeatureFlag? CompileFlag(FeatureFlagDefinition definition)
    {
        int before = _errors.Count;
        CheckVariants(definition);
        CompiledPrerequisite[]? prerequisites = definition.Prerequisites.Count == 0 ? [] : CompilePrerequisites(definition);
        CompiledCondition[]? conditions = definition.Conditions.Count == 0
            ? []
            : _conditions.CompileAll(definition.Conditions, definition, FlagKeys.Of(definition, FlagKeys.ConditionsOf(definition)));
        CompiledCondition[]? rules = definition.Allocation is not { Rules.Count: > 0 } allocation
            ? []
            : _conditions.CompileAll([.. allocation.Rules.Select(r => r.Condition)], definition, FlagKeys.Of(definition, "allocation:rules"));
        if (_errors.Count > before || prerequisites is null || conditions is null || rules is null)
            return null;

        FeatureParameters parameters = definition.Parameters is null
            ? FeatureParameters.Empty
            : new FeatureParameters(definition.Parameters, (parameter, problem) => _onMismatch(definition.Name, parameter, problem));
        var flag = new CompiledFeatureFlag(new FlagParts(definition, parameters, prerequisites, conditions, rules), _environment, _version);
        if (flag.Cost <= HighestCost)
            return flag;
        _errors.Add(
            definition.Origin, definition.Key, "The feature flag asks too many conditions, those of its prerequisites and segments included.",
            $"at most {HighestCost.ToString(CultureInfo.InvariantCulture)}", flag.Cost.ToString(CultureInfo.InvariantCulture));
        return null;
    }

    private CompiledPrerequisite[]? CompilePrerequisites(FeatureFlagDefinition definition)
    {
        int before = _errors.Count;
        var compiled = new List<CompiledPrerequisite>(definition.Prerequisites.Count);
        for (int i = 0; i < definition.Prerequisites.Count; i++)
        {
            FeaturePrerequisite prerequisite = definition.Prerequisites[i];
            string rule = NodeReading.At("prerequisites", i), key = FlagKeys.Of(definition, rule);
            int open = _open.FindIndex(name => name.Equals(prerequisite.Flag, StringComparison.OrdinalIgnoreCase));
            if (!_byName.TryGetValue(prerequisite.Flag, out FeatureFlagDefinition? other))
                _errors.Add(prerequisite.Node, key, $"There is no feature flag '{prerequisite.Flag}'.", didYouMean: Spelling.Nearest(prerequisite.Flag, _byName.Keys));
            else if (open >= 0)
                _errors.Add(prerequisite.Node, key, $"The prerequisites of feature flags go in a circle: {string.Join(" -> ", _open.Skip(open).Append(other.Name))}.");
            else if (_open.Count >= LongestChain)
                _errors.Add(prerequisite.Node, key, $"The prerequisites of feature flags form a chain longer than {LongestChain.ToString(CultureInfo.InvariantCulture)}.");
            else if (prerequisite.Variant is { } variant && !other.Variants.Any(v => v.Name == variant))
                AddMissingVariant(prerequisite.Node, key, other, variant);
            else if (Find(other) is { } flag)
                compiled.Add(new CompiledPrerequisite(prerequisite, flag, rule));
        }

        // A prerequisite that was reported itself leaves a gap here, with no further error.
        return _errors.Count == before && compiled.Count == definition.Prerequisites.Count ? [.. compiled] : null;
    }

    private void CheckVariants(FeatureFlagDefinition definition)
    {
        if (definition.Allocation is not { } allocation)
            return;
        Check(allocation.DefaultWhenEnabled, allocation.Node?.Find("default_when_enabled"), "allocation:default_when_enabled");
        Check(allocation.DefaultWhenDisabled, allocation.Node?.Find("default_when_disabled"), "allocation:default_when_disabled");
        for (int i = 0; i < allocation.Users.Count; i++)
            Check(allocation.Users[i].Variant, allocation.Users[i].Node, NodeReading.At("allocation:user", i));
        for (int i = 0; i < allocation.Groups.Count; i++)
            Check(allocation.Groups[i].Variant, allocation.Groups[i].Node, NodeReading.At("allocation:group", i));
        for (int i = 0; i < allocation.Rules.Count; i++)
            Check(allocation.Rules[i].Variant, allocation.Rules[i].Node, NodeReading.At("allocation:rules", i));
        for (int i = 0; i < allocation.Percentiles.Count; i++)
        {
            VariantPercentile range = allocation.Percentiles[i];
            string rule = NodeReading.At("allocation:percentile", i);
            Check(range.Variant, range.Node, rule);
            if (!(range.From >= 0 && range.From <= range.To && range.To <= 100))
            {
                _errors.Add(
                    range.Node, FlagKeys.Of(definition, rule), "A range of percentiles is not one.", "0 <= from <= to <= 100",
                    string.Create(CultureInfo.InvariantCulture, $"from {range.From} to {range.To}"));
            }
        }

        // Microsoft's documents are taken as they stand; a missing variant is the default there.
        void Check(string? variant, ConfigurationNode? node, string rule)
        {
            if (variant is not null && !definition.Variants.Any(v => v.Name == variant) && !MicrosoftFlagReader.IsKey(definition.Key))
                AddMissingVariant(node ?? allocation.Node, FlagKeys.Of(definition, rule), definition, variant);
        }
    }

    private void AddMissingVariant(ConfigurationNode? node, string key, FeatureFlagDefinition definition, string variant) => _errors.Add(
        node, key, $"The feature flag '{definition.Name}' has no variant '{variant}'.",
        definition.Variants.Count == 0 ? "a variant in 'variants'" : $"one of {string.Join(", ", definition.Variants.Select(v => v.Name))}", $"'{variant}'",
        Spelling.Nearest(variant, definition.Variants.Select(v => v.Name)));
}
