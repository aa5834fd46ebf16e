using Varai.Configuration;
using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>The compiled segments of a snapshot. Immutable.</summary>
internal sealed class SegmentTable
{
    private readonly Dictionary<string, Segment> _segments;

    private SegmentTable(Dictionary<string, Segment> segments)
    {
        _segments = segments;
        Finder = Find;
    }

    /// <summary>A table without segments.</summary>
    public static SegmentTable Empty { get; } = new([]);

    /// <summary>Finds the segment that a node names, as <see cref="Find(ConfigurationNode, FlagKey, FlagErrors)"/>; made once for all rules.</summary>
    public Func<ConfigurationNode, FlagKey, FlagErrors, Segment?> Finder { get; }

    /// <summary>The names of the segments, in the order of their definitions.</summary>
    public IReadOnlyCollection<string> Names => _segments.Keys;

    /// <summary>Compiles segments, each after those that it refers to.</summary>
    /// <param name="segments">The definitions.</param>
    /// <param name="errors">Takes what is wrong, under <c>feature_segments:name</c>.</param>
    /// <returns>The table; segments with errors are in it, and nobody is in them.</returns>
    public static SegmentTable Compile(IReadOnlyList<FeatureSegmentDefinition> segments, FlagErrors errors)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentNullException.ThrowIfNull(errors);
        return segments.Count == 0 ? Empty : new SegmentTable(new SegmentCompiler(segments, errors).Compile());
    }

    /// <summary>A segment by its name, whatever the case; <see langword="null"/> when there is none.</summary>
    public Segment? Find(string name) => _segments.GetValueOrDefault(name);

    /// <summary>The segment that a node names; what is wrong is reported.</summary>
    public Segment? Find(ConfigurationNode node, FlagKey key, FlagErrors errors)
    {
        if (ReadName(node, key, errors) is not { } name)
            return null;
        Segment? segment = Find(name);
        if (segment is null)
            ReportUnknown(name, node, key, _segments.Keys, errors);
        return segment;
    }

    internal static string? ReadName(ConfigurationNode node, FlagKey key, FlagErrors errors)
    {
        if (node is { Kind: ConfigurationNodeKind.String, Text.Length: > 0 })
            return node.Text;
        errors.Report(node.Origin, key, "A segment is referred to by its name.", "a string that is not empty", node.Text is "" ? "an empty string" : FlagErrors.Describe(node));
        return null;
    }

    internal static void ReportUnknown(string name, ConfigurationNode node, FlagKey key, IReadOnlyCollection<string> names, FlagErrors errors) =>
        errors.Report(
            node.Origin, key, $"There is no segment '{name}' in 'feature_segments'.",
            names.Count == 0 ? "a segment that is defined; none is" : null, didYouMean: Spelling.Nearest(name, names));
}
