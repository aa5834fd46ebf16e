namespace Varai.Monitoring.Resources;

/// <summary>Reads <c>/proc/diskstats</c>.</summary>
internal sealed class DiskReader(SystemFiles files) : IDisposable
{
    // A sector of this file, whatever the disk's are.
    private const int SectorSize = 512;

    private readonly SystemFile _stats = files.Open("/proc/diskstats");
    private readonly NameTable _names = new(name => IsDisk(files, name));
    private int _lastCount;

    public IReadOnlyList<DiskUsage> Read()
    {
        if (!_stats.TryRead(out ReadOnlySpan<byte> text))
            return [];
        var disks = new List<DiskUsage>(_lastCount);
        var lines = new ByteScanner(text);
        Span<long> counts = stackalloc long[10];
        while (lines.TryReadLine(out ReadOnlySpan<byte> line))
        {
            var fields = new ByteScanner(line);
            fields.Skip(2);
            ReadOnlySpan<byte> name = fields.ReadField();

            // Completed, merged, sectors and milliseconds of reads, the same of writes, now in progress, milliseconds at work.
            bool isRead = true;
            for (int i = 0; i < counts.Length; i++)
                isRead &= fields.TryReadNumber(out counts[i]);
            if (!isRead)
                _stats.NoteMalformed("the counts of each disk");
            else if ((counts[0] > 0 || counts[4] > 0) && _names.Find(name) is { } device)
                disks.Add(Usage(device, counts));
        }

        _lastCount = disks.Count;
        return disks;
    }

    public void Dispose() => _stats.Dispose();

    private static DiskUsage Usage(string device, ReadOnlySpan<long> counts) => new(device)
    {
        ReadOperations = counts[0],
        BytesRead = counts[2] * SectorSize,
        WriteOperations = counts[4],
        BytesWritten = counts[6] * SectorSize,
        BusyTime = TimeSpan.FromMilliseconds(counts[9]),
    };

    // A partition is no block device of its own there; a device's slash is written as an exclamation mark.
    private static bool IsDisk(SystemFiles files, string name) =>
        !IsVirtual(name) && (files.FolderExists($"/sys/block/{name.Replace('/', '!')}") || !files.FolderExists("/sys/block"));

    private static bool IsVirtual(string name) =>
        name.StartsWith("loop", StringComparison.Ordinal) || name.StartsWith("ram", StringComparison.Ordinal)
        || name.StartsWith("zram", StringComparison.Ordinal) || name.StartsWith("fd", StringComparison.Ordinal);
}
