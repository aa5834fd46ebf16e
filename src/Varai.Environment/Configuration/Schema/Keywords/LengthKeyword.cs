namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>minLength</c> or <c>maxLength</c>, in characters (code points), not in UTF-16 units.</summary>
internal sealed class LengthKeyword(string name, long limit, bool isMinimum) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.String;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        if (run.IsUnknown(node))
            return true;
        string text = node.Text!;
        // A character is one or two units: most texts need no counting.
        if (isMinimum ? (text.Length + 1) / 2 >= limit : text.Length <= limit)
            return true;
        int length = Count(text);
        if (isMinimum ? length >= limit : length <= limit)
            return true;
        return run.Failures is not null && run.Fail(new SchemaFailure(name, node, isMinimum ? "is too short" : "is too long")
        {
            Expected = $"at {(isMinimum ? "least" : "most")} {SchemaWords.Count(limit, "character")}",
            Found = $"{SchemaWords.Count(length, "character")}, {SchemaWords.Describe(node)}",
            ShowsValue = true,
        });
    }

    private static int Count(string text)
    {
        int count = text.Length;
        for (int i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
                count--;
        }

        return count;
    }
}
