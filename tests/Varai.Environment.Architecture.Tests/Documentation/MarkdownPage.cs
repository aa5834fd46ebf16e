using System.Text.RegularExpressions;

namespace Varai.Architecture.Tests.Documentation;

/// <summary>As much of a Markdown page as the rules need: its blocks, links and headings.</summary>
internal sealed partial class MarkdownPage
{
    private MarkdownPage(string path, string text)
    {
        Path = path;
        var blocks = new List<CodeBlock>();
        var prose = new List<string>();
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        string? snippet = null;
        for (int i = 0; i < lines.Length; i++)
        {
            Match fence = Fence().Match(lines[i]);
            if (fence.Success)
            {
                int start = i;
                int indent = fence.Groups["indent"].Length;
                var content = new List<string>();
                while (++i < lines.Length && lines[i].Trim() != fence.Groups["fence"].Value)
                    content.Add(lines[i].Length > indent && string.IsNullOrWhiteSpace(lines[i][..indent]) ? lines[i][indent..] : lines[i]);
                blocks.Add(new CodeBlock(path, start + 1, fence.Groups["language"].Value, snippet, string.Join('\n', content)));
                snippet = null;
            }
            else
            {
                Match marker = Marker().Match(lines[i]);
                snippet = marker.Success ? marker.Groups["name"].Value : lines[i].Length == 0 ? snippet : null;
                prose.Add(lines[i]);
            }
        }

        Blocks = blocks;
        string visible = InlineCode().Replace(string.Join('\n', prose), "");
        Links = [.. Link().Matches(visible).Select(m => m.Groups["target"].Value)];
        Anchors = prose.Where(l => l.StartsWith('#')).Select(Slug).ToHashSet(StringComparer.Ordinal);
    }

    public string Path { get; }

    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>The targets of links and pictures.</summary>
    public IReadOnlyList<string> Links { get; }

    /// <summary>The headings as link targets.</summary>
    public IReadOnlySet<string> Anchors { get; }

    public static MarkdownPage Parse(string path, string text) => new(path, text);

    // As GitHub makes them: lower case, punctuation dropped, spaces to hyphens.
    private static string Slug(string heading) =>
        NotInSlug().Replace(heading.TrimStart('#').Trim(), "").Replace(' ', '-').ToLowerInvariant();

    [GeneratedRegex(@"^(?<indent> *(?:(?:[-*]|\d+\.) +)?)(?<fence>```+)(?<language>[^`]*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fence();

    [GeneratedRegex("<!-- snippet: (?<name>[a-z0-9-]+) -->", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marker();

    [GeneratedRegex("`[^`]*`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)[^)]*\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotInSlug();
}
