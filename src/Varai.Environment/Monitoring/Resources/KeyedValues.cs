namespace Varai.Monitoring.Resources;

/// <summary>Files with a name and a number on each line, such as <c>cpu.stat</c> and <c>meminfo</c>.</summary>
internal static class KeyedValues
{
    /// <summary>Finds a number by its name.</summary>
    /// <param name="text">The file.</param>
    /// <param name="name">The name, with the colon where the file has one.</param>
    /// <returns>The number; null when there is none.</returns>
    public static long? Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out ReadOnlySpan<byte> line))
        {
            var fields = new ByteScanner(line);
            if (fields.ReadField().SequenceEqual(name))
                return fields.TryReadNumber(out long number) ? number : null;
        }

        return null;
    }

    /// <summary>A number that has to be there; what is missing is noted.</summary>
    public static long? Require(SystemFile file, ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        long? number = Find(text, name);
        if (number is null)
            file.NoteMalformed($"a number for '{System.Text.Encoding.ASCII.GetString(name)}'");
        return number;
    }

    /// <summary>The only number of a file; null, and noted, when it is none.</summary>
    public static long? ReadOnly(SystemFile file)
    {
        if (!file.TryRead(out ReadOnlySpan<byte> text))
            return null;
        if (ByteScanner.TryParse(text.TrimEnd((byte)'\n'), out long number))
            return number;
        file.NoteMalformed("a number");
        return null;
    }
}
