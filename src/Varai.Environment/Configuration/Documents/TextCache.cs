using System.Text;

namespace Varai.Configuration.Documents;

/// <summary>Keeps one string for the names and short values that a document repeats.</summary>
internal sealed class TextCache
{
    private readonly string?[] _strings;

    public TextCache(int contentLength)
    {
        int size = 32;
        while (size < 1024 && size < contentLength / 64)
            size *= 2;
        _strings = new string?[size];
    }

    /// <summary>The string of UTF-8 bytes that are known to be valid.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="hash">Their <see cref="NameHash"/>.</param>
    /// <param name="isAscii">Whether all of them are ASCII.</param>
    public string Get(ReadOnlySpan<byte> utf8, uint hash, out bool isAscii)
    {
        ref string? slot = ref _strings[hash & (uint)(_strings.Length - 1)];
        if (slot is not null && Ascii.Equals(utf8, slot))
        {
            isAscii = true;
            return slot;
        }

        string text = Encoding.UTF8.GetString(utf8);
        isAscii = text.Length == utf8.Length;
        if (isAscii)
            slot = text;
        return text;
    }
}
