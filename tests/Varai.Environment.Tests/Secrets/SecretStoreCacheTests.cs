using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretStoreCacheTests
{
    private static readonly TimeSpan PastTtl = TimeSpan.FromMinutes(5.5) + TimeSpan.FromTicks(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetSecretAsync_within_ttl_asks_once_and_after_it_again()
    {
        (InMemorySecretProvider provider, SecretStoreHarness harness) = await WarmAsync("old");
        provider.Set("key", "new");

        harness.Time.Advance(TimeSpan.FromMinutes(3.6) - TimeSpan.FromTicks(2));
        Assert.Equal("old", await harness.Store.GetSecretAsync("key", Cancellation));
        harness.Time.Advance(TimeSpan.FromMinutes(1.9) + TimeSpan.FromTicks(3));
        Assert.Equal("new", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal(2, provider.Reads);
    }

    [Fact]
    public async Task GetSecretAsync_ttl_is_spread_by_a_tenth_either_way()
    {
        var provider = new InMemorySecretProvider();
        using var harness = new SecretStoreHarness(provider);
        string[] names = [.. Enumerable.Range(0, 200).Select(i => $"key-{i}")];
        foreach (string name in names)
        {
            provider.Set(name, "value");
            await harness.Store.GetSecretAsync(name, Cancellation);
        }

        // Four fifths of 5 minutes, when a read makes it be refreshed.
        harness.Time.Advance(TimeSpan.FromMinutes(4));
        int before = provider.Reads;
        foreach (string name in names)
            await harness.Store.GetSecretAsync(name, Cancellation);
        await harness.Store.SettleAsync();

        // Of 200 fair halves, fewer than 40 or more than 160 come up once in 10^18 runs.
        Assert.InRange(provider.Reads - before, 40, 160);
    }

    [Fact]
    public async Task FindSecretAsync_miss_is_remembered_for_its_own_time()
    {
        var provider = new InMemorySecretProvider();
        using var harness = new SecretStoreHarness(provider);
        Assert.Null(await harness.Store.FindSecretAsync("key", Cancellation));
        provider.Set("key", "value");

        harness.Time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.Null(await harness.Store.FindSecretAsync("key", Cancellation));
        Assert.Equal(1, provider.Reads);
        harness.Time.Advance(TimeSpan.FromTicks(1));
        Assert.NotNull(await harness.Store.FindSecretAsync("key", Cancellation));
    }

    [Fact]
    public async Task GetSecretAsync_secret_that_expires_is_kept_no_longer()
    {
        var provider = new InMemorySecretProvider();
        using var harness = new SecretStoreHarness(provider);
        provider.ExpiresAt = harness.Time.GetUtcNow().AddMinutes(1);
        provider.Set("key", "value");
        await harness.Store.GetSecretAsync("key", Cancellation);
        provider.Failure = () => new InvalidOperationException("down");

        harness.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("value", await harness.Store.GetSecretAsync("key", Cancellation));
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
    }

    [Fact]
    public async Task GetSecretAsync_provider_down_serves_stale_up_to_the_limit_and_health_says_so()
    {
        (InMemorySecretProvider provider, SecretStoreHarness harness) = await WarmAsync("value");
        provider.Failure = () => new SecretProviderException("memory", "read", "key", "it is down.");
        Assert.Equal(HealthStatus.Healthy, (await CheckHealthAsync(harness)).Status);

        harness.Time.Advance(PastTtl);
        Assert.Equal("value", await harness.Store.GetSecretAsync("key", Cancellation));
        HealthCheckResult health = await CheckHealthAsync(harness);
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Equal("key", health.Data["stale"]);
        Assert.Contains("it is down.", (string)health.Data["provider:memory"], StringComparison.Ordinal);

        // Tried again every 30 seconds, not on every read.
        Assert.Equal("value", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal(2, provider.Reads);
        harness.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("value", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal(3, provider.Reads);

        harness.Time.Advance(TimeSpan.FromMinutes(61));
        await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Single(harness.Logs.GetSnapshot(), record => record.Id.Id == 1204);
        Assert.Single(harness.Logs.GetSnapshot(), record => record.Id.Id == 1202);
    }

    [Fact]
    public async Task GetSecretAsync_provider_back_ends_staleness()
    {
        (InMemorySecretProvider provider, SecretStoreHarness harness) = await WarmAsync("old");
        provider.Failure = () => new TimeoutException();
        harness.Time.Advance(PastTtl);
        await harness.Store.GetSecretAsync("key", Cancellation);
        provider.Failure = null;
        provider.Set("key", "new");

        harness.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("new", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal(HealthStatus.Healthy, (await CheckHealthAsync(harness)).Status);
        Assert.Single(harness.Logs.GetSnapshot(), record => record.Id.Id == 1203 && record.Level == LogLevel.Information);
    }

    [Fact]
    public async Task GetSecretAsync_failing_provider_is_not_skipped()
    {
        var first = new InMemorySecretProvider("first") { Failure = () => new InvalidOperationException("broken") };
        var second = new InMemorySecretProvider("second");
        second.Set("key", "value");
        using var harness = new SecretStoreHarness(first, second);

        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal(("first", "read", "key", false), (error.Provider, error.Operation, error.SecretName, error.IsTransient));
        Assert.Equal(
            "The secret provider 'first' could not read 'key': it threw InvalidOperationException; "
            + "its text may quote a secret and is not shown; Varai:Secrets:KeepProviderExceptions shows it.",
            error.Message);
        Assert.Null(error.InnerException);
        Assert.Equal(0, second.Reads);
    }

    [Fact]
    public async Task GetSecretAsync_optional_provider_is_passed_over_while_it_fails_and_preferred_again_soon()
    {
        var first = new InMemorySecretProvider("first") { Failure = () => new InvalidOperationException("broken") };
        var second = new InMemorySecretProvider("second");
        first.Set("key", "from first");
        second.Set("key", "from second");
        using var harness = new SecretStoreHarness(options => options.OptionalProviders.Add("First"), first, second);

        Assert.Equal("from second", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Contains("provider:first", (await CheckHealthAsync(harness)).Data.Keys);
        // Held by nobody else: the failure is reported, not a false "not found".
        await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("other", Cancellation));

        first.Failure = null;
        harness.Time.Advance(TimeSpan.FromSeconds(34));
        Assert.Equal("from first", await harness.Store.GetSecretAsync("key", Cancellation));
    }

    [Fact]
    public void Constructor_optional_provider_that_is_not_there_is_refused()
    {
        var error = Assert.Throws<OptionsValidationException>(
            () => new SecretStoreHarness(options => options.OptionalProviders.Add("valt"), new InMemorySecretProvider("vault")));
        Assert.Equal("Varai:Secrets:OptionalProviders names 'valt', but the secret providers are: vault. Did you mean 'vault'?", error.Message);
    }

    [Fact]
    public async Task Invalidate_next_read_asks_again()
    {
        (InMemorySecretProvider provider, SecretStoreHarness harness) = await WarmAsync("old");
        provider.Set("key", "new");

        harness.Store.Invalidate("key");

        Assert.Equal("new", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal(2, provider.Reads);
    }

    [Fact]
    public async Task Invalidate_during_a_read_keeps_its_old_value_out_of_the_cache()
    {
        var reading = new TaskCompletionSource<Secret?>();
        var provider = new ScriptedProvider(reading.Task, Task.FromResult<Secret?>(new Secret("key", new SecretValue("new"), "scripted")));
        using var harness = new SecretStoreHarness(provider);
        Task<string> early = harness.Store.GetSecretAsync("key", Cancellation).AsTask();

        harness.Store.Invalidate("key");
        Assert.Equal("new", await harness.Store.GetSecretAsync("key", Cancellation));
        reading.SetResult(new Secret("key", new SecretValue("old"), "scripted"));

        Assert.Equal("old", await early);
        Assert.Equal("new", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal(2, provider.Calls);
    }

    [Fact]
    public async Task GetSecretAsync_more_names_than_the_bound_drops_the_oldest()
    {
        var provider = new InMemorySecretProvider();
        using var harness = new SecretStoreHarness(options => options.MaxEntries = 100, provider);
        for (int i = 0; i < 250; i++)
        {
            await harness.Store.FindSecretAsync($"key-{i}", Cancellation);
            harness.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(250, provider.Reads);
        await harness.Store.FindSecretAsync("key-249", Cancellation);
        Assert.Equal(250, provider.Reads);
        await harness.Store.FindSecretAsync("key-0", Cancellation);
        Assert.Equal(251, provider.Reads);
        // Of the last 100, at most a tenth and the one just read were dropped.
        int before = provider.Reads;
        for (int i = 165; i < 250; i++)
            await harness.Store.FindSecretAsync($"key-{i}", Cancellation);
        Assert.Equal(before, provider.Reads);
    }

    private static async Task<(InMemorySecretProvider Provider, SecretStoreHarness Harness)> WarmAsync(string value)
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", value);
        var harness = new SecretStoreHarness(provider);
        Assert.Equal(value, await harness.Store.GetSecretAsync("key", Cancellation));
        return (provider, harness);
    }

    private static Task<HealthCheckResult> CheckHealthAsync(SecretStoreHarness harness) =>
        harness.CheckHealthAsync(Cancellation);

    private sealed class ScriptedProvider(params Task<Secret?>[] answers) : ISecretProvider
    {
        private int _calls;

        public int Calls => _calls;

        public string Name => "scripted";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) =>
            new(answers[Interlocked.Increment(ref _calls) - 1]);
    }
}
