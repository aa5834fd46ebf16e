namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>if</c> with <c>then</c> and <c>else</c>.</summary>
internal sealed class ConditionalKeyword(SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : SchemaKeyword
{
    public override IEnumerable<SchemaNode> InPlace
    {
        get
        {
            yield return condition;
            if (then is not null)
                yield return then;
            if (otherwise is not null)
                yield return otherwise;
        }
    }

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        SchemaAttempt attempt = run.Attempt(condition, node);
        run.End(attempt, keep: attempt.IsValid);
        if (attempt.IsUncertain)
        {
            run.SetUncertain();
            return true;
        }

        SchemaNode? next = attempt.IsValid ? then : otherwise;
        return next is null || next.Evaluate(node, run);
    }
}
