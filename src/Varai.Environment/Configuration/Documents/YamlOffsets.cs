namespace Varai.Configuration.Documents;

/// <summary>The way from a position in UTF-16 units, which the YAML parser counts, to the byte offset in the file.</summary>
internal sealed class YamlOffsets(ReadOnlyMemory<byte> utf8, int units)
{
    private const int Step = 256;

    private (int Unit, int Byte)[]? _steps;

    public int ToByte(long unit)
    {
        int wanted = (int)Math.Clamp(unit, 0, units);
        if (units == utf8.Length)
            return wanted;

        _steps ??= FindSteps();
        (int at, int offset) = _steps[wanted / Step];
        ReadOnlySpan<byte> text = utf8.Span;
        while (at < wanted)
            Next(text, ref at, ref offset);
        return offset;
    }

    private static void Next(ReadOnlySpan<byte> text, ref int unit, ref int offset)
    {
        byte lead = text[offset];
        offset += lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        unit += lead < 0xF0 ? 1 : 2;
    }

    private (int Unit, int Byte)[] FindSteps()
    {
        ReadOnlySpan<byte> text = utf8.Span;
        var steps = new (int Unit, int Byte)[(units / Step) + 1];
        int unit = 0;
        int offset = 0;
        for (int i = 1; i < steps.Length; i++)
        {
            // A step is never put inside a surrogate pair: it stands before the pair, one unit early.
            (int Unit, int Byte) before = (unit, offset);
            while (unit < i * Step)
            {
                before = (unit, offset);
                Next(text, ref unit, ref offset);
            }

            steps[i] = unit == i * Step ? (unit, offset) : before;
        }

        return steps;
    }
}
