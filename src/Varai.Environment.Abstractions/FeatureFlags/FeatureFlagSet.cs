using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>All feature flags and segments of an environment at one moment.</summary>
/// <remarks>Immutable; safe from any thread.</remarks>
public sealed class FeatureFlagSet
{
    private const string FlagsMember = "feature_flags";
    private const string SegmentsMember = "feature_segments";

    private readonly Lazy<Dictionary<string, FeatureFlagDefinition>> _flags;
    private readonly Lazy<Dictionary<string, FeatureSegmentDefinition>> _segments;
    private readonly Lazy<string> _version;

    /// <summary>Creates a set.</summary>
    /// <param name="definitions">The flags.</param>
    /// <param name="segments">The segments; <see langword="null"/> for none.</param>
    /// <param name="version">What the store calls this state of the set; an edit can be made to depend on it.</param>
    /// <exception cref="ArgumentException">Two flags or two segments have the same name, whatever its case.</exception>
    public FeatureFlagSet(
        IEnumerable<FeatureFlagDefinition> definitions, IEnumerable<FeatureSegmentDefinition>? segments = null, string version = "")
        : this(definitions, segments, new Lazy<string>(version ?? throw new ArgumentNullException(nameof(version))))
    {
    }

    /// <summary>Creates a set whose version takes work to find out.</summary>
    /// <param name="definitions">The flags.</param>
    /// <param name="segments">The segments; <see langword="null"/> for none.</param>
    /// <param name="version">Finds out what the store calls this state of the set; called once, when it is first asked for.</param>
    /// <exception cref="ArgumentException">Two flags or two segments have the same name, whatever its case.</exception>
    public FeatureFlagSet(
        IEnumerable<FeatureFlagDefinition> definitions, IEnumerable<FeatureSegmentDefinition>? segments, Func<string> version)
        : this(definitions, segments, new Lazy<string>(version ?? throw new ArgumentNullException(nameof(version))))
    {
    }

    private FeatureFlagSet(
        IEnumerable<FeatureFlagDefinition> definitions, IEnumerable<FeatureSegmentDefinition>? segments, Lazy<string> version)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        Definitions = [.. definitions];
        Segments = segments is null ? [] : [.. segments];
        _version = version;
        _flags = new(() => Definitions.ToDictionary(d => d.Name, StringComparer.OrdinalIgnoreCase));
        _segments = new(() => Segments.ToDictionary(s => s.Name, StringComparer.OrdinalIgnoreCase));
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (FeatureFlagDefinition definition in Definitions)
        {
            ArgumentNullException.ThrowIfNull(definition, nameof(definitions));
            if (!names.Add(definition.Name))
                throw new ArgumentException($"The feature flag '{definition.Name}' is defined twice.", nameof(definitions));
        }

