using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretStoreStaleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task GetSecret_healthy_provider_gives_the_last_value_however_long_nobody_asked(int staleMinutes)
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "old");
        using var harness = new SecretStoreHarness(options => options.MaxStale = TimeSpan.FromMinutes(staleMinutes), provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        provider.Set("key", "new");
        var gate = new TaskCompletionSource();
        provider.Gate = gate.Task;

        harness.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal("old", harness.Store.GetSecret("key"));
        Task<string> refreshed = harness.Store.GetSecretAsync("key", Cancellation).AsTask();
        gate.SetResult();
        Assert.Equal("new", await refreshed);
    }

    [Fact]
    public async Task GetSecretAsync_staleness_is_counted_from_the_first_failed_refresh()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        provider.Failure = () => new TimeoutException();

        harness.Time.Advance(TimeSpan.FromHours(10));
        Assert.Equal("value", await harness.Store.GetSecretAsync("key", Cancellation));
        harness.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("value", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal("value", harness.Store.GetSecret("key"));
        harness.Time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Throws<SecretProviderException>(() => harness.Store.GetSecret("key"));
    }

    [Fact]
    public async Task GetSecretAsync_staleness_not_allowed_fails_with_the_provider()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(options => options.MaxStale = TimeSpan.Zero, provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        provider.Failure = () => new TimeoutException();

        harness.Time.Advance(TimeSpan.FromMinutes(6));
        await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Throws<SecretProviderException>(() => harness.Store.GetSecret("key"));
    }

    [Fact]
    public async Task GetSecret_expired_secret_is_never_given()
    {
        var provider = new InMemorySecretProvider();
        using var harness = new SecretStoreHarness(provider);
        provider.ExpiresAt = harness.Time.GetUtcNow().AddMinutes(20);
        provider.Set("key", "value");
        await harness.Store.GetSecretAsync("key", Cancellation);
        provider.Gate = new TaskCompletionSource().Task;

        harness.Time.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromTicks(1));
        Assert.Equal("value", harness.Store.GetSecret("key"));
        harness.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Throws<SecretNotReadyException>(() => harness.Store.GetSecret("key"));
    }

    [Fact]
    public async Task GetSecretAsync_expiry_just_past_the_time_to_live_holds_whatever_the_spread()
    {
        var provider = new InMemorySecretProvider();
        using var harness = new SecretStoreHarness(options => options.MaxStale = TimeSpan.Zero, provider);
        provider.ExpiresAt = harness.Time.GetUtcNow().AddMinutes(5).AddSeconds(1);
        string[] names = [.. Enumerable.Range(0, 100).Select(i => $"key-{i}")];
        foreach (string name in names)
        {
            provider.Set(name, "value");
            await harness.Store.GetSecretAsync(name, Cancellation);
        }

        harness.Time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        provider.ExpiresAt = null;
        foreach (string name in names)
            await harness.Store.GetSecretAsync(name, Cancellation);

        Assert.Equal(200, provider.Reads);
    }

    [Fact]
    public async Task GetSecretAsync_expiry_that_never_comes_is_no_limit()
    {
        var provider = new InMemorySecretProvider { ExpiresAt = DateTimeOffset.MaxValue };
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        harness.Time.Advance(TimeSpan.FromMinutes(4));
        await harness.Store.GetSecretAsync("key", Cancellation);
        Assert.Equal(1, provider.Reads);
    }
}
