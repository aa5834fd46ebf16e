namespace Varai.Monitoring.Sketches;

/// <summary>A sketch as bytes: the position of the first bin, then the count of each bin up to the last one that has values; a run
/// of empty bins is a 0 and its length. Numbers are base 128, low digits first, as in protocol buffers.</summary>
internal static class SketchEncoding
{
    /// <summary>Writes a sketch; into nothing, it only measures.</summary>
    /// <returns>How many bytes it has.</returns>
    public static int Write(Span<byte> target, int first, ReadOnlySpan<long> counts)
    {
        int length = Write(target, 0, first);
        int i = 0;
        while (i < counts.Length)
        {
            if (counts[i] != 0)
            {
                length = Write(target, length, counts[i++]);
                continue;
            }

            int end = i;
            while (counts[end] == 0)
                end++;
            length = Write(target, Write(target, length, 0), end - i);
            i = end;
        }

        return length;
    }

    public static long Read(ref ReadOnlySpan<byte> source)
    {
        long number = 0;
        int i = 0;
        byte digit;
        do
        {
            digit = source[i];
            number |= (long)(digit & 0x7F) << (7 * i++);
        }
        while (digit >= 0x80);
        source = source[i..];
        return number;
    }

    private static int Write(Span<byte> target, int at, long number)
    {
        for (; number >= 0x80; number >>= 7)
            Put(target, at++, (byte)(number | 0x80));
        Put(target, at++, (byte)number);
        return at;
    }

    private static void Put(Span<byte> target, int at, byte digit)
    {
        if (!target.IsEmpty)
            target[at] = digit;
    }
}
