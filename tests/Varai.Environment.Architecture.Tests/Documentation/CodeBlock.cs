namespace Varai.Architecture.Tests.Documentation;

/// <summary>A fenced block of a page.</summary>
/// <param name="Page">The page's path.</param>
/// <param name="Line">The line of the opening fence, counted from 1.</param>
/// <param name="Language">What stands behind the fence; empty when nothing does.</param>
/// <param name="Snippet">The name in the comment <c>snippet: name</c> above the block, if there is one.</param>
/// <param name="Text">What is between the fences.</param>
internal sealed record CodeBlock(string Page, int Line, string Language, string? Snippet, string Text)
{
    /// <summary>The commands of a shell block: its lines without comments, and with continued lines joined.</summary>
    public IEnumerable<string> Commands =>
        Text.Replace("\\\n", "", StringComparison.Ordinal).Split('\n')
            .Select(l => (l.StartsWith("$ ", StringComparison.Ordinal) ? l[2..] : l).Split(" #")[0].Trim())
            .Where(l => l.Length > 0 && l[0] != '#');
}
