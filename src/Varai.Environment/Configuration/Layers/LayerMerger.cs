namespace Varai.Configuration.Layers;

/// <summary>Lays one document over another: objects merge by key, everything else is replaced; arrays named by the user
/// merge item by item on a member that identifies them.</summary>
internal sealed class LayerMerger(IReadOnlyDictionary<string, string> mergeArraysBy, List<ConfigurationError> errors)
{
    public ConfigurationNode Merge(ConfigurationNode lower, ConfigurationNode upper) => Merge(lower, upper, key: "");

    private ConfigurationNode Merge(ConfigurationNode lower, ConfigurationNode upper, string key)
    {
        if (lower.Kind == ConfigurationNodeKind.Object && upper.Kind == ConfigurationNodeKind.Object)
            return MergeObjects(lower, upper, key);
        if (lower.Kind == ConfigurationNodeKind.Array && upper.Kind == ConfigurationNodeKind.Array
            && mergeArraysBy.TryGetValue(key, out string? identity))
        {
            return MergeArrays(lower, upper, key, identity);
        }

        return upper;
    }

    private ConfigurationNode MergeObjects(ConfigurationNode lower, ConfigurationNode upper, string key)
    {
        if (upper.Members.Count == 0 && lower.Members.Count > 0)
            return lower;

        var members = new List<ConfigurationMember>(lower.Members.Count + upper.Members.Count);
        foreach (ConfigurationMember member in lower.Members)
        {
            int index = upper.IndexOf(member.Name);
            if (index < 0)
            {
                members.Add(member);
                continue;
            }

            ConfigurationMember over = upper.Members[index];
            ConfigurationNode merged = Merge(member.Value, over.Value, Join(key, member.Name));
            members.Add(ReferenceEquals(merged, member.Value) ? member : over with { Value = merged });
        }

        foreach (ConfigurationMember member in upper.Members)
        {
            if (lower.IndexOf(member.Name) < 0)
                members.Add(member);
        }

        return ConfigurationNode.Object([.. members], upper.File, upper.Start, upper.Length);
    }

    private ConfigurationNode MergeArrays(ConfigurationNode lower, ConfigurationNode upper, string key, string identity)
    {
        var items = new List<ConfigurationNode>(lower.Items.Count + upper.Items.Count);
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!Collect(lower, key, identity, (item, id) =>
        {
            positions.Add(id, items.Count);
            items.Add(item);
        }))
        {
            return upper;
        }

        bool whole = Collect(upper, key, identity, (item, id) =>
        {
            if (positions.TryGetValue(id, out int at))
                items[at] = Merge(items[at], item, $"{key}:{id}");
            else
                items.Add(item);
        });
        return whole ? ConfigurationNode.Array([.. items], upper.File, upper.Start, upper.Length) : upper;
    }

    private bool Collect(ConfigurationNode array, string key, string identity, Action<ConfigurationNode, string> add)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        bool whole = true;
        for (int i = 0; i < array.Items.Count; i++)
        {
            ConfigurationNode item = array.Items[i];
            string? id = item.Find(identity)?.Text;
            if (id is not null && seen.Add(id))
            {
                add(item, id);
                continue;
            }

            whole = false;
            errors.Add(new ConfigurationError(
                id is null
                    ? $"This array is merged by '{identity}', and this item has none."
                    : $"This array is merged by '{identity}', and two items of one file have the same.",
                item.Origin,
                Join(key, i.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            {
                Check = "merge",
            });
        }

        return whole;
    }

    private static string Join(string key, string name) => key.Length == 0 ? name : $"{key}:{name}";
}
