namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>minItems</c>, <c>maxItems</c>, <c>minProperties</c> or <c>maxProperties</c>.</summary>
internal sealed class CountKeyword(string name, long limit, bool isMinimum, bool ofItems) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) =>
        kind == (ofItems ? ConfigurationNodeKind.Array : ConfigurationNodeKind.Object);

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        int count = ofItems ? node.Items.Count : node.Members.Count;
        if (isMinimum ? count >= limit : count <= limit)
            return true;
        if (run.Failures is null)
            return false;
        string what = ofItems ? "item" : "key";
        return run.Fail(new SchemaFailure(name, node, $"has too {(isMinimum ? "few" : "many")} {what}s")
        {
            Expected = $"at {(isMinimum ? "least" : "most")} {SchemaWords.Count(limit, what)}",
            Found = SchemaWords.Count(count, what),
        });
    }
}
