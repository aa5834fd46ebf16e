using System.Diagnostics;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretStoreRefreshTests
{
    private static readonly TimeSpan PastTtl = TimeSpan.FromMinutes(5.5) + TimeSpan.FromTicks(1);

    // Past four fifths of the longest time to live, before the end of the shortest.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(4.45);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetSecretAsync_near_the_end_of_its_time_gives_the_value_at_once_and_refreshes_beside_it()
    {
        var gate = new TaskCompletionSource();
        (InMemorySecretProvider provider, SecretStoreHarness harness) = await WarmAsync("old");
        provider.Set("key", "new");
        provider.Gate = gate.Task;

        harness.Time.Advance(Ahead);
        for (int i = 0; i < 100; i++)
        {
            ValueTask<string> read = harness.Store.GetSecretAsync("key", Cancellation);
            Assert.True(read.IsCompletedSuccessfully);
            Assert.Equal("old", await read);
            Assert.Equal("old", harness.Store.GetSecret("key"));
        }

        gate.SetResult();
        await harness.Store.SettleAsync();
        Assert.Equal("new", harness.Store.GetSecret("key"));
        Assert.Equal(2, provider.Reads);
        // Nobody ever had to wait.
        harness.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal("new", harness.Store.GetSecret("key"));
        Assert.Equal(2, provider.Reads);
    }

    [Fact]
    public async Task GetSecretAsync_failing_refresh_ahead_leaves_the_value_fresh_and_is_not_repeated_at_once()
    {
        (InMemorySecretProvider provider, SecretStoreHarness harness) = await WarmAsync("old", options => options.MaxStale = TimeSpan.Zero);
        provider.Failure = () => new TimeoutException();

        harness.Time.Advance(TimeSpan.FromMinutes(4.401));
        for (int i = 0; i < 10; i++)
            Assert.Equal("old", await harness.Store.GetSecretAsync("key", Cancellation));
        await harness.Store.SettleAsync();
        for (int i = 0; i < 10; i++)
            Assert.Equal("old", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal(2, provider.Reads);
        Assert.Empty(harness.Store.StaleNames);
        Assert.DoesNotContain(harness.Logs.GetSnapshot(), record => record.Id.Id == 1204);

        // No staleness is allowed: past the time to live the failure shows.
        harness.Time.Advance(TimeSpan.FromMinutes(1.1));
        await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
    }

    [Fact]
    public async Task GetSecretAsync_hanging_provider_past_the_time_to_live_waits_a_second_once_and_then_not_at_all()
    {
        (InMemorySecretProvider provider, SecretStoreHarness harness) = await WarmAsync("old");
        provider.Gate = new TaskCompletionSource().Task;
        provider.IgnoresCancellation = true;
        harness.Time.Advance(PastTtl);

        Task<string>[] reads = [.. Enumerable.Range(0, 100).Select(_ => harness.Store.GetSecretAsync("key", Cancellation).AsTask())];
        harness.Time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.DoesNotContain(reads, read => read.IsCompleted);
        harness.Time.Advance(TimeSpan.FromTicks(1));
        Assert.All(await Task.WhenAll(reads), value => Assert.Equal("old", value));

        // Known to be slow: given at once, for as long as it hangs and after it has failed.
        for (int i = 0; i < 60; i++)
        {
            harness.Time.Advance(TimeSpan.FromSeconds(1));
            ValueTask<string> read = harness.Store.GetSecretAsync("key", Cancellation);
            Assert.True(read.IsCompletedSuccessfully);
            Assert.Equal("old", await read);
        }

        Assert.Equal(["key"], harness.Store.StaleNames);
        Assert.Single(harness.Logs.GetSnapshot(), record => record.Id.Id == 1220);
        Assert.InRange(provider.Reads, 2, 4);
    }

    [Fact]
    public async Task GetSecretAsync_stale_value_is_given_no_longer_than_allowed_even_if_the_provider_only_hangs()
    {
        (InMemorySecretProvider provider, SecretStoreHarness harness) = await WarmAsync("old", options => options.MaxStale = TimeSpan.FromMinutes(2));
        provider.Gate = new TaskCompletionSource().Task;
        harness.Time.Advance(PastTtl);
        Task<string> first = harness.Store.GetSecretAsync("key", Cancellation).AsTask();
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("old", await first);
        harness.Time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        Assert.Equal("old", await harness.Store.GetSecretAsync("key", Cancellation));

        harness.Time.Advance(TimeSpan.FromTicks(1));
        Task<string> late = harness.Store.GetSecretAsync("key", Cancellation).AsTask();
        Assert.False(late.IsCompleted);
        harness.Time.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<SecretProviderException>(() => late);
    }

    [Fact]
    public async Task GetSecretAsync_ten_cold_keys_of_200_ms_are_there_after_250_ms()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var provider = new InMemorySecretProvider("slow", time) { Delay = TimeSpan.FromMilliseconds(200) };
        using var store = new SecretStore(
            [provider], Microsoft.Extensions.Options.Options.Create(new SecretOptions()), time, Microsoft.Extensions.Logging.Abstractions.NullLogger<SecretStore>.Instance);
        for (int i = 0; i < 10; i++)
            provider.Set($"key-{i}", "value");

        Task<string[]> all = Task.WhenAll(Enumerable.Range(0, 10).Select(i => store.GetSecretAsync($"key-{i}", Cancellation).AsTask()));
        time.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal(10, (await all).Length);
    }

    [Fact]
    public async Task GetSecretAsync_provider_that_blocks_delays_no_warm_read_and_no_other_key()
    {
        using var inside = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        var provider = new BlockingProvider(inside, leave);
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("warm", Cancellation);
        harness.Time.Advance(Ahead);
        provider.IsBlocking = true;
        long start = Stopwatch.GetTimestamp();

        // Near the end of its time: the read is not held up by the refresh that it starts.
        Assert.Equal("value", await harness.Store.GetSecretAsync("warm", Cancellation));
        inside.Wait(Cancellation);
        Assert.Equal("value", harness.Store.GetSecret("warm"));
        provider.IsBlocking = false;
        Assert.Equal("value", await harness.Store.GetSecretAsync("cold", Cancellation));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        leave.Set();
        await harness.Store.SettleAsync();
    }

    [Fact]
    public async Task GetSecretAsync_on_the_systems_clock_ends_too()
    {
        var provider = new InMemorySecretProvider { ExpiresAt = TimeProvider.System.GetUtcNow().AddMilliseconds(-1) };
        provider.Set("key", "one");
        using var store = new SecretStore(
            [provider],
            Microsoft.Extensions.Options.Options.Create(new SecretOptions()),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<SecretStore>.Instance);
        await store.GetSecretAsync("key", Cancellation);
        provider.ExpiresAt = null;
        provider.Set("key", "two");
        Assert.Equal("two", await store.GetSecretAsync("key", Cancellation));
        provider.Set("key", "three");
        Assert.Equal("two", await store.GetSecretAsync("key", Cancellation));
    }

    private static async Task<(InMemorySecretProvider Provider, SecretStoreHarness Harness)> WarmAsync(string value, Action<SecretOptions>? configure = null)
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", value);
        var harness = new SecretStoreHarness(configure ?? (_ => { }), provider);
        Assert.Equal(value, await harness.Store.GetSecretAsync("key", Cancellation));
        return (provider, harness);
    }

    private sealed class BlockingProvider(ManualResetEventSlim inside, ManualResetEventSlim leave) : ISecretProvider
    {
        private volatile bool _isBlocking;

        public bool IsBlocking
        {
            set => _isBlocking = value;
        }

        public string Name => "blocking";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
        {
            if (_isBlocking)
            {
                inside.Set();
                leave.Wait(cancellationToken);
            }

            return new(new Secret(request.Name, new SecretValue("value"), Name));
        }
    }
}
