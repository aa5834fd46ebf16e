using System.Text;
using Varai.Configuration;
using Varai.Configuration.Documents;

namespace Varai.Tests.Configuration.Documents;

public sealed class ParsedDocumentsTests
{
    private readonly ParsedDocuments _documents = new(new DocumentLimits(int.MaxValue, 64, 1000));

    [Fact]
    public void Parse_TheSameTextAgain_GivesTheSameTree()
    {
        ConfigurationNode? first = Parse("a.json", """{ "a": 1 }""");

        Assert.NotNull(first);
        Assert.Same(first, Parse("a.json", """{ "a": 1 }"""));
        Assert.Equal("2", Parse("a.json", """{ "a": 2 }""")!.Find("a")!.Text);
        Assert.Same(first, Parse("a.json", """{ "a": 1 }"""));
    }

    [Fact]
    public void Parse_TheSameTextOfAnotherFile_NamesThatFile() =>
        Assert.Equal(
            ("a.json", "b.json"),
            (Parse("a.json", "{}")!.Origin.File, Parse("b.json", "{}")!.Origin.File));

    [Fact]
    public void Parse_TextWithErrors_TellsThemEachTime()
    {
        for (int i = 0; i < 2; i++)
        {
            var errors = new List<ConfigurationError>();
            _documents.Parse(File("a.json", """{ "a": 1, "A": 2 }"""), errors);
            Assert.Single(errors);
        }
    }

    [Fact]
    public void Parse_ManyTexts_ForgetsTheOldest()
    {
        ConfigurationNode? first = Parse("a.json", """{ "a": "first" }""");
        for (int i = 0; i < 50; i++)
            Parse("a.json", $$"""{ "a": {{i}} }""");

        Assert.NotSame(first, Parse("a.json", """{ "a": "first" }"""));
    }

    [Fact]
    public void Parse_AVeryLargeText_RemembersWhatWasThereBefore()
    {
        ConfigurationNode? small = Parse("a.json", "{}");
        string large = $$"""{ "a": "{{new string('x', 3_000_000)}}" }""";
        ConfigurationNode? first = Parse("b.json", large);

        Assert.NotSame(first, Parse("b.json", large));
        Assert.Same(small, Parse("a.json", "{}"));
    }

    private static ConfigurationFile File(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));

    private ConfigurationNode? Parse(string path, string text)
    {
        var errors = new List<ConfigurationError>();
        ConfigurationNode? root = _documents.Parse(File(path, text), errors);
        Assert.Empty(errors);
        return root;
    }
}
