namespace Varai.Benchmarks.Ratios;

/// <summary>One of the two operations that are compared, and the fastest it was seen.</summary>
internal sealed class RatioSide
{
    private readonly Func<int, Task> _batch;
    private readonly Func<long> _allocated;
    private readonly TimeProvider _clock;
    private int _iterations = 1;

    private RatioSide(Func<int, Task> batch, Func<long> allocated, TimeProvider clock)
    {
        _batch = batch;
        _allocated = allocated;
        _clock = clock;
    }

    /// <summary>Nanoseconds of one operation in the fastest batch.</summary>
    public double Nanoseconds { get; private set; } = double.PositiveInfinity;

    public static RatioSide Of(Action<int> batch, TimeProvider clock) => new(
        n =>
        {
            batch(n);
            return Task.CompletedTask;
        },
        GC.GetAllocatedBytesForCurrentThread,
        clock);

    public static RatioSide Of(Func<int, Task> batch, TimeProvider clock) =>
        new(batch, () => GC.GetTotalAllocatedBytes(precise: true), clock);

    /// <summary>Runs batches until the code is optimised, then settles how many iterations make a batch.</summary>
    public async Task WarmUpAsync(RatioSettings settings)
    {
        long start = _clock.GetTimestamp();
        for (int i = 0; i < settings.WarmupBatches || _clock.GetElapsedTime(start) < settings.WarmupTime; i++)
        {
            if (await TimeBatchAsync() < settings.BatchTime)
                _iterations *= 2;
        }

        Nanoseconds = double.PositiveInfinity;
    }

    public async Task<TimeSpan> TimeBatchAsync()
    {
        long start = _clock.GetTimestamp();
        await _batch(_iterations);
        TimeSpan elapsed = _clock.GetElapsedTime(start);
        Nanoseconds = Math.Min(Nanoseconds, elapsed.TotalNanoseconds / _iterations);
        return elapsed;
    }

    /// <summary>The bytes that one operation allocates: the least over some batches, since a tier change or a timer of the
    /// runtime allocates too.</summary>
    public async Task<double> CountBytesAsync(int batches)
    {
        long fewest = long.MaxValue;
        for (int i = 0; i < batches; i++)
        {
            long before = _allocated();
            await _batch(_iterations);
            fewest = Math.Min(fewest, _allocated() - before);
        }

        return (double)fewest / _iterations;
    }
}
