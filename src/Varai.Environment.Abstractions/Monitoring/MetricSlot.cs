namespace Varai.Monitoring;

/// <summary>What was kept of one series over one slot of time.</summary>
/// <param name="Start">When the slot began.</param>
/// <param name="Length">How long it is: 10 seconds, a minute or ten minutes.</param>
public sealed record MetricSlot(DateTimeOffset Start, TimeSpan Length)
{
    /// <summary>The number of values; of a counter, 0.</summary>
    public long Count { get; init; }

    /// <summary>The sum of the values; of a counter, how much it grew.</summary>
    public double Sum { get; init; }

    /// <summary>The least value; <see langword="null"/> for a counter.</summary>
    public double? Min { get; init; }

    /// <summary>The greatest value; <see langword="null"/> for a counter.</summary>
    public double? Max { get; init; }

    /// <summary>The latest value of a gauge.</summary>
    public double? Last { get; init; }
}
