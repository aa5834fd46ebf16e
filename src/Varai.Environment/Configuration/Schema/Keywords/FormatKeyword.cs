using Varai.Configuration.Schema.Formats;

namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>format</c> of a known name; checked only where the schema's dialect or the caller asks for it.</summary>
internal sealed class FormatKeyword(SchemaFormat format, bool asserted) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.String;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        if (!asserted && !run.AssertFormat)
            return true;
        if (run.IsUnknown(node) || format.IsMatch(node.Text!))
            return true;
        return run.Failures is not null && run.Fail(new SchemaFailure("format", node, "has the wrong format")
        {
            Expected = format.Description,
            Found = SchemaWords.Describe(node),
            ShowsValue = true,
        });
    }
}
