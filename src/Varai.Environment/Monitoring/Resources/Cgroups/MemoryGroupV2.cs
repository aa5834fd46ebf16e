namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>Version 2: <c>memory.current</c>, <c>memory.stat</c> and the <c>memory.max</c> of the group and those around it.</summary>
internal sealed class MemoryGroupV2(SystemFiles files, IReadOnlyList<string> levels) : IMemoryGroup
{
    private readonly SystemFile _usage = files.Open($"{levels[0]}/memory.current");
    private readonly SystemFile _stat = files.Open($"{levels[0]}/memory.stat");
    private readonly SystemFile[] _limits = [.. levels.Select(level => files.Open($"{level}/memory.max"))];

    public MemoryGroupReading Read()
    {
        long? usage = KeyedValues.ReadOnly(_usage);
        long? inactive = _stat.TryRead(out ReadOnlySpan<byte> stat) ? KeyedValues.Require(_stat, stat, "inactive_file"u8) : null;
        long? least = null;
        foreach (SystemFile file in _limits)
        {
            if (ReadLimit(file) is { } limit && !(limit >= least))
                least = limit;
        }

        return MemoryGroupReading.Of(usage, inactive, least);
    }

    public void Dispose()
    {
        _usage.Dispose();
        _stat.Dispose();
        foreach (SystemFile file in _limits)
            file.Dispose();
    }

    private static long? ReadLimit(SystemFile file)
    {
        if (!file.TryRead(out ReadOnlySpan<byte> text))
            return null;
        ReadOnlySpan<byte> value = text.TrimEnd((byte)'\n');
        if (value.SequenceEqual("max"u8))
            return null;
        if (ByteScanner.TryParse(value, out long limit))
            return limit;
        file.NoteMalformed("a limit");
        return null;
    }
}
