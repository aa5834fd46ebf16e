namespace Varai.Benchmarks.Ratios;

/// <summary>How long the runner measures.</summary>
internal sealed record RatioSettings
{
    /// <summary>What a claim is judged by.</summary>
    public static readonly RatioSettings Full = new();

    /// <summary>Runs everything once, to see that it runs; its figures mean nothing.</summary>
    public static readonly RatioSettings Smoke = new()
    {
        Batches = 3,
        BatchTime = TimeSpan.Zero,
        WarmupTime = TimeSpan.Zero,
        WarmupBatches = 1,
        AllocationBatches = 1,
    };

    /// <summary>Timed batches of each side. The minimum needs many chances to meet an undisturbed moment.</summary>
    public int Batches { get; init; } = 200;

    /// <summary>A batch repeats its operation until it lasts at least this long: far above the clock's resolution, far below
    /// the scheduler's time slice.</summary>
    public TimeSpan BatchTime { get; init; } = TimeSpan.FromMicroseconds(200);

    /// <summary>The least time each side is warmed up: tiered compilation optimises in the background, 100 ms after the last
    /// new method.</summary>
    public TimeSpan WarmupTime { get; init; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>The least batches each side is warmed up: a method is optimised after 30 calls, twice with profiling.</summary>
    public int WarmupBatches { get; init; } = 64;

    /// <summary>Batches that allocated bytes are counted over; the smallest counts.</summary>
    public int AllocationBatches { get; init; } = 5;
}
