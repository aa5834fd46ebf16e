namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>contains</c> with <c>minContains</c> and <c>maxContains</c>.</summary>
internal sealed class ContainsKeyword(SchemaNode schema, long minimum, long maximum, bool marks) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Array;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        long certain = 0;
        long possible = 0;
        for (int i = 0; i < node.Items.Count; i++)
        {
            SchemaAttempt attempt = run.AttemptItem(schema, node.Items[i]);
            if (!attempt.IsValid)
                continue;
            possible++;
            if (!attempt.IsUncertain)
                certain++;
            if (marks)
                run.Evaluated?.Mark(i);
        }

        if (possible < minimum)
        {
            return run.Failures is not null && run.Fail(new SchemaFailure("contains", node, "has too few items of the kind that must be in it")
            {
                Expected = $"at least {SchemaWords.Count(minimum, "such item")}",
                Found = $"{possible} of {SchemaWords.Count(node.Items.Count, "item")}",
            });
        }

        if (certain > maximum)
        {
            return run.Failures is not null && run.Fail(new SchemaFailure("maxContains", node, "has too many items of one kind")
            {
                Expected = $"at most {SchemaWords.Count(maximum, "such item")}",
                Found = $"{certain} of {SchemaWords.Count(node.Items.Count, "item")}",
            });
        }

        if (certain < minimum || possible > maximum)
            run.SetUncertain();
        return true;
    }
}
