using Microsoft.Extensions.Logging;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretStoreFailureTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 30)]
    public async Task GetSecretAsync_failure_is_remembered_briefly_so_that_a_flood_is_one_call(bool isTransient, int seconds)
    {
        var provider = new InMemorySecretProvider
        {
            Failure = () => new SecretProviderException("memory", "read", "key", "it is down.") { IsTransient = isTransient },
        };
        using var harness = new SecretStoreHarness(provider);

        for (int i = 0; i < 100; i++)
        {
            var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
            Assert.Equal("The secret provider 'memory' could not read 'key': it is down.", error.Message);
            Assert.Throws<SecretProviderException>(() => harness.Store.GetSecret("key"));
            Assert.Throws<SecretProviderException>(() => harness.Store.GetHandle("key").GetSecret());
        }

        Assert.Equal(1, provider.Reads);
        provider.Failure = null;
        provider.Set("key", "value");
        harness.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
        harness.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("value", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal(2, provider.Reads);
    }

    [Fact]
    public async Task Invalidate_clears_a_remembered_failure()
    {
        var provider = new InMemorySecretProvider { Failure = () => new TimeoutException() };
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(provider);
        await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
        provider.Failure = null;

        harness.Store.Invalidate("key");

        Assert.Equal("value", await harness.Store.GetSecretAsync("key", Cancellation));
    }

    [Fact]
    public async Task GetSecretAsync_throwing_logger_wedges_nothing()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(_ => { }, [new ThrowingSink()], [provider], new ThrowingLogger());
        Assert.Equal("value", await harness.Store.GetSecretAsync("key", Cancellation));
        harness.Store.GetChangeToken("key").RegisterChangeCallback(_ => throw new InvalidOperationException("callback"), state: null);

        for (int round = 0; round < 3; round++)
        {
            provider.Failure = () => new TimeoutException();
            harness.Time.Advance(TimeSpan.FromMinutes(6));
            await Record.ExceptionAsync(async () => await harness.Store.GetSecretAsync("key", Cancellation));
            await Record.ExceptionAsync(async () => await harness.Store.GetSecretAsync("cold", Cancellation));
            provider.Failure = null;
            provider.Set("key", $"value {round}");
            harness.Time.Advance(TimeSpan.FromMinutes(6));
            await Record.ExceptionAsync(async () => await harness.Store.GetSecretAsync("key", Cancellation));
            await harness.Store.SettleAsync();
            harness.Store.Invalidate("key");
            Assert.Equal($"value {round}", await harness.Store.GetSecretAsync("key", Cancellation));
        }
    }

    [Fact]
    public async Task FindSecretAsync_value_that_a_user_has_disposed_is_read_again()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", """{"f":"value"}""");
        using var harness = new SecretStoreHarness(provider);
        (await harness.Store.FindSecretAsync("key", Cancellation))!.Value.Dispose();

        Assert.Equal("""{"f":"value"}""", (await harness.Store.FindSecretAsync("key", Cancellation))!.RevealString());
        Assert.Equal(2, provider.Reads);
        harness.Store.FindSecret("key")!.Value.Dispose();
        Assert.Equal("""{"f":"value"}""", harness.Store.GetSecret("key"));
        harness.Store.FindSecret("key#f")!.Value.Dispose();
        Assert.Equal("value", harness.Store.FindSecret("key#f")!.RevealString());
        harness.Store.FindSecret("key")!.Value.Dispose();
        harness.Store.FindSecret("key#f")!.Value.Dispose();
        Assert.Equal("value", (await harness.Store.FindSecretAsync("key#f", Cancellation))!.RevealString());
    }

    [Fact]
    public async Task GetSecretAsync_provider_that_gives_a_disposed_value_is_told_so()
    {
        var value = new SecretValue("value");
        value.Dispose();
        using var harness = new SecretStoreHarness(new FixedProvider(value));
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Contains("gave a value that is disposed already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_overwrites_what_is_cached_and_ends_everything()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", """{"f":"value"}""");
        var harness = new SecretStoreHarness(provider);
        ISecretHandle handle = harness.Store.GetHandle("key");
        handle.GetSecret();
        Secret[] secrets = [harness.Store.FindSecret("key")!, harness.Store.FindSecret("key#f")!, harness.Store.FindSecret("key@1")!];
        ReadOnlyMemory<byte>[] bytes = [.. secrets.Select(secret => secret.Value.RevealBytes())];

        harness.Dispose();
        harness.Dispose();

        Assert.All(secrets, secret => Assert.True(secret.Value.IsDisposed()));
        Assert.All(bytes, memory => Assert.All(memory.ToArray(), b => Assert.Equal(0, b)));
        Assert.Throws<ObjectDisposedException>(() => handle.GetSecret());
        Assert.Throws<ObjectDisposedException>(() => harness.Store.GetSecret("key"));
        Assert.Throws<ObjectDisposedException>(() => harness.Store.WatchAsync(cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await harness.Store.FindSecretAsync("key#f", Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await harness.Store.SetSecretAsync("key", "new", Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await harness.Store.DeleteSecretAsync("key", Cancellation));
        // The provider's own copy is not the store's to overwrite.
        Assert.Equal("""{"f":"value"}""", (await provider.GetAsync(new SecretRequest("key"), Cancellation))!.RevealString());
    }

    private sealed class FixedProvider(SecretValue value) : ISecretProvider
    {
        public string Name => "fixed";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) => new(new Secret(request.Name, value, Name));
    }

    private sealed class ThrowingSink : ISecretAuditSink
    {
        public void Record(SecretAccess access) => throw new InvalidOperationException("sink");
    }

    private sealed class ThrowingLogger : ILogger<SecretStore>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("logger");
    }
}
