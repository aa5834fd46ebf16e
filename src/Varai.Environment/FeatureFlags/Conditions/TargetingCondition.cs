using System.Globalization;
using Varai.Configuration;
using Varai.FeatureFlags.Bucketing;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Conditions;

/// <summary>The filter <c>Microsoft.Targeting</c>: users by name, groups by name and percentage, and a percentage of everybody.</summary>
/// <remarks>The order, the comparison (ordinal, case-sensitive) and the buckets are those of Microsoft.FeatureManagement. Without a
/// context it is not met; theirs skips the filter then, so that a flag with requirement type <c>All</c> is on for everybody.</remarks>
internal sealed class TargetingCondition : FlagCondition
{
    // Up to here comparing the groups' names one by one is faster than hashing.
    private const int LongestList = 6;

    private readonly NameSet _excludedUsers;
    private readonly NameSet _excludedGroups;
    private readonly NameSet _users;
    private readonly TargetingGroup[] _groups;
    private readonly Dictionary<string, TargetingGroup>? _groupsByName;
    private readonly byte[] _suffix;
    private readonly BucketRange _range;
    private readonly double _percentage;
    private readonly string _rule;

    // Made when they are first told: few of a thousand flags are ever asked, and two threads that make one make the same.
    private string? _userDecision;
    private string? _defaultDecision;

    private TargetingCondition(
        ConditionSource source, NameSet excludedUsers, NameSet excludedGroups, NameSet users, TargetingGroup[] groups, double percentage)
    {
        _rule = source.Rule;
        _excludedUsers = excludedUsers;
        _excludedGroups = excludedGroups;
        _users = users;
        _groups = groups;
        if (groups.Length > LongestList)
        {
            // Of two groups with the same name the first counts.
            _groupsByName = new Dictionary<string, TargetingGroup>(groups.Length, StringComparer.Ordinal);
            foreach (TargetingGroup group in groups)
                _groupsByName.TryAdd(group.Name, group);
        }

        _suffix = MicrosoftBucket.Suffix(source.Flag);
        _range = new BucketRange(0, percentage);
        _percentage = percentage;
    }

    private string UserDecision => _userDecision ??= $"{_rule}: user";

    private string DefaultDecision => _defaultDecision ??= $"{_rule}: default rollout of {ConditionParameters.Percent(_percentage)}";

    public static FlagCondition? Compile(ConditionSource source)
    {
        ConfigurationNode? audience = source.Find("Audience");
        if (ConditionParameters.IsNoObject(audience))
        {
            source.Report(audience, "Audience", "Audience is missing.", "an object with Users, Groups and DefaultRolloutPercentage", "nothing");
            return null;
        }

        if (!ConditionParameters.IsObject(source, audience, "Audience"))
            return null;

        ConfigurationNode? exclusion = ConditionParameters.Member(audience, "Exclusion");
        bool sound = exclusion is null || ConditionParameters.IsObject(source, exclusion, "Audience:Exclusion");
        sound &= ConditionParameters.TryReadNames(
            source, ConditionParameters.Member(exclusion, "Users"), "Audience:Exclusion:Users", out NameSet excludedUsers);
        sound &= ConditionParameters.TryReadNames(
            source, ConditionParameters.Member(exclusion, "Groups"), "Audience:Exclusion:Groups", out NameSet excludedGroups);
        sound &= ConditionParameters.TryReadNames(source, ConditionParameters.Member(audience, "Users"), "Audience:Users", out NameSet users);
        sound &= TryReadGroups(source, ConditionParameters.Member(audience, "Groups"), out TargetingGroup[] groups);
        sound &= ConditionParameters.TryReadPercentage(
            source, ConditionParameters.Member(audience, "DefaultRolloutPercentage"), "Audience:DefaultRolloutPercentage", 0, out double percentage);
        return sound ? new TargetingCondition(source, excludedUsers, excludedGroups, users, groups, percentage) : null;
    }

    public override FlagReach Reach => _range.IsFull && _excludedUsers.Count + _excludedGroups.Count == 0 ? FlagReach.Everybody : FlagReach.Some;

