namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>minimum</c>, <c>maximum</c> and their exclusive forms.</summary>
internal sealed class NumberBoundKeyword(string name, ExactNumber bound, string text, bool isMinimum, bool isExclusive) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Number;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        if (ExactNumber.TryParse(node.Text!, out ExactNumber number) && IsWithin(ExactNumber.Compare(number, bound)))
            return true;
        if (run.Failures is null)
            return false;
        string relation = (isMinimum, isExclusive) switch
        {
            (true, false) => "at least ",
            (true, true) => "more than ",
            (false, false) => "at most ",
            (false, true) => "less than ",
        };
        return run.Fail(new SchemaFailure(name, node, isMinimum ? "is too small" : "is too large")
        {
            Expected = relation + SchemaWords.Shorten(text),
            Found = SchemaWords.Describe(node),
            ShowsValue = true,
        });
    }

    private bool IsWithin(int comparison)
    {
        if (comparison == 0)
            return !isExclusive;
        return isMinimum ? comparison > 0 : comparison < 0;
    }
}
