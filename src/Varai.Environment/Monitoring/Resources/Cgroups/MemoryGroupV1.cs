namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>Version 1: <c>memory.usage_in_bytes</c> and <c>memory.stat</c>, whose hierarchical limit is the lowest of all groups around it.</summary>
internal sealed class MemoryGroupV1(SystemFiles files, IReadOnlyList<string> levels) : IMemoryGroup
{
    // "No limit" is the greatest number that is whole pages, and a page may have 64 KiB.
    private const long Unlimited = long.MaxValue - 0xFFFF;

    private readonly SystemFile _usage = files.Open($"{levels[0]}/memory.usage_in_bytes");
    private readonly SystemFile _stat = files.Open($"{levels[0]}/memory.stat");

    public MemoryGroupReading Read()
    {
        long? usage = KeyedValues.ReadOnly(_usage);
        if (!_stat.TryRead(out ReadOnlySpan<byte> stat))
            return MemoryGroupReading.Of(usage, inactiveFile: null, limit: null);
        long? limit = KeyedValues.Require(_stat, stat, "hierarchical_memory_limit"u8);
        return MemoryGroupReading.Of(usage, KeyedValues.Require(_stat, stat, "total_inactive_file"u8), limit >= Unlimited ? null : limit);
    }

    public void Dispose()
    {
        _usage.Dispose();
        _stat.Dispose();
    }
}