        names.Clear();
        foreach (FeatureSegmentDefinition segment in Segments)
        {
            ArgumentNullException.ThrowIfNull(segment, nameof(segments));
            if (!names.Add(segment.Name))
                throw new ArgumentException($"The segment '{segment.Name}' is defined twice.", nameof(segments));
        }
    }

    /// <summary>A set without flags.</summary>
    public static FeatureFlagSet Empty { get; } = new([]);

    /// <summary>The flags, in the order they were given.</summary>
    public IReadOnlyList<FeatureFlagDefinition> Definitions { get; }

    /// <summary>The segments, in the order they were given.</summary>
    public IReadOnlyList<FeatureSegmentDefinition> Segments { get; }

    /// <summary>What the store calls this state of the set; an equal version means equal flags and segments. Empty for a store
    /// without versions.</summary>
    public string Version => _version.Value;

    /// <summary>A flag by its name, whatever its case.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The flag, or <see langword="null"/> when there is none.</returns>
    public FeatureFlagDefinition? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _flags.Value.GetValueOrDefault(name);
    }

    /// <summary>A segment by its name, whatever its case.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The segment, or <see langword="null"/> when there is none.</returns>
    public FeatureSegmentDefinition? FindSegment(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _segments.Value.GetValueOrDefault(name);
    }

    /// <summary>The set as a write leaves it; for stores to call. A definition takes the place of the one of its name, which keeps
    /// its spelling; new ones come last; removing what is not there changes nothing.</summary>
    /// <param name="write">The write; a later entry of the same name wins, and a definition that is JSON <c>null</c> removes.</param>
    /// <param name="version">What the store calls the new state.</param>
    /// <exception cref="ArgumentException">A name is not allowed.</exception>
    public FeatureFlagSet With(FeatureFlagWrite write, string version)
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(version);
        return new FeatureFlagSet(
            Replace(Definitions, static d => d.Name, write.Flags, static (name, node) => new FeatureFlagDefinition(name, node)),
            Replace(Segments, static s => s.Name, write.Segments, static (name, node) => new FeatureSegmentDefinition(name, node)),
            version);
    }

    /// <summary>What differs from an earlier set: first the flags, then the segments, each in this set's order with what was
    /// removed last.</summary>
    /// <param name="earlier">The earlier set.</param>
    public IReadOnlyList<FeatureFlagDifference> GetDifferences(FeatureFlagSet earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var found = new List<FeatureFlagDifference>();
        if (ReferenceEquals(earlier, this))
            return found;
        foreach (FeatureFlagDefinition definition in Definitions)
            Compare(definition.Name, isSegment: false, earlier.Find(definition.Name)?.Node, definition.Node);
        foreach (FeatureFlagDefinition definition in earlier.Definitions.Where(d => Find(d.Name) is null))
            Compare(definition.Name, isSegment: false, definition.Node, after: null);
        foreach (FeatureSegmentDefinition segment in Segments)
            Compare(segment.Name, isSegment: true, earlier.FindSegment(segment.Name)?.Node, segment.Node);
        foreach (FeatureSegmentDefinition segment in earlier.Segments.Where(s => FindSegment(s.Name) is null))
            Compare(segment.Name, isSegment: true, segment.Node, after: null);
        return found;

        void Compare(string name, bool isSegment, ConfigurationNode? before, ConfigurationNode? after)
        {
            if (before is null || after is null || !before.HasSameValues(after))
                found.Add(new FeatureFlagDifference(name, isSegment, ToJson(before), ToJson(after)));
        }

        static string? ToJson(ConfigurationNode? node) => node is null ? null : ConfigurationJson.ToJson(node);
    }

    /// <summary>The set as one document, <c>{ "feature_flags": { name: definition }, "feature_segments": { ... } }</c>, which
    /// <see cref="FromNode"/> reads; a set without segments has no such member.</summary>
    /// <exception cref="InvalidOperationException">A flag is written in Microsoft's schema, which has another form.</exception>
    public ConfigurationNode ToNode()
    {
        if (Definitions.FirstOrDefault(static d => d.Schema != FeatureFlagSchema.Varai) is { } foreign)
            throw new InvalidOperationException($"The feature flag '{foreign.Name}' is written in Microsoft's schema; it has no form in ours.");
        var flags = new ConfigurationMember(
            FlagsMember, ConfigurationNode.Object([.. Definitions.Select(static d => new ConfigurationMember(d.Name, d.Node))]));
        return Segments.Count == 0
            ? ConfigurationNode.Object([flags])
            : ConfigurationNode.Object(
            [
                flags,
                new ConfigurationMember(
                    SegmentsMember, ConfigurationNode.Object([.. Segments.Select(static s => new ConfigurationMember(s.Name, s.Node))])),
            ]);
    }

    /// <summary>Reads what <see cref="ToNode"/> makes. What the definitions mean is checked when they are compiled or edited, not
    /// here; a definition that is <c>null</c> counts as not there, and other members of the document are left alone.</summary>
    /// <param name="root">The document, mostly from <see cref="ConfigurationJson"/>.</param>
    /// <param name="version">What the store calls this state of the set.</param>
    /// <exception cref="ConfigurationException">The document has another form, or a name is not allowed.</exception>
    public static FeatureFlagSet FromNode(ConfigurationNode root, string version = "")
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(version);
        var errors = new List<ConfigurationError>();
        FeatureFlagDefinition[] definitions = [.. Read(FlagsMember).Select(static m => new FeatureFlagDefinition(m.Name, m.Value) { Origin = m.NameOrigin })];
        FeatureSegmentDefinition[] segments = [.. Read(SegmentsMember).Select(static m => new FeatureSegmentDefinition(m.Name, m.Value))];
        return errors.Count == 0
            ? new FeatureFlagSet(definitions, segments, version)
            : throw new ConfigurationException("The feature flags can't be read.", errors);

        List<ConfigurationMember> Read(string name)
        {
            var members = new List<ConfigurationMember>();
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            if (root.Find(name) is not { Kind: not ConfigurationNodeKind.Null } node)
                return members;
            if (node.Kind != ConfigurationNodeKind.Object)
                Report(node.Origin, name, $"They are no object of names with their definitions but {node.Kind}.");
            foreach (ConfigurationMember member in node.Members)
            {
                string key = $"{name}:{member.Name}";
                if (FeatureFlagDefinition.FindNameProblem(member.Name) is { } problem)
                    Report(member.NameOrigin, key, $"The name {problem}.");
                else if (!names.Add(member.Name))
                    Report(member.NameOrigin, key, "The name stands twice; names that differ only in case are the same.");
                else if (member.Value.Kind != ConfigurationNodeKind.Null)
                    members.Add(member);
            }

            return members;
        }

        void Report(ConfigurationOrigin origin, string key, string message) =>
            errors.Add(new ConfigurationError(message, origin, key) { Check = FlagsMember });
    }

    private static List<T> Replace<T>(
        IReadOnlyList<T> present,
        Func<T, string> nameOf,
        IReadOnlyList<KeyValuePair<string, ConfigurationNode?>> changes,
        Func<string, ConfigurationNode, T> create)
    {
        if (changes.Count == 0)
            return [.. present];
        var latest = new Dictionary<string, ConfigurationNode?>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, ConfigurationNode? node) in changes)
            latest[name] = node is { Kind: ConfigurationNodeKind.Null } ? null : node;
        var result = new List<T>(present.Count + latest.Count);
        foreach (T item in present)
        {
            if (!latest.Remove(nameOf(item), out ConfigurationNode? node))
                result.Add(item);
            else if (node is not null)
                result.Add(create(nameOf(item), node));
        }

        // In the order of the write, not of the dictionary.
        foreach ((string name, _) in changes)
        {
            if (latest.Remove(name, out ConfigurationNode? node) && node is not null)
                result.Add(create(name, node));
        }

        return result;
    }
}
