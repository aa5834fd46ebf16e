using System.Runtime.CompilerServices;

namespace Varai.Benchmarks.Ratios;

/// <summary>Compares an operation of ours with a peer's in one process: short batches of both in turn, so that whatever else
/// the machine does hits both, and the fastest batch of each, which is the one that was disturbed least.</summary>
/// <remarks>An operation is passed as a method that runs it a given number of times. For a few nanoseconds the loop belongs
/// into that method, and what it computes into one call of <see cref="Consume"/> at its end: a call per operation would add
/// the same to both sides and pull the ratio towards 1.</remarks>
internal sealed class RatioRunner(RatioSettings settings, RatioReport report, TimeProvider clock)
{
    private static long _sink;

    /// <summary>Whether everything only has to run: an area that prepares much may prepare less.</summary>
    public bool IsSmoke => ReferenceEquals(settings, RatioSettings.Smoke);

    /// <summary>Keeps the compiler from dropping work whose result nobody reads.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Consume(long value) => Volatile.Write(ref _sink, value);

    /// <summary>Measures ours against the peer; the limit is on the ratio.</summary>
    public Task CompareAsync(RatioClaim claim, Action<int> ours, Action<int> peer) =>
        RunAsync(claim, RatioSide.Of(ours, clock), RatioSide.Of(peer, clock));

    /// <summary>Measures ours against the peer; the limit is on the ratio. Allocations are those of the whole process.</summary>
    public Task CompareAsync(RatioClaim claim, Func<int, Task> ours, Func<int, Task> peer) =>
        RunAsync(claim, RatioSide.Of(ours, clock), RatioSide.Of(peer, clock));

    /// <summary>Measures ours alone; the limit is on the time, in the claim's unit.</summary>
    public Task MeasureAsync(RatioClaim claim, Action<int> ours) => RunAsync(claim, RatioSide.Of(ours, clock), peer: null);

    /// <summary>Measures ours alone; the limit is on the time, in the claim's unit.</summary>
    public Task MeasureAsync(RatioClaim claim, Func<int, Task> ours) => RunAsync(claim, RatioSide.Of(ours, clock), peer: null);

    /// <summary>Measures how many nanoseconds ours takes more than the base; the limit is on the difference.</summary>
    public async Task DifferAsync(RatioClaim claim, Action<int> ours, Action<int> withoutIt)
    {
        (RatioSide one, RatioSide other) = (RatioSide.Of(ours, clock), RatioSide.Of(withoutIt, clock));
        await MeasureBothAsync(claim, one, other);
        report.Write(claim.Name, one.Nanoseconds - other.Nanoseconds, peer: null, "ns more", claim.AtMost);
        report.WriteBytes($"{claim.Name}.bytes", await one.CountBytesAsync(settings.AllocationBatches), peer: null, claim.AtMostBytes);
    }

    /// <summary>Prints something else that the area measured or counted in this run, with its limit if there is one.</summary>
    public void Fact(string name, double value, string unit, double? atMost = null) => report.Write(name, value, peer: null, unit, atMost);

    private async Task RunAsync(RatioClaim claim, RatioSide ours, RatioSide? peer)
    {
        await MeasureBothAsync(claim, ours, peer);
        (double perUnit, string unit) = claim.Unit switch
        {
            TimeUnit.Nanoseconds => (1, "ns"),
            TimeUnit.Microseconds => (1e3, "us"),
            _ => (1e6, "ms"),
        };
        report.Write(claim.Name, ours.Nanoseconds / perUnit, peer?.Nanoseconds / perUnit, unit, claim.AtMost);

        double bytes = await ours.CountBytesAsync(settings.AllocationBatches);
        double? peerBytes = peer is null ? null : await peer.CountBytesAsync(settings.AllocationBatches);
        report.WriteBytes($"{claim.Name}.bytes", bytes, peerBytes, claim.AtMostBytes);
    }

    private async Task MeasureBothAsync(RatioClaim claim, RatioSide ours, RatioSide? peer)
    {
        int batches = Math.Min(claim.Batches ?? settings.Batches, settings.Batches);
        RatioSettings warmup = claim.Batches is null ? settings : settings with { WarmupBatches = Math.Min(batches, settings.WarmupBatches) };
        await ours.WarmUpAsync(warmup);
        if (peer is not null)
            await peer.WarmUpAsync(warmup);

        // Whoever runs second may find warmer caches, so the order changes from one pair to the next.
        for (int i = 0; i < batches; i++)
        {
            if (peer is not null && i % 2 == 1)
                await peer.TimeBatchAsync();
            await ours.TimeBatchAsync();
            if (peer is not null && i % 2 == 0)
                await peer.TimeBatchAsync();
        }
    }
}
