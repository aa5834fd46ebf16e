using System.Collections.Frozen;
using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>A compiled segment. It is immutable once its table is compiled.</summary>
internal sealed class Segment(string name)
{
    private FrozenSet<string> _users = [];
    private FrozenSet<string> _groups = [];
    private FrozenSet<string> _excludedUsers = [];
    private FrozenSet<string> _excludedGroups = [];
    private MatchRule? _match;

    public string Name { get; } = name;

    /// <summary>What it costs at most, as <see cref="MatchRule.Cost"/>.</summary>
    public int Cost { get; private set; } = 1;

    public void Complete(
        IEnumerable<string> users, IEnumerable<string> groups, IEnumerable<string> excludedUsers, IEnumerable<string> excludedGroups,
        MatchRule? match)
    {
        _users = users.ToFrozenSet();
        _groups = groups.ToFrozenSet();
        _excludedUsers = excludedUsers.ToFrozenSet();
        _excludedGroups = excludedGroups.ToFrozenSet();
        _match = match;
        Cost = Math.Min(MatchRule.HighestCost, 1 + (match?.Cost ?? 0));
    }

    /// <summary>Whether the query's context, which there is, is in it.</summary>
    public MatchOutcome Evaluate(ref FlagQuery query)
    {
        FlagContext context = query.Context!;
        string? user = context.TargetingKey;
        if ((user is not null && _excludedUsers.Contains(user)) || Find(_excludedGroups, context) is not null)
            return MatchOutcome.NotMet;
        if ((user is not null && _users.Contains(user)) || Find(_groups, context) is not null)
            return MatchOutcome.Met;
        return _match?.Evaluate(ref query) ?? MatchOutcome.NotMet;
    }

    /// <summary>Adds to an explanation whether the context is in it, and why.</summary>
    public void Explain(ref FlagQuery query, FlagTrace trace, string rule)
    {
        MatchOutcome outcome = Evaluate(ref query);
        trace.Add(rule, outcome.ToStep(), Describe(ref query, outcome));
        if (_match is null)
            return;
        trace.Enter();
        _match.Explain(ref query, trace, $"segment {Name}", "");
        trace.Leave();
    }

    private static string? Find(FrozenSet<string> names, FlagContext context)
    {
        if (names.Count == 0)
            return null;
        foreach (string group in context.GroupSpan)
        {
            if (names.Contains(group))
                return group;
        }

        return null;
    }

    private string Describe(ref FlagQuery query, MatchOutcome outcome)
    {
        FlagContext context = query.Context!;
        string? user = context.TargetingKey;
        if (user is not null && _excludedUsers.Contains(user))
            return $"not in segment '{Name}': the user {ClauseText.Quote(user)} is excluded";
        if (Find(_excludedGroups, context) is { } excluded)
            return $"not in segment '{Name}': the group {ClauseText.Quote(excluded)} is excluded";
        if (user is not null && _users.Contains(user))
            return $"in segment '{Name}': the user {ClauseText.Quote(user)} is one of its users";
        if (Find(_groups, context) is { } group)
            return $"in segment '{Name}': the group {ClauseText.Quote(group)} is one of its groups";
        string rule = outcome switch
        {
            MatchOutcome.Met => "its rule is met",
            MatchOutcome.Unknown => "whether its rule is met can't be told, which counts as not met",
            _ when _match is null => "neither the user nor a group is listed",
            _ => "neither the user nor a group is listed, and its rule is not met",
        };
        return outcome == MatchOutcome.Unknown
            ? $"{rule} (segment '{Name}')"
            : $"{(outcome == MatchOutcome.Met ? "in" : "not in")} segment '{Name}': {rule}";
    }
}
