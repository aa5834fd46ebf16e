namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>$ref</c>.</summary>
internal sealed class RefKeyword(SchemaNode target) : SchemaKeyword
{
    public override IEnumerable<SchemaNode> InPlace => [target];

    public override bool Evaluate(ConfigurationNode node, SchemaRun run) => target.Evaluate(node, run);
}
