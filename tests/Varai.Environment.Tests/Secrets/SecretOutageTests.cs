using System.Collections.Concurrent;
using Varai.Secrets;

namespace Varai.Tests.Secrets;

/// <summary>Ten minutes without a backend, under load, in virtual time.</summary>
public sealed class SecretOutageTests
{
    private const int Names = 20;
    private static readonly TimeSpan RealLimit = TimeSpan.FromSeconds(60);

    public enum Outage
    {
        /// <summary>Every call fails at once.</summary>
        Fails,

        /// <summary>No call ends; tokens are heeded.</summary>
        Hangs,

        /// <summary>No call ends, whatever its token says.</summary>
        IgnoresTokens,
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Outage.Fails)]
    [InlineData(Outage.Hangs)]
    [InlineData(Outage.IgnoresTokens)]
    public async Task ReadAsync_ten_minutes_of_outage_few_calls_no_long_wait_and_no_stampede_at_recovery(Outage outage)
    {
        using var harness = new SecretChainHarness();
        bool isDown = true;
        var provider = new ScriptedProvider("vault", harness.Time, (request, _, token) =>
        {
            if (!isDown)
                return new(ScriptedProvider.Found(request, "vault"));
            if (outage == Outage.Fails)
                throw ScriptedProvider.Error("vault");
            return new(new TaskCompletionSource<Secret?>().Task.WaitAsync(outage == Outage.Hangs ? token : CancellationToken.None));
        });
        SecretChain chain = harness.Build(provider);

        var reads = new Queue<Task>();
        for (int second = 0; second < 600; second++)
        {
            reads.Enqueue(Task.WhenAll(Enumerable.Range(0, Names).Select(i => ReadAsync(chain, $"key-{i}"))));
            harness.Time.Advance(TimeSpan.FromSeconds(1));
            // Whoever has waited as long as the read timeout is let go, without any more time passing.
            if (reads.Count >= 30)
                await reads.Dequeue().WaitAsync(RealLimit, Cancellation);
        }

        await Task.WhenAll(reads.SkipLast(30)).WaitAsync(RealLimit, Cancellation);
        // 12,000 reads: those that were under way before the circuit opened, and then one call for each 15 seconds; one that hangs
        // takes 10 seconds more.
        int most = outage == Outage.Fails ? 10 + 41 : 10 * Names + 41;
        Assert.InRange(provider.Count, 20, most);

        // The outage ends. Time passes until nothing hangs and the circuit lets somebody through.
        isDown = false;
        for (int second = 0; second < 60; second++)
            harness.Time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(reads).WaitAsync(RealLimit, Cancellation);
        int before = provider.Count;
        Secret?[] found = await Task.WhenAll(Enumerable.Range(0, Names).Select(async i => (await chain.ReadAsync(new SecretRequest($"key-{i}"), Cancellation)).Secret));
        Assert.All(found, Assert.NotNull);
        Assert.Equal(Names, provider.Count - before);
        Assert.Empty(chain.Health.Failing);
        Assert.Empty(chain.Health.FailingNames);
    }

    [Fact]
    public async Task ReadAsync_hundred_callers_at_recovery_one_call_finds_out()
    {
        using var harness = new SecretChainHarness();
        harness.Options.Resilience.MaxRetries = 0;
        var gate = new TaskCompletionSource();
        var provider = new ScriptedProvider("vault", harness.Time, async (request, call, _) =>
        {
            if (call <= 10)
                throw ScriptedProvider.Error("vault");
            await gate.Task;
            return ScriptedProvider.Found(request, "vault");
        });
        SecretChain chain = harness.Build(provider);
        for (int i = 0; i < 10; i++)
            await SecretChainHarness.FailAsync(chain, $"key-{i}");
        harness.Time.Advance(TimeSpan.FromSeconds(15));

        var outcomes = new ConcurrentBag<string>();
        using var ended = new SemaphoreSlim(0);
        Task[] reads = [.. Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            outcomes.Add(await ReadAsync(chain, $"key-{i}"));
            ended.Release();
        }))];
        for (int i = 0; i < 99; i++)
            Assert.True(await ended.WaitAsync(RealLimit, Cancellation), "All but the one that is let through fail at once.");
        Assert.Equal(11, provider.Count);
        gate.SetResult();
        await Task.WhenAll(reads);
        Assert.Equal(1, outcomes.Count(outcome => outcome == "found"));
    }

    [Fact]
    public async Task GetSecret_known_values_are_served_through_the_outage_and_are_current_after_it()
    {
        bool isDown = false;
        string value = "old";
        using var harness = new SecretStoreHarness(
            options => options.Resilience.Enabled = null,
            new LateProvider(request => isDown ? throw new TimeoutException() : new Secret(request.Name, new SecretValue(value), "vault"), out CountedCalls calls));
        for (int i = 0; i < Names; i++)
            await harness.Store.GetSecretAsync($"key-{i}", Cancellation);

        isDown = true;
        value = "new";
        calls.Count = 0;
        for (int second = 0; second < 600; second++)
        {
            harness.Time.Advance(TimeSpan.FromSeconds(1));
            for (int i = 0; i < Names; i++)
                Assert.Equal("old", harness.Store.GetSecret($"key-{i}"));
            // Refreshes run on other threads.
            await Task.Yield();
        }

        Assert.InRange(calls.Count, 0, 10 * Names);
        isDown = false;
        for (int second = 0; second < 120; second++)
        {
            harness.Time.Advance(TimeSpan.FromSeconds(1));
            for (int i = 0; i < Names; i++)
                harness.Store.GetSecret($"key-{i}");
            await harness.Store.SettleAsync().WaitAsync(RealLimit, Cancellation);
        }

        for (int i = 0; i < Names; i++)
            Assert.Equal("new", harness.Store.GetSecret($"key-{i}"));
    }

    private static async Task<string> ReadAsync(SecretChain chain, string name)
    {
        try
        {
            return (await chain.ReadAsync(new SecretRequest(name), CancellationToken.None)).Secret is null ? "missing" : "found";
        }
        catch (SecretProviderException e) when (e.IsTransient)
        {
            return "failed";
        }
    }

    private sealed class CountedCalls
    {
        private int _count;

        public int Count
        {
            get => Volatile.Read(ref _count);
            set => Volatile.Write(ref _count, value);
        }

        public void Add() => Interlocked.Increment(ref _count);
    }

    private sealed class LateProvider : ISecretProvider
    {
        private readonly Func<SecretRequest, Secret> _read;
        private readonly CountedCalls _calls = new();

        public LateProvider(Func<SecretRequest, Secret> read, out CountedCalls calls)
        {
            _read = read;
            calls = _calls;
        }

        public string Name => "vault";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
        {
            _calls.Add();
            return new ValueTask<Secret?>(_read(request));
        }
    }
}
