namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>multipleOf</c>, without any rounding.</summary>
internal sealed class MultipleOfKeyword(ExactNumber divisor, string text) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Number;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        if (ExactNumber.TryParse(node.Text!, out ExactNumber number) && number.IsMultipleOf(divisor))
            return true;
        return run.Failures is not null && run.Fail(new SchemaFailure("multipleOf", node, "is no multiple of the step")
        {
            Expected = $"a multiple of {SchemaWords.Shorten(text)}",
            Found = SchemaWords.Describe(node),
            ShowsValue = true,
        });
    }
}
