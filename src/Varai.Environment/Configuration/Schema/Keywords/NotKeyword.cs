namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>not</c>.</summary>
internal sealed class NotKeyword(SchemaNode schema) : SchemaKeyword
{
    public override IEnumerable<SchemaNode> InPlace => [schema];

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        SchemaAttempt attempt = run.Attempt(schema, node);
        run.End(attempt, keep: false);
        if (!attempt.IsValid)
            return true;
        if (attempt.IsUncertain)
        {
            run.SetUncertain();
            return true;
        }

        if (run.Failures is null)
            return false;
        EnumKeyword? values = schema.Keywords.Count == 1 ? schema.Keywords[0] as EnumKeyword : null;
        return run.Fail(new SchemaFailure("not", node, "is what the schema forbids under 'not'")
        {
            Expected = values is null ? null : $"anything but {SchemaWords.Values(values.Values)}",
            Found = SchemaWords.Describe(node),
            ShowsValue = true,
        });
    }
}
