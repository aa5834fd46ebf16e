using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Varai.Configuration;

namespace Varai.FeatureFlags.Stores;

/// <summary>The flags and segments of a configuration, from which recorded differences are taken back one version at a time.</summary>
/// <remarks>A difference names single values, an array or an empty object being one; so the definitions are kept as a tree of
/// them.</remarks>
internal sealed class RecordedFlags
{
    public const string Flags = "feature_flags";
    public const string Segments = "feature_segments";

    private static readonly string[] Components = [Flags, Segments];

    private readonly Branch _root = new();

    public RecordedFlags(ConfigurationNode root)
    {
        foreach (string component in Components)
        {
            if (root.Find(component) is { } node)
                _root.Children[component] = Read(node);
        }
    }

    /// <summary>Goes back behind some changes.</summary>
    /// <returns>What they were, for whole definitions.</returns>
    public IReadOnlyList<FeatureFlagDifference> TakeBack(IReadOnlyList<ConfigurationDifference> changes)
    {
        (string[] Path, ConfigurationDifference Change)[] own = [.. changes
            .Select(static c => (Path: c.Key.Split(':'), c))
            .Where(static c => Components.Contains(c.Path[0], StringComparer.OrdinalIgnoreCase))];
        if (own.Length == 0)
            return [];
        Dictionary<(bool, string), string> after = Definitions(own.Select(static c => c.Path));

        // What was added goes first: where an empty object got members, the object itself is a value that was removed.
        foreach ((string[] path, ConfigurationDifference change) in own.Where(static c => c.Change.Before is null))
            Remove(_root, path);
        foreach ((string[] path, ConfigurationDifference change) in own.Where(static c => c.Change.Before is not null))
            Set(_root, path, change.Before!);
        Dictionary<(bool, string), string> before = Definitions(own.Select(static c => c.Path));
        return Compare(before, after);
    }

    /// <summary>Goes back to the beginning.</summary>
    public IReadOnlyList<FeatureFlagDifference> TakeBackAll()
    {
        Dictionary<(bool, string), string> after = Definitions(Components.Select(static c => new[] { c }));
        _root.Children.Clear();
        return Compare([], after);
    }

    private static List<FeatureFlagDifference> Compare(Dictionary<(bool IsSegment, string Name), string> before, Dictionary<(bool IsSegment, string Name), string> after) =>
    [
        .. after.Keys.Union(before.Keys)
            .Select(k => new FeatureFlagDifference(k.Name, k.IsSegment, before.GetValueOrDefault(k), after.GetValueOrDefault(k)))
            .Where(static d => d.Before != d.After)
            .OrderBy(static d => d.IsSegment),
    ];

    // The definitions that the paths lead to; a path that ends at a component is that of an empty or missing one.
    private Dictionary<(bool IsSegment, string Name), string> Definitions(IEnumerable<string[]> paths)
    {
        var found = new Dictionary<(bool, string), string>(DefinitionComparer.Instance);
        foreach (string[] path in paths)
        {
            if (!_root.Children.TryGetValue(path[0], out object? component) || component is not Branch definitions)
                continue;
            bool isSegment = path[0].Equals(Segments, StringComparison.OrdinalIgnoreCase);
            foreach ((string name, object value) in path.Length == 1
                ? definitions.Children
                : definitions.Children.Where(c => c.Key.Equals(path[1], StringComparison.OrdinalIgnoreCase)))
            {
                if (value as string != "null")
                    found[(isSegment, name)] = Write(value);
            }
        }

        return found;
    }

    private static object Read(ConfigurationNode node)
    {
        if (node is not { Kind: ConfigurationNodeKind.Object, Members.Count: > 0 })
            return ConfigurationJson.ToJson(node);
        var branch = new Branch();
        foreach (ConfigurationMember member in node.Members)
            branch.Children[member.Name] = Read(member.Value);
        return branch;
    }

    private static void Set(Branch branch, ReadOnlySpan<string> path, string json)
    {
        for (; path.Length > 1; path = path[1..])
        {
            if (!branch.Children.TryGetValue(path[0], out object? child) || child is not Branch next)
                branch.Children[path[0]] = next = new Branch();
            branch = next;
        }

        branch.Children[path[0]] = json;
    }

    private static void Remove(Branch branch, ReadOnlySpan<string> path)
    {
        if (path.Length == 1)
        {
            branch.Children.Remove(path[0]);
        }
        else if (branch.Children.TryGetValue(path[0], out object? child) && child is Branch next)
        {
            Remove(next, path[1..]);
            if (next.Children.Count == 0)
                branch.Children.Remove(path[0]);
        }
    }

    private static string Write(object value)
    {
        if (value is string json)
            return json;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
            Write(value, writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // Sorted, so that equal definitions have one text.
    private static void Write(object value, Utf8JsonWriter writer)
    {
        if (value is not Branch branch)
        {
            // A number of YAML may be none of JSON; it is shown as it was written.
            writer.WriteRawValue((string)value, skipInputValidation: true);
            return;
        }

        writer.WriteStartObject();
        foreach ((string name, object child) in branch.Children.OrderBy(static c => c.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            Write(child, writer);
        }

        writer.WriteEndObject();
    }

    private sealed class Branch
    {
        /// <summary>JSON of a value, or a branch.</summary>
        public Dictionary<string, object> Children { get; } = new(StringComparer.OrdinalIgnoreCase);
    }

    private sealed class DefinitionComparer : IEqualityComparer<(bool IsSegment, string Name)>
    {
        public static DefinitionComparer Instance { get; } = new();

        public bool Equals((bool IsSegment, string Name) x, (bool IsSegment, string Name) y) =>
            x.IsSegment == y.IsSegment && x.Name.Equals(y.Name, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode((bool IsSegment, string Name) obj) =>
            HashCode.Combine(obj.IsSegment, obj.Name.GetHashCode(StringComparison.OrdinalIgnoreCase));
    }
}
