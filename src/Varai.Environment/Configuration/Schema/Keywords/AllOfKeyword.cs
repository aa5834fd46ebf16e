namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>allOf</c>.</summary>
internal sealed class AllOfKeyword(SchemaNode[] schemas) : SchemaKeyword
{
    public override IEnumerable<SchemaNode> InPlace => schemas;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        bool valid = true;
        foreach (SchemaNode schema in schemas)
        {
            if (schema.Evaluate(node, run))
                continue;
            valid = false;
            if (run.Failures is null)
                break;
        }

        return valid;
    }
}
