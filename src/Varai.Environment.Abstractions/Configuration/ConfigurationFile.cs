using System.Text;

namespace Varai.Configuration;

/// <summary>The text of one configuration file, and the way from a byte offset in it to a line and a column.</summary>
/// <remarks>Immutable; safe from any thread.</remarks>
public sealed class ConfigurationFile
{
    private int[]? _lineStarts;

    /// <summary>Creates a file from its content.</summary>
    /// <param name="path">The path to show in messages.</param>
    /// <param name="content">The content in UTF-8, without a byte order mark.</param>
    public ConfigurationFile(string path, ReadOnlyMemory<byte> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
        Content = content;
    }

    /// <summary>The path to show in messages.</summary>
    public string Path { get; }

    /// <summary>The content in UTF-8, without a byte order mark.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>The line and column of a byte offset.</summary>
    /// <param name="offset">A byte offset into <see cref="Content"/>; values outside it are clamped.</param>
    public ConfigurationOrigin GetOrigin(int offset)
    {
        ReadOnlySpan<byte> content = Content.Span;
        offset = Math.Clamp(offset, 0, content.Length);
        int[] starts = _lineStarts ??= FindLineStarts(content);
        int index = Array.BinarySearch(starts, offset);
        int line = index >= 0 ? index : ~index - 1;
        int column = Encoding.UTF8.GetCharCount(content[starts[line]..offset]) + 1;
        return new ConfigurationOrigin(Path, line + 1, column);
    }

    /// <summary>The path.</summary>
    public override string ToString() => Path;

    private static int[] FindLineStarts(ReadOnlySpan<byte> content)
    {
        var starts = new List<int>(content.Length / 32 + 1) { 0 };
        int from = 0;
        while (content[from..].IndexOf((byte)'\n') is >= 0 and int next)
        {
            from += next + 1;
            starts.Add(from);
        }

        return [.. starts];
    }
}