    public override bool IsMet(ref FlagQuery query)
    {
        FlagTrace? trace = query.Trace;
        if (query.Context is not { } context)
        {
            trace?.Add(_rule, outcome: false, "there is no context to target");
            return false;
        }

        string? user = context.TargetingKey;
        ReadOnlySpan<string> groups = context.GroupSpan;
        if (IsExcluded(user, groups, trace))
            return false;

        if (user is not null && _users.Contains(user))
        {
            query.Decide(FlagReason.TargetingMatch, UserDecision);
            trace?.Add(UserDecision, outcome: true, $"{user} is one of the users");
            return true;
        }

        if (trace is not null && _users.Count > 0)
            trace.Add(UserDecision, outcome: false, $"{user ?? "nobody"} is none of the users");

        if (_groups.Length > 0)
        {
            foreach (string name in groups)
            {
                if (FindGroup(name) is not { } group)
                {
                    trace?.Add($"{_rule}: group {name}", outcome: false, "it is none of the groups");
                }
                else if (group.Contains(user, trace))
                {
                    query.Decide(group.Reason, group.Decision);
                    return true;
                }
            }

            if (groups.IsEmpty)
                trace?.Add($"{_rule}: groups", outcome: false, "the context has no groups");
        }

        uint bucket = _range.IsFull || _range.IsEmpty ? 0 : MicrosoftBucket.Of(user, _suffix);
        bool met = _range.Contains(bucket);
        if (met)
            query.Decide(FlagReason.Split, DefaultDecision);
        trace?.Add(DefaultDecision, met, ConditionParameters.Compare(_range, bucket, _percentage, met));
        return met;
    }

    private bool IsExcluded(string? user, ReadOnlySpan<string> groups, FlagTrace? trace)
    {
        if (user is not null && _excludedUsers.Contains(user))
        {
            trace?.Add($"{_rule}: exclusion", outcome: false, $"{user} is one of the excluded users");
            return true;
        }

        if (_excludedGroups.FirstOf(groups) is { } group)
        {
            trace?.Add($"{_rule}: exclusion", outcome: false, $"{group} is one of the excluded groups");
            return true;
        }

        if (trace is not null && _excludedUsers.Count + _excludedGroups.Count > 0)
            trace.Add($"{_rule}: exclusion", outcome: null, $"{user ?? "nobody"} is not excluded");
        return false;
    }

    private TargetingGroup? FindGroup(string name)
    {
        if (_groupsByName is not null)
            return _groupsByName.GetValueOrDefault(name);
        foreach (TargetingGroup group in _groups)
        {
            if (string.Equals(group.Name, name, StringComparison.Ordinal))
                return group;
        }

        return null;
    }

    private static bool TryReadGroups(ConditionSource source, ConfigurationNode? node, out TargetingGroup[] groups)
    {
        groups = [];
        if (ConditionParameters.IsNoList(node))
            return true;
        if (node.Kind != ConfigurationNodeKind.Array)
        {
            source.Report(node, "Audience:Groups", "Groups is no list.", "an array of objects with Name and RolloutPercentage", FlagErrors.Describe(node));
            return false;
        }

        bool sound = true;
        ReadOnlySpan<ConfigurationNode> items = node.ItemSpan();
        groups = new TargetingGroup[items.Length];
        for (int i = 0; i < groups.Length; i++)
        {
            ConfigurationNode item = items[i];
            if (item.Kind != ConfigurationNodeKind.Object)
            {
                source.Report(item, Key(i), "A group is no object.", "an object with Name and RolloutPercentage", FlagErrors.Describe(item));
                sound = false;
                continue;
            }

            ConfigurationNode? nameNode = ConditionParameters.Member(item, "Name");
            string? name = ConditionParameters.Text(nameNode);
            if (name is null)
            {
                source.Report(
                    nameNode ?? item, $"{Key(i)}:Name", nameNode is null ? "A group has no name." : "The name of a group is no string.",
                    "the group's name", nameNode is null ? "nothing" : FlagErrors.Describe(nameNode));
                sound = false;
            }

            ConfigurationNode? share = ConditionParameters.Member(item, "RolloutPercentage");
            sound &= ConditionParameters.TryParsePercentage(share, 0, out double percentage)
                || ConditionParameters.TryReadPercentage(source, share, $"{Key(i)}:RolloutPercentage", 0, out percentage);
            if (sound)
                groups[i] = new TargetingGroup(source.Rule, source.Flag, name!, percentage);
        }

        return sound;

        static string Key(int index) => string.Create(CultureInfo.InvariantCulture, $"Audience:Groups:{index}");
    }
}
