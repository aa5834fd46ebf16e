using System.Globalization;

namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>uniqueItems</c>.</summary>
internal sealed class UniqueItemsKeyword : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Array;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        if (node.Items.Count < 2)
            return true;
        var seen = new Dictionary<ConfigurationNode, int>(node.Items.Count, NodeValues.Comparer);
        bool valid = true;
        for (int i = 0; i < node.Items.Count; i++)
        {
            if (seen.TryAdd(node.Items[i], i))
                continue;
            valid = false;
            if (run.Failures is null)
                break;
            string index = i.ToString(CultureInfo.InvariantCulture);
            run.Fail(
                new SchemaFailure("uniqueItems", node.Items[i], string.Create(
                    CultureInfo.InvariantCulture, $"repeats item {seen[node.Items[i]]}; every item must differ from the others")),
                index);
        }

        return valid;
    }
}
