using System.Globalization;

namespace Varai.Configuration.Schema.Keywords;

/// <summary>The schemas of the first items and that of the rest: <c>prefixItems</c> and <c>items</c>, in draft-07 <c>items</c> and
/// <c>additionalItems</c>.</summary>
internal sealed class ItemsKeyword(SchemaNode[] first, SchemaNode? rest, string restName) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Array;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        bool valid = true;
        IReadOnlyList<ConfigurationNode> items = node.Items;
        int count = rest is null ? Math.Min(first.Length, items.Count) : items.Count;
        for (int i = 0; i < count; i++)
        {
            SchemaNode schema = i < first.Length ? first[i] : rest!;
            bool refused = i >= first.Length && schema.Constant == false && !run.IsExcluded(items[i]);
            if (refused ? Refuse(restName, items[i], i, first.Length, run) : run.Child(schema, items[i], i))
                continue;
            valid = false;
            if (run.Failures is null)
                return false;
        }

        run.Evaluated?.MarkFirst(count);
        return valid;
    }

    /// <summary>Refuses an item that stands after the last one allowed.</summary>
    public static bool Refuse(string keyword, ConfigurationNode item, int index, int allowed, SchemaRun run) =>
        run.Failures is not null && run.Fail(
            new SchemaFailure(keyword, item, "is one item too many") { Expected = $"at most {SchemaWords.Count(allowed, "item")}" },
            index.ToString(CultureInfo.InvariantCulture));
}
