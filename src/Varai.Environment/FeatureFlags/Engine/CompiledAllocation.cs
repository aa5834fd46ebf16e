using System.Collections.Frozen;
using System.Globalization;

namespace Varai.FeatureFlags.Engine;

/// <summary>Who gets which variant of a flag that is on.</summary>
internal sealed class CompiledAllocation
{
    private readonly FrozenDictionary<string, int>? _users;
    private readonly FrozenDictionary<string, int>? _groups;
    private readonly CompiledCondition[] _rules;
    private readonly BucketRange[] _ranges;
    private readonly Bucketer _bucketer;
    private readonly BucketKey _key;
    private readonly FeatureAllocation _allocation;
    private readonly bool _assignsWithoutKey;

    // The decisions of all entries, in the order users, groups, rules, percentiles.
    private readonly FlagDecision[] _decisions;

    public CompiledAllocation(
        FeatureFlagDefinition definition, FeatureAllocation allocation, CompiledCondition[] rules, Func<string?, FlagReason, string, FlagDecision> decide)
    {
        _allocation = allocation;
        _users = Index(allocation.Users);
        _groups = Index(allocation.Groups);
        _rules = rules;
        _ranges = [.. allocation.Percentiles.Select(p => new BucketRange(p.From, p.To, definition.Bucketing))];
        _bucketer = new Bucketer(definition.Bucketing, allocation.Seed ?? "allocation\n" + definition.Name);
        _key = new BucketKey(allocation.By, definition.Bucketing);
        _assignsWithoutKey = allocation.Users.Count + allocation.Groups.Count + rules.Length > 0;
        _decisions =
        [
            .. allocation.Users.Select((u, i) => decide(u.Variant, FlagReason.TargetingMatch, RuleOf("user", i))),
            .. allocation.Groups.Select((g, i) => decide(g.Variant, FlagReason.TargetingMatch, RuleOf("group", i))),
            .. allocation.Rules.Select((r, i) => decide(r.Variant, FlagReason.TargetingMatch, RuleOf("rules", i))),
            .. allocation.Percentiles.Select((p, i) => decide(p.Variant, FlagReason.Split, RuleOf("percentile", i))),
        ];
    }

    /// <summary>Whether it ever names another variant than the defaults.</summary>
    public bool HasEntries => _decisions.Length > 0;

    public int Cost => 1 + (_ranges.Length / 8) + _rules.Sum(r => r.Cost);

    /// <summary>The decision of the entry that has the caller; <see langword="null"/> when none has.</summary>
    public FlagDecision? Find(FlagContext? context)
    {
        if (context is null)
            return null;
        int offset = 0;
        if (_assignsWithoutKey)
        {
            if (_users is not null && context.User is { } user && _users.TryGetValue(user, out int index))
                return _decisions[index];
            offset = _allocation.Users.Count;
            if (_groups is not null && FindGroup(context) is >= 0 and var group)
                return _decisions[offset + group];
            offset += _allocation.Groups.Count;
            for (int i = 0; i < _rules.Length; i++)
            {
                if (_rules[i].Test(context) == FlagVerdict.Yes)
                    return _decisions[offset + i];
            }

            offset += _rules.Length;
        }

        if (_ranges.Length > 0 && _key.TryGetBucket(context, _bucketer, out uint bucket))
        {
            for (int i = 0; i < _ranges.Length; i++)
            {
                if (_ranges[i].Contains(bucket))
                    return _decisions[offset + i];
            }
        }

        return null;
    }

    /// <summary>What each entry says, up to the one that has the caller and after it.</summary>
    public IEnumerable<FlagExplanationStep> Explain(FlagContext? context)
    {
        string who = context is null ? Words.NoContext : Words.User(context);
        for (int i = 0; i < _allocation.Users.Count; i++)
            yield return Step("user", i, context?.User is { } user && _allocation.Users[i].Names.Contains(user), $"users {Words.List(_allocation.Users[i].Names)} get '{_allocation.Users[i].Variant}'; {who}");
        for (int i = 0; i < _allocation.Groups.Count; i++)
        {
            IReadOnlyList<string> names = _allocation.Groups[i].Names;
            bool holds = context is not null && Array.Exists(context.Groups.ToArray(), g => names.Contains(g));
            yield return Step("group", i, holds, $"groups {Words.List(names)} get '{_allocation.Groups[i].Variant}'; {(context is null ? who : $"the user's are {Words.List(context.Groups.ToArray())}")}");
        }

        for (int i = 0; i < _rules.Length; i++)
            yield return new FlagExplanationStep(RuleOf("rules", i), _rules[i].Test(context), $"'{_allocation.Rules[i].Variant}' where {_rules[i].Explain(context)}", IsDecisive: false);
        bool hasBucket = _key.TryGetBucket(context, _bucketer, out uint bucket);
        for (int i = 0; i < _ranges.Length; i++)
        {
            VariantPercentile range = _allocation.Percentiles[i];
            string found = hasBucket
                ? string.Create(CultureInfo.InvariantCulture, $"the percentile is {bucket / (double)uint.MaxValue * 100:0.######}")
                : context is null ? who : $"the attribute '{_allocation.By}' is absent";
            yield return Step("percentile", i, hasBucket && _ranges[i].Contains(bucket), string.Create(CultureInfo.InvariantCulture, $"from {range.From} % to {range.To} % get '{range.Variant}'; {found}"));
        }

        FlagExplanationStep Step(string list, int i, bool holds, string text) => new(
            RuleOf(list, i), context is null ? FlagVerdict.Undecided : holds ? FlagVerdict.Yes : FlagVerdict.No, text, IsDecisive: false);
    }

    private static string RuleOf(string list, int index) => string.Create(CultureInfo.InvariantCulture, $"allocation:{list}:{index}");

    private static FrozenDictionary<string, int>? Index(IReadOnlyList<VariantTargets> targets)
    {
        if (targets.Count == 0)
            return null;
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < targets.Count; i++)
        {
            foreach (string name in targets[i].Names)
                index.TryAdd(name, i);
        }

        return index.ToFrozenDictionary(StringComparer.Ordinal);
    }

    // The first entry in the list that names any group, not the entry of the caller's first group.
    private int FindGroup(FlagContext context)
    {
        int first = -1;
        foreach (string group in context.Groups)
        {
            if (_groups!.TryGetValue(group, out int index) && (first < 0 || index < first))
                first = index;
        }

        return first;
    }
}
