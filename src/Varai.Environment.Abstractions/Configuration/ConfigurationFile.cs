using System.Text;

namespace Varai.Configuration;

/// <summary>The text of one configuration file, and the way from a byte offset in it to a line and a column.</summary>
/// <remarks>Immutable; safe from any thread.</remarks>
public sealed class ConfigurationFile
{
    // A place in a file of one long line would cost a walk from its start; so the units up to each block are counted once.
    private const int Block = 1024;

    private int[]? _lineStarts;
    private int[]? _unitsBefore;

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
        int start = starts[line];
        int units = offset - start <= Block
            ? Encoding.UTF8.GetCharCount(content[start..offset])
            : UnitsBefore(content, offset) - UnitsBefore(content, start);
        return new ConfigurationOrigin(Path, line + 1, units + 1);
    }

    /// <summary>The path.</summary>
    public override string ToString() => Path;

    private int UnitsBefore(ReadOnlySpan<byte> content, int offset)
    {
        int[] before = _unitsBefore ??= CountUnits(content);
        int block = offset / Block;
        return before[block] + CountUnits(content, block * Block, offset);
    }

    private static int[] CountUnits(ReadOnlySpan<byte> content)
    {
        var before = new int[(content.Length / Block) + 1];
        for (int i = 1; i < before.Length; i++)
            before[i] = before[i - 1] + CountUnits(content, (i - 1) * Block, i * Block);
        return before;
    }

    // Counted by lead bytes, so that a character may lie across the edge of a block: one unit each, two from four bytes on.
    private static int CountUnits(ReadOnlySpan<byte> content, int start, int end)
    {
        int units = 0;
        foreach (byte b in content[start..end])
        {
            if ((b & 0xC0) != 0x80)
                units += b >= 0xF0 ? 2 : 1;
        }

        return units;
    }

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
