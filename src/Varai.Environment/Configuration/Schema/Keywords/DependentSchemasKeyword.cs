namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>dependentSchemas</c>, and the schemas of draft-07's <c>dependencies</c>.</summary>
internal sealed class DependentSchemasKeyword(IReadOnlyList<KeyValuePair<string, SchemaNode>> dependencies) : SchemaKeyword
{
    public override IEnumerable<SchemaNode> InPlace => dependencies.Select(dependency => dependency.Value);

    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Object;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        bool valid = true;
        foreach ((string trigger, SchemaNode schema) in dependencies)
        {
            if (SchemaMember.IndexOf(node, trigger) < 0 || schema.Evaluate(node, run))
                continue;
            valid = false;
            if (run.Failures is null)
                break;
        }

        return valid;
    }
}
