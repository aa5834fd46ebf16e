using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Varai.Architecture.Tests.Documentation;

/// <summary>What keeps the pages true: every link leads somewhere, and every block is compiled, run or at least parsed.</summary>
/// <param name="snippets">The compiled regions of the samples.</param>
/// <param name="commands">The commands that a test runs.</param>
internal sealed class DocumentationRules(IReadOnlyDictionary<string, string> snippets, IReadOnlySet<string> commands)
{
    // Shown as they are: pictures, listings of files, output of a program.
    private static readonly string[] Inert = ["text", "mermaid"];

    /// <summary>What is wrong with a block.</summary>
    public IEnumerable<string> OfBlock(CodeBlock block)
    {
        string place = $"{block.Page}:{block.Line}";
        return block.Language switch
        {
            "csharp" => OfCsharp(block).Select(c => $"{place}: {c}"),
            "bash" => block.Commands.Where(c => !commands.Contains(c))
                .Select(c => $"{place}: no test runs '{c}'; add it to {nameof(DocumentedCommands)} with what runs it."),
            "json" => Parses(() => JsonDocument.Parse(block.Text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }).Dispose(), place),
            "yaml" => Parses(() => new YamlStream().Load(new StringReader(block.Text)), place),
            "xml" => Parses(() => XElement.Parse($"<root>{block.Text}</root>"), place),
            "" => [$"{place}: the block names no language."],
            _ when Inert.Contains(block.Language, StringComparer.Ordinal) => [],
            _ => [$"{place}: nothing checks '{block.Language}' blocks."],
        };
    }

    /// <summary>The links of a page that lead nowhere. Links out of the tree are not looked at.</summary>
    /// <param name="page">The page.</param>
    /// <param name="open">Gives the page at a path, or <see langword="null"/> for a file that is no page.</param>
    /// <param name="exists">Whether there is a file or folder.</param>
    public static IEnumerable<string> OfLinks(MarkdownPage page, Func<string, MarkdownPage?> open, Func<string, bool> exists)
    {
        foreach (string link in page.Links.Where(l => !l.Contains("://", StringComparison.Ordinal) && !l.StartsWith("mailto:", StringComparison.Ordinal)))
        {
            string[] parts = link.Split('#', 2);
            string target = parts[0].Length == 0 ? page.Path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.Path)!, parts[0]));
            if (!exists(target))
                yield return $"{page.Path}: the link {link} leads to no file.";
            else if (parts.Length == 2 && open(target)?.Anchors.Contains(parts[1]) == false)
                yield return $"{page.Path}: the link {link} leads to no heading.";
        }
    }

    private IEnumerable<string> OfCsharp(CodeBlock block)
    {
        if (block.Snippet is null)
            return ["the block has no <!-- snippet: name --> above it, so nothing compiles it."];
        if (!snippets.TryGetValue(block.Snippet, out string? compiled))
            return [$"samples/ has no region '// snippet: {block.Snippet}'."];
        return compiled == block.Text.Trim('\n') ? [] : [$"the block differs from the snippet '{block.Snippet}', which says:\n{compiled}"];
    }

    private static IEnumerable<string> Parses(Action parse, string place)
    {
        try
        {
            parse();
            return [];
        }
        catch (Exception e) when (e is JsonException or YamlException or XmlException)
        {
            return [$"{place}: {e.Message}"];
        }
    }
}
