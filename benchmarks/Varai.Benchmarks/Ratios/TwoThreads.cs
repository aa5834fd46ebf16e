namespace Varai.Benchmarks.Ratios;

/// <summary>How many reads two threads make in the time in which one makes its own: 2 when they don't get in each other's way.</summary>
internal static class TwoThreads
{
    private const int Batch = 20_000;

    public static async Task RunAsync(RatioRunner runner, string name, Action<int> read)
    {
        using var start = new SemaphoreSlim(0);
        using var done = new SemaphoreSlim(0);
        bool isOver = false;
        var second = new Thread(() =>
        {
            while (true)
            {
                start.Wait();
                if (Volatile.Read(ref isOver))
                    return;
                read(Batch);
                done.Release();
            }
        });
        second.Start();

        // Two threads make two batches in the time of 'ours'; the peer makes the same two on one thread. The inverse of the ratio is the
        // throughput of two threads against one.
        await runner.CompareAsync(
            new RatioClaim(name, atMost: 1 / 1.8, TimeUnit.Microseconds),
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    start.Release();
                    read(Batch);
                    done.Wait();
                }
            },
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    read(Batch);
                    read(Batch);
                }
            });
        Volatile.Write(ref isOver, true);
        start.Release();
        second.Join();
    }
}
