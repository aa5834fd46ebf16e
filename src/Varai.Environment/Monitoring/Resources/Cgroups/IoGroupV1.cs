namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>Version 1: <c>blkio.throttle.io_service_bytes</c>, lines such as <c>8:0 Read 1</c>.</summary>
internal sealed class IoGroupV1(SystemFiles files, IReadOnlyList<string> levels) : IIoGroup
{
    private readonly SystemFile _bytes = files.Open(
        files.FileExists($"{levels[0]}/blkio.throttle.io_service_bytes_recursive")
            ? $"{levels[0]}/blkio.throttle.io_service_bytes_recursive"
            : $"{levels[0]}/blkio.throttle.io_service_bytes");

    public IoGroupReading Read()
    {
        if (!_bytes.TryRead(out ReadOnlySpan<byte> text))
            return default;
        (long read, long written) = (0, 0);
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out ReadOnlySpan<byte> line))
        {
            var fields = new ByteScanner(line);
            fields.Skip(1);
            ReadOnlySpan<byte> operation = fields.ReadField();
            bool isRead = operation.SequenceEqual("Read"u8);
            if (!isRead && !operation.SequenceEqual("Write"u8))
                continue;
            if (!fields.TryReadNumber(out long value))
            {
                _bytes.NoteMalformed("the bytes of each disk");
                return default;
            }

            (read, written) = isRead ? (read + value, written) : (read, written + value);
        }

        return new IoGroupReading(read, written);
    }

    public void Dispose() => _bytes.Dispose();
}
