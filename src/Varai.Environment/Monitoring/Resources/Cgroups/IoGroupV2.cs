namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>Version 2: <c>io.stat</c>, a line such as <c>8:0 rbytes=1 wbytes=2 rios=3</c> for each disk.</summary>
internal sealed class IoGroupV2(SystemFiles files, IReadOnlyList<string> levels) : IIoGroup
{
    private readonly SystemFile _stat = files.Open($"{levels[0]}/io.stat");

    public IoGroupReading Read()
    {
        if (!_stat.TryRead(out ReadOnlySpan<byte> text))
            return default;
        (long read, long written) = (0, 0);
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out ReadOnlySpan<byte> line))
        {
            var fields = new ByteScanner(line);
            fields.Skip(1);
            while (fields.ReadField() is { IsEmpty: false } field)
            {
                long value = 0;
                bool isRead = field.StartsWith("rbytes="u8);
                if ((isRead || field.StartsWith("wbytes="u8)) && !ByteScanner.TryParse(field["rbytes=".Length..], out value))
                {
                    _stat.NoteMalformed("the bytes of each disk");
                    return default;
                }

                (read, written) = isRead ? (read + value, written) : (read, written + value);
            }
        }

        return new IoGroupReading(read, written);
    }

    public void Dispose() => _stat.Dispose();
}
