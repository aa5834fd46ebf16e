namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>Version 1: <c>cpuacct.usage</c>, and the quotas and <c>cpu.stat</c> of the group and those around it; the two
/// controllers may be in different places.</summary>
internal sealed class CpuGroupV1(SystemFiles files, IReadOnlyList<string> accounting, IReadOnlyList<string> levels) : ICpuGroup
{
    private readonly SystemFile? _usage = accounting.Count > 0 ? files.Open($"{accounting[0]}/cpuacct.usage") : null;
    private readonly SystemFile[] _quotas = [.. levels.Select(level => files.Open($"{level}/cpu.cfs_quota_us"))];
    private readonly SystemFile[] _periods = [.. levels.Select(level => files.Open($"{level}/cpu.cfs_period_us"))];
    private readonly SystemFile[] _stats = [.. levels.Select(level => files.Open($"{level}/cpu.stat"))];

    public CpuGroupReading Read()
    {
        TimeSpan? time = _usage is not null && KeyedValues.ReadOnly(_usage) is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / 100) : null;
        (double? limit, int level) = (null, 0);
        for (int i = 0; i < _quotas.Length; i++)
        {
            if (ReadLimit(_quotas[i], _periods[i]) is { } found && !(found >= limit))
                (limit, level) = (found, i);
        }

        if (_stats.Length == 0 || !_stats[level].TryRead(out ReadOnlySpan<byte> stat))
            return new CpuGroupReading(time, limit, null, null, null);
        long? throttled = KeyedValues.Find(stat, "throttled_time"u8);
        return new CpuGroupReading(
            time, limit, KeyedValues.Find(stat, "nr_periods"u8), KeyedValues.Find(stat, "nr_throttled"u8),
            throttled is { } held ? TimeSpan.FromTicks(held / 100) : null);
    }

    public void Dispose()
    {
        _usage?.Dispose();
        foreach (SystemFile file in (SystemFile[])[.. _quotas, .. _periods, .. _stats])
            file.Dispose();
    }

    private static double? ReadLimit(SystemFile quotaFile, SystemFile periodFile)
    {
        if (!quotaFile.TryRead(out ReadOnlySpan<byte> text) || text.SequenceEqual("-1\n"u8))
            return null;
        if (!ByteScanner.TryParse(text.TrimEnd((byte)'\n'), out long quota))
            quotaFile.NoteMalformed("a quota");
        else if (KeyedValues.ReadOnly(periodFile) is { } period and > 0)
            return (double)quota / period;
        return null;
    }
}
