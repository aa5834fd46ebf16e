using Varai.Benchmarks.Ratios;

namespace Varai.Benchmarks.Runner;

/// <summary>What the ratio runner says about itself on this machine: how far from 1 the ratio of equal work is, and from 2
/// that of double work. A claim closer to its limit than these are to their truth proves nothing.</summary>
internal static class RunnerRatios
{
    private static readonly byte[] Text = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    public static async Task RunAsync(RatioRunner runner)
    {
        await runner.CompareAsync(new RatioClaim("runner.same", atMost: 1.1, TimeUnit.Nanoseconds) { AtMostBytes = 0 }, Once, Once);
        await runner.CompareAsync(new RatioClaim("runner.double", atMost: 2.2, TimeUnit.Nanoseconds) { AtMostBytes = 0 }, Twice, Once);
        await runner.CompareAsync(new RatioClaim("runner.async", atMost: 1.1, TimeUnit.Nanoseconds), OnceAsync, OnceAsync);
    }

    private static void Once(int iterations)
    {
        long sum = 0;
        for (int i = 0; i < iterations; i++)
            sum += Work(i);
        RatioRunner.Consume(sum);
    }

    private static void Twice(int iterations)
    {
        long sum = 0;
        for (int i = 0; i < iterations; i++)
            sum += Work(i) + Work(i + 1);
        RatioRunner.Consume(sum);
    }

    private static async Task OnceAsync(int iterations)
    {
        for (int i = 0; i < iterations; i++)
        {
            RatioRunner.Consume(Work(i));
            await Task.Yield();
        }
    }

    private static long Work(int seed)
    {
        uint hash = 2166136261 ^ (uint)seed;
        foreach (byte b in Text)
            hash = (hash ^ b) * 16777619;
        return hash;
    }
}
