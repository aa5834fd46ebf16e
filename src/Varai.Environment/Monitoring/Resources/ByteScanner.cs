using System.Buffers.Text;

namespace Varai.Monitoring.Resources;

/// <summary>Reads the kernel's text files, line by line and field by field, without allocating.</summary>
internal ref struct ByteScanner(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        if (_rest.IsEmpty)
            return false;
        int end = _rest.IndexOf((byte)'\n');
        line = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }

    /// <summary>The next field, up to a space or tab; empty when there is none.</summary>
    public ReadOnlySpan<byte> ReadField()
    {
        _rest = _rest.TrimStart(" \t"u8);
        int end = _rest.IndexOfAny(" \t"u8);
        ReadOnlySpan<byte> field = end < 0 ? _rest : _rest[..end];
        _rest = _rest[field.Length..];
        return field;
    }

    public void Skip(int fields)
    {
        for (int i = 0; i < fields; i++)
            ReadField();
    }

    public bool TryReadNumber(out long number) => TryParse(ReadField(), out number);

    /// <summary>A whole number of 0 or more. The kernel's are 64 bits without a sign; what does not fit is the greatest.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long number)
    {
        bool isNumber = Utf8Parser.TryParse(text, out ulong value, out int length) && length == text.Length;
        number = isNumber ? (long)Math.Min(value, long.MaxValue) : 0;
        return isNumber;
    }
}
