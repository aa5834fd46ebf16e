using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Compiles the segments of one table.</summary>
internal sealed class SegmentCompiler
{
    /// <summary>The most segments that may refer to each other in a row.</summary>
    public const int LongestChain = 16;

    private const string Component = "feature_segments";
    private const string Description = "description";
    private const string Users = "users";
    private const string Groups = "groups";
    private const string ExcludedUsers = "excluded_users";
    private const string ExcludedGroups = "excluded_groups";
    private const string Match = "match";

    private static readonly string[] Members = [Description, Users, Groups, ExcludedUsers, ExcludedGroups, Match];

    private readonly FlagErrors _errors;
    private readonly MatchRuleCompiler _rules;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Entry> _underWay = [];

    public SegmentCompiler(IReadOnlyList<FeatureSegmentDefinition> segments, FlagErrors errors)
    {
        _errors = errors;
        _rules = new MatchRuleCompiler(errors, Resolve);
        foreach (FeatureSegmentDefinition definition in segments)
        {
            if (!_entries.TryAdd(definition.Name, new Entry(definition)))
                errors.Report(definition.Origin, $"{Component}:{definition.Name}", $"There are two segments '{definition.Name}'; names that differ only in case are the same.");
        }
    }

    public Dictionary<string, Segment> Compile()
    {
        foreach (Entry entry in _entries.Values)
            Compile(entry);
        return _entries.Values.ToDictionary(entry => entry.Segment.Name, entry => entry.Segment, StringComparer.OrdinalIgnoreCase);
    }

    private void Compile(Entry entry)
    {
        if (entry.IsDone)
            return;
        _underWay.Add(entry);
        CompileDefinition(entry.Segment, entry.Definition.Node, new FlagKey(Component).Of(entry.Segment.Name));
        _underWay.RemoveAt(_underWay.Count - 1);
        entry.IsDone = true;
        if (_underWay.Count > 0)
            _underWay[^1].Chain = Math.Max(_underWay[^1].Chain, entry.Chain + 1);
    }

    // The segment that a rule of the segment under way refers to.
    private Segment? Resolve(ConfigurationNode node, FlagKey key, FlagErrors errors)
    {
        if (SegmentTable.ReadName(node, key, errors) is not { } name)
            return null;
        if (!_entries.TryGetValue(name, out Entry? entry))
        {
            SegmentTable.ReportUnknown(name, node, key, [.. _entries.Values.Select(one => one.Segment.Name)], errors);
            return null;
        }

        int index = _underWay.IndexOf(entry);
        if (index >= 0)
        {
            string path = string.Join(" -> ", _underWay.Skip(index).Append(entry).Select(one => one.Segment.Name));
            errors.Report(node.Origin, key, $"The segment refers to itself: {path}.");
            return null;
        }

        Entry from = _underWay[^1];
        if (_underWay.Count >= LongestChain)
        {
            ReportChain(node, key);
            return null;
        }

        Compile(entry);
        from.Chain = Math.Max(from.Chain, entry.Chain + 1);
        if (from.Chain > LongestChain)
        {
            from.Chain = LongestChain;
            ReportChain(node, key);
            return null;
        }

        return entry.Segment;
    }

    private void ReportChain(ConfigurationNode node, FlagKey key) =>
        _errors.Report(node.Origin, key, $"More than {LongestChain} segments refer to each other in a row.");

    private void CompileDefinition(Segment segment, ConfigurationNode node, FlagKey key)
    {
        if (node.Kind != ConfigurationNodeKind.Object)
        {
            _errors.Report(node.Origin, key, "A segment is an object.", $"an object with at least one of '{Users}', '{Groups}' and '{Match}'", FlagErrors.Describe(node));
            return;
        }

        int before = _errors.Count;
        foreach (ConfigurationMember member in node.MemberSpan())
        {
            if (FlagMembers.FindName(Members, member.Name) is null)
            {
                _errors.Report(
                    member.NameOrigin, $"{key}:{member.Name}", $"A segment has no member '{member.Name}'.",
                    $"one of {string.Join(", ", Members)}", didYouMean: Spelling.Nearest(member.Name, Members));
            }
        }

        if (Find(node, Description) is { Kind: not ConfigurationNodeKind.String } description)
            _errors.Report(description.Origin, $"{key}:{Description}", "A description is text.", "a string", FlagErrors.Describe(description));
        if (Find(node, Users) is null && Find(node, Groups) is null && Find(node, Match) is null)
            _errors.Report(node.Origin, key, "The segment says nobody who is in it.", $"at least one of '{Users}', '{Groups}' and '{Match}'");

        List<string> users = ReadNames(node, key, Users);
        List<string> groups = ReadNames(node, key, Groups);
        List<string> excludedUsers = ReadNames(node, key, ExcludedUsers);
        List<string> excludedGroups = ReadNames(node, key, ExcludedGroups);
        MatchRule? rule = Find(node, Match) is { } match ? _rules.Compile(match, key.Of(Match), name: null) : null;
        if (_errors.Count == before)
            segment.Complete(users, groups, excludedUsers, excludedGroups, rule);
    }

    private List<string> ReadNames(ConfigurationNode node, FlagKey key, string name)
    {
        if (Find(node, name) is not { } list)
            return [];
        key = key.Of(name);
        if (list.Kind != ConfigurationNodeKind.Array)
        {
            _errors.Report(list.Origin, key, $"'{name}' is a list of names.", "an array of strings", FlagErrors.Describe(list));
            return [];
        }

        var names = new List<string>(list.Items.Count);
        for (int i = 0; i < list.Items.Count; i++)
        {
            ConfigurationNode item = list.Items[i];
            if (item.Kind == ConfigurationNodeKind.String)
                names.Add(item.Text!);
            else
                _errors.Report(item.Origin, $"{key}:{i}", "A name is text.", "a string", FlagErrors.Describe(item));
        }

        return names;
    }

    private static ConfigurationNode? Find(ConfigurationNode node, string name) =>
        node.Find(name) is { Kind: not ConfigurationNodeKind.Null } found ? found : null;

    private sealed class Entry(FeatureSegmentDefinition definition)
    {
        public FeatureSegmentDefinition Definition { get; } = definition;

        public Segment Segment { get; } = new(definition.Name);

        /// <summary>How many segments refer to each other from here, this one included.</summary>
        public int Chain { get; set; } = 1;

        public bool IsDone { get; set; }
    }
}
