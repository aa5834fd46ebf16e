namespace Varai.Architecture.Tests.Documentation;

/// <summary>The regions between <c>// snippet: name</c> and <c>// end-snippet</c> of the samples, which the build compiles.</summary>
internal static class Snippets
{
    private const string Start = "// snippet: ";
    private const string End = "// end-snippet";

    /// <summary>The regions of a source file, without their common indentation.</summary>
    public static Dictionary<string, string> Of(string source)
    {
        var snippets = new Dictionary<string, string>(StringComparer.Ordinal);
        string? name = null;
        var lines = new List<string>();
        foreach (string line in source.ReplaceLineEndings("\n").Split('\n'))
        {
            string text = line.Trim();
            if (text.StartsWith(Start, StringComparison.Ordinal))
            {
                name = text[Start.Length..];
                lines.Clear();
            }
            else if (text == End && name is not null)
            {
                snippets.Add(name, Dedent(lines));
                name = null;
            }
            else if (name is not null)
            {
                lines.Add(line);
            }
        }

        return name is null ? snippets : throw new InvalidOperationException($"The snippet '{name}' has no {End}.");
    }

    private static string Dedent(List<string> lines)
    {
        int indent = lines.Where(l => l.Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty().Min();
        return string.Join('\n', lines.Select(l => l.Length > indent ? l[indent..] : "")).Trim('\n');
    }
}
