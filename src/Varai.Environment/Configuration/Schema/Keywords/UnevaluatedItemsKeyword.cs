namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>unevaluatedItems</c>; checked after all other keywords of its schema.</summary>
internal sealed class UnevaluatedItemsKeyword(SchemaNode schema) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Array;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        bool valid = true;
        EvaluatedChildren evaluated = run.Evaluated!;
        int allowed = 0;
        for (int i = 0; i < node.Items.Count; i++)
        {
            if (evaluated[i])
            {
                allowed++;
                continue;
            }

            evaluated.Mark(i);
            bool refused = schema.Constant == false && !run.IsExcluded(node.Items[i]);
            if (refused ? ItemsKeyword.Refuse("unevaluatedItems", node.Items[i], i, allowed, run) : run.Child(schema, node.Items[i], i))
                continue;
            valid = false;
            if (run.Failures is null)
                return false;
        }

        return valid;
    }
}
