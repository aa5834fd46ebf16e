namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>What there is one of.</summary>
internal sealed class MetaEntry
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>The time of the last commit by the clock that never jumps.</summary>
    public DateTimeOffset LastAt { get; set; }

    /// <summary>How far the wall clock was ahead of it.</summary>
    public TimeSpan WallAhead { get; set; }

    /// <summary>How many notifications were made.</summary>
    public long Sequence { get; set; }

    public string Shape { get; set; } = "";

    public DateTimeOffset? WatchdogAt { get; set; }
}
