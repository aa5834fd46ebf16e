namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>pattern</c>.</summary>
internal sealed class PatternKeyword(SchemaPattern pattern) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.String;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        if (run.IsUnknown(node))
            return true;
        bool? match = run.Matches(pattern, node.Text!);
        if (match == true)
            return true;
        return run.Failures is not null && run.Fail(new SchemaFailure("pattern", node, match is null ? TooSlow : "does not match the pattern")
        {
            Expected = $"a match of /{pattern.Source}/",
            Found = SchemaWords.Describe(node),
            ShowsValue = true,
        });
    }

    public static string TooSlow { get; } =
        $"the pattern gave no answer within {SchemaPattern.TimeLimit.TotalMilliseconds} ms; simplify the pattern";
}
