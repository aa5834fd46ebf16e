namespace Varai.Architecture.Tests.Documentation;

/// <summary>Pages that are wrong, each in one way.</summary>
public sealed class DocumentationRulesTests
{
    private const string Page = """
        # The page: one & two

        [good](#the-page-one--two) [bad](#nothing) [gone](gone.md) [other](other.md#there) [out](https://example.org/x) `[no](link.md)`

        <!-- snippet: right -->
        ```csharp
        int x = 1;
        ```

        ```csharp
        int x = 2;
        ```

        <!-- snippet: wrong -->
        ```csharp
        int x = 3;
        ```

        <!-- snippet: missing -->
        ```csharp
        int x = 4;
        ```

        ```bash
        # a comment
        ./test.sh   # and another
        $ dotnet run --project \
        nowhere
        ```

        - ```json
          { "a": [1, 2,], /* fine */ }
          ```

        ```json
        { "a": }
        ```

        ```yaml
        a: [
        ```

        ```xml
        <a/><b>
        ```

        ```
        plain
        ```

        ```text
        [this](is-no-link.md)
        ```

        ```python
        pass
        ```
        """;

    [Fact]
    public void OfBlock_OnAPageOfMistakes_NamesEachOnce()
    {
        var snippets = new Dictionary<string, string>(StringComparer.Ordinal) { ["right"] = "int x = 1;", ["wrong"] = "int x = 5;" };
        var rules = new DocumentationRules(snippets, new HashSet<string> { "./test.sh" });

        string[] complaints = [.. MarkdownPage.Parse("p.md", Page).Blocks.SelectMany(rules.OfBlock)];

        Assert.Collection(
            complaints,
            c => Assert.StartsWith("p.md:10: the block has no <!-- snippet: name --> above it", c, StringComparison.Ordinal),
            c => Assert.Equal("p.md:15: the block differs from the snippet 'wrong', which says:\nint x = 5;", c),
            c => Assert.Equal("p.md:20: samples/ has no region '// snippet: missing'.", c),
            c => Assert.StartsWith("p.md:24: no test runs 'dotnet run --project nowhere';", c, StringComparison.Ordinal),
            c => Assert.StartsWith("p.md:35: ", c, StringComparison.Ordinal),
            c => Assert.StartsWith("p.md:39: ", c, StringComparison.Ordinal),
            c => Assert.StartsWith("p.md:43: ", c, StringComparison.Ordinal),
            c => Assert.Equal("p.md:47: the block names no language.", c),
            c => Assert.Equal("p.md:55: nothing checks 'python' blocks.", c));
    }

    [Fact]
    public void OfLinks_OnAPageOfMistakes_NamesEachOnce()
    {
        string path = Path.GetFullPath("/docs/p.md");
        string other = Path.GetFullPath("/docs/other.md");
        MarkdownPage page = MarkdownPage.Parse(path, Page);

        string[] complaints = [.. DocumentationRules.OfLinks(
            page,
            p => p == path ? page : MarkdownPage.Parse(p, "# Not there"),
            p => p == path || p == other)];

        Assert.Equal(
            [
                $"{path}: the link #nothing leads to no heading.",
                $"{path}: the link gone.md leads to no file.",
                $"{path}: the link other.md#there leads to no heading.",
            ],
            complaints);
    }

    [Fact]
    public void Of_ASourceFile_GivesItsRegionsWithoutTheirIndentation()
    {
        Dictionary<string, string> snippets = Snippets.Of("""
            class C
            {
                void M()
                {
                    // snippet: first
                    if (true)
                        N();

                    N();
                    // end-snippet
                }
            }
            """);

        Assert.Equal("if (true)\n    N();\n\nN();", Assert.Single(snippets, s => s.Key == "first").Value);
        Assert.Throws<InvalidOperationException>(() => Snippets.Of("// snippet: open\nint x;"));
    }
}
