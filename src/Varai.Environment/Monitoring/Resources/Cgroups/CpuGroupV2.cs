namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>Version 2: <c>cpu.stat</c> and the <c>cpu.max</c> of the group and those around it.</summary>
internal sealed class CpuGroupV2(SystemFiles files, IReadOnlyList<string> levels) : ICpuGroup
{
    private readonly SystemFile[] _limits = [.. levels.Select(level => files.Open($"{level}/cpu.max"))];
    private readonly SystemFile[] _stats = [.. levels.Select(level => files.Open($"{level}/cpu.stat"))];

    public CpuGroupReading Read()
    {
        (double? limit, int level) = (null, 0);
        for (int i = 0; i < _limits.Length; i++)
        {
            if (ReadLimit(_limits[i]) is { } found && !(found >= limit))
                (limit, level) = (found, i);
        }

        TimeSpan? time = null;
        if (_stats[0].TryRead(out ReadOnlySpan<byte> own) && KeyedValues.Require(_stats[0], own, "usage_usec"u8) is { } usage)
            time = TimeSpan.FromMicroseconds(usage);

        // Counted where the limit is set.
        if (!_stats[level].TryRead(out ReadOnlySpan<byte> stat))
            return new CpuGroupReading(time, limit, null, null, null);
        long? throttled = KeyedValues.Find(stat, "throttled_usec"u8);
        return new CpuGroupReading(
            time, limit, KeyedValues.Find(stat, "nr_periods"u8), KeyedValues.Find(stat, "nr_throttled"u8),
            throttled is { } microseconds ? TimeSpan.FromMicroseconds(microseconds) : null);
    }

    public void Dispose()
    {
        foreach (SystemFile file in (SystemFile[])[.. _limits, .. _stats])
            file.Dispose();
    }

    // "max 100000", or how many microseconds of how many.
    private static double? ReadLimit(SystemFile file)
    {
        if (!file.TryRead(out ReadOnlySpan<byte> text))
            return null;
        var fields = new ByteScanner(text.TrimEnd((byte)'\n'));
        ReadOnlySpan<byte> quota = fields.ReadField();
        if (quota.SequenceEqual("max"u8))
            return null;
        if (ByteScanner.TryParse(quota, out long used) && fields.TryReadNumber(out long period) && period > 0)
            return (double)used / period;
        file.NoteMalformed("a quota and a period");
        return null;
    }
}
