namespace Varai.Monitoring;

/// <summary>What a disk of the machine did.</summary>
/// <param name="Device">Its name, such as <c>sda</c>. A device made of others (such as <c>dm-0</c> or <c>md0</c>) is beside them, so that what it
/// did counts there too.</param>
public sealed record DiskUsage(string Device)
{
    /// <summary>Bytes read.</summary>
    public long BytesRead { get; init; }

    /// <summary>Bytes written.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Reads that were completed.</summary>
    public long ReadOperations { get; init; }

    /// <summary>Writes that were completed.</summary>
    public long WriteOperations { get; init; }

    /// <summary>How long it was at work; operations at the same time count once.</summary>
    public TimeSpan BusyTime { get; init; }
}
