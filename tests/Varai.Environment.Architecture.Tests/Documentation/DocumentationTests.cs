namespace Varai.Architecture.Tests.Documentation;

[Collection(DotnetCollection.Name)]
public sealed class DocumentationTests
{
    private static readonly string[] Skipped = ["bin", "obj", "artifacts", ".git", "node_modules"];

    private static readonly Dictionary<string, MarkdownPage> Pages =
        Files("*.md").ToDictionary(f => f, f => MarkdownPage.Parse(f, File.ReadAllText(f)), StringComparer.Ordinal);

    private static readonly DocumentationRules Rules = new(
        Files("*.cs").Where(f => f.StartsWith(Repository.Path("samples"), StringComparison.Ordinal))
            .SelectMany(f => Snippets.Of(File.ReadAllText(f))).ToDictionary(StringComparer.Ordinal),
        DocumentedCommands.All);

    public static TheoryData<string> Commands => [.. DocumentedCommands.Run.Keys];

    [Fact]
    public void Links_OfEveryPage_LeadSomewhere() =>
        Assert.Empty(Pages.Values.SelectMany(p => DocumentationRules.OfLinks(p, Pages.GetValueOrDefault, Path.Exists)));

    [Fact]
    public void Blocks_OfEveryPage_AreCompiledRunOrParsed() =>
        Assert.Empty(Pages.Values.SelectMany(p => p.Blocks).SelectMany(Rules.OfBlock));

    [Fact]
    public void Commands_ThatTestsRun_AreShownSomewhere() =>
        Assert.Empty(DocumentedCommands.Run.Keys.Except(
            Pages.Values.SelectMany(p => p.Blocks).Where(b => b.Language == "bash").SelectMany(b => b.Commands), StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_ShownOnAPage_EndsWellAndSaysSomething(string command)
    {
        string output = await Command.DotnetAsync(Repository.Root, TestContext.Current.CancellationToken, DocumentedCommands.Run[command]);
        Assert.NotEqual("", output.Trim());
    }

    private static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Repository.Root, pattern, SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(Repository.Root, f).Split(Path.DirectorySeparatorChar).Intersect(Skipped, StringComparer.Ordinal).Any());
}
