namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>anyOf</c> or <c>oneOf</c>.</summary>
internal sealed class AlternativesKeyword(SchemaNode[] schemas, bool exactlyOne) : SchemaKeyword
{
    private readonly string _name = exactlyOne ? "oneOf" : "anyOf";

    public override IEnumerable<SchemaNode> InPlace => schemas;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        List<int>? passed = run.Failures is null ? null : [];
        List<SchemaAttempt>? failed = run.Failures is null ? null : [];
        int certain = 0;
        int uncertain = 0;
        for (int i = 0; i < schemas.Length; i++)
        {
            SchemaAttempt attempt = run.Attempt(schemas[i], node);
            if (!attempt.IsValid && failed is not null)
            {
                failed.Add(attempt);
                continue;
            }

            run.End(attempt, keep: attempt.IsValid);
            if (!attempt.IsValid)
                continue;
            passed?.Add(i + 1);
            if (attempt.IsUncertain)
                uncertain++;
            else
                certain++;

            // With marks to gather or a report to write, every alternative counts.
            if (run.Failures is null && (exactlyOne ? certain > 1 : certain > 0 && run.Evaluated is null))
                break;
        }

        int? nearest = certain + uncertain == 0 && failed is not null ? NearestAlternative.Report(_name, node, failed, run) : null;
        for (int i = 0; i < failed?.Count; i++)
            run.End(failed[i], keep: i == nearest);
        if (certain + uncertain == 0)
            return false;

        if (exactlyOne && certain > 1)
            return run.Failures is not null && run.Fail(new SchemaFailure(_name, node, "matches more than one alternative")
            {
                Expected = "exactly one",
                Found = $"alternatives {string.Join(" and ", passed!)} of {schemas.Length}",
            });
        if (certain == 0 || (exactlyOne && uncertain > 0))
            run.SetUncertain();
        return true;
    }
}
