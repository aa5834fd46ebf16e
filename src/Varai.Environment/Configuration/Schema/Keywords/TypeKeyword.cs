namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>type</c>.</summary>
internal sealed class TypeKeyword(SchemaTypes types) : SchemaKeyword
{
    // Kinds that pass whatever the value is need no check at all.
    public override bool Concerns(ConfigurationNodeKind kind) => kind switch
    {
        ConfigurationNodeKind.Null => !Has(SchemaTypes.Null),
        ConfigurationNodeKind.Boolean => !Has(SchemaTypes.Boolean),
        ConfigurationNodeKind.Number => !Has(SchemaTypes.Number),
        ConfigurationNodeKind.String => !Has(SchemaTypes.String),
        ConfigurationNodeKind.Array => !Has(SchemaTypes.Array),
        _ => !Has(SchemaTypes.Object),
    };

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        if (node.Kind == ConfigurationNodeKind.Number && Has(SchemaTypes.Integer) && IsInteger(node.Text!))
            return true;
        if ((types & SchemaTypes.Scalar) != 0 && run.IsUnknownScalar(node))
            return true;
        if (run.Failures is null)
            return false;
        return run.Fail(new SchemaFailure("type", node, "has the wrong type")
        {
            Expected = SchemaWords.Types(types),
            Found = SchemaWords.Describe(node),
            ShowsValue = true,
            Types = types,
        });
    }

    private static bool IsInteger(string text) =>
        text.AsSpan().IndexOfAny(".eE") < 0 || (ExactNumber.TryParse(text, out ExactNumber number) && number.IsInteger);

    private bool Has(SchemaTypes type) => (types & type) != 0;
}
