using System.Collections.Concurrent;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretStoreReadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetSecretAsync_first_provider_that_holds_it_answers()
    {
        var first = new InMemorySecretProvider("first");
        var second = new InMemorySecretProvider("second");
        var third = new InMemorySecretProvider("third");
        second.Set("key", "from second");
        third.Set("key", "from third");
        using var harness = new SecretStoreHarness(first, second, third);

        Assert.Equal("from second", await harness.Store.GetSecretAsync("key", Cancellation));
        Secret? secret = await harness.Store.FindSecretAsync("key", Cancellation);
        Assert.Equal(("key", "second", "1"), (secret!.Name, secret.Provider, secret.Version));
        Assert.Equal((1, 1, 0), (first.Reads, second.Reads, third.Reads));
    }

    [Fact]
    public async Task GetSecretAsync_missing_names_secret_chain_and_remedy()
    {
        using var harness = new SecretStoreHarness(new InMemorySecretProvider("first"), new InMemorySecretProvider("second"));

        var error = await Assert.ThrowsAsync<SecretNotFoundException>(async () => await harness.Store.GetSecretAsync("missing", Cancellation));

        Assert.Equal("missing", error.SecretName);
        Assert.Equal(["first", "second"], error.Providers);
        Assert.Equal(
            "The secret 'missing' was not found. Asked in this order: first, second. Create it in one of them or correct the name; names are case-sensitive.",
            error.Message);
        Assert.Null(await harness.Store.FindSecretAsync("missing", Cancellation));
        Assert.False(harness.Store.TryGetSecret("missing", out _));
        Assert.Null(await harness.Store.TryGetSecretAsync("missing", Cancellation));
    }

    [Theory]
    [InlineData("", "The secret name is empty.")]
    [InlineData("a b", "The secret name 'a b' holds the character U+0020, which is not allowed.")]
    [InlineData("a$b", "The secret name 'a$b' holds '$', which is not allowed.")]
    [InlineData("a/../b", "The secret name 'a/../b' has a segment '.' or '..', which is not allowed.")]
    public async Task GetSecretAsync_invalid_name_is_refused_and_nobody_asked(string name, string message)
    {
        var provider = new InMemorySecretProvider();
        using var harness = new SecretStoreHarness(provider);

        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await harness.Store.GetSecretAsync(name, Cancellation));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => harness.Store.GetSecret(name));
        await Assert.ThrowsAsync<ArgumentException>(async () => await harness.Store.SetSecretAsync(name, "value", Cancellation));
        Assert.Equal(0, provider.Reads + provider.Writes);
    }

    [Fact]
    public async Task GetSecretAsync_thousand_concurrent_cold_reads_are_one_call()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = new InMemorySecretProvider { Gate = gate.Task };
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(provider);

        var reads = new ConcurrentBag<Task<string>>();
        Parallel.For(0, 1000, _ => reads.Add(harness.Store.GetSecretAsync("key", Cancellation).AsTask()));
        Assert.DoesNotContain(reads, read => read.IsCompleted);
        gate.SetResult();

        Assert.All(await Task.WhenAll(reads), value => Assert.Equal("value", value));
        Assert.Equal(1, provider.Reads);
    }

    [Fact]
    public async Task GetSecretAsync_warm_read_does_not_wait_for_a_hanging_key()
    {
        var hanging = new TaskCompletionSource();
        var provider = new InMemorySecretProvider();
        provider.Set("warm", "value");
        provider.Set("cold", "value");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("warm", Cancellation);
        provider.Gate = hanging.Task;

        ValueTask<string> cold = harness.Store.GetSecretAsync("cold", Cancellation);
        ValueTask<string> warm = harness.Store.GetSecretAsync("warm", Cancellation);

        Assert.True(warm.IsCompletedSuccessfully);
        Assert.False(cold.IsCompleted);
        hanging.SetResult();
        Assert.Equal("value", await cold);
    }

    [Fact]
    public void GetSecretAsync_cold_keys_are_read_side_by_side()
    {
        var provider = new InMemorySecretProvider { Gate = new TaskCompletionSource().Task };
        using var harness = new SecretStoreHarness(provider);

        for (int i = 0; i < 10; i++)
            _ = harness.Store.GetSecretAsync($"key-{i}", Cancellation).AsTask();

        Assert.Equal(10, provider.Reads);
    }

    [Fact]
    public async Task GetSecretAsync_one_callers_cancellation_leaves_the_others_waiting()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = new InMemorySecretProvider { Gate = gate.Task };
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(provider);
        using var impatient = new CancellationTokenSource();

        Task<string> first = harness.Store.GetSecretAsync("key", impatient.Token).AsTask();
        Task<string> second = harness.Store.GetSecretAsync("key", Cancellation).AsTask();
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(second.IsCompleted);
        gate.SetResult();
        Assert.Equal("value", await second);
        Assert.Equal(1, provider.Reads);
    }

    [Fact]
    public async Task EveryMethod_cancelled_token_throws()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(provider);
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await harness.Store.GetSecretAsync("key", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await harness.Store.FindSecretAsync("key", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await harness.Store.SetSecretAsync("key", "new", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await harness.Store.DeleteSecretAsync("key", cancelled));
        Assert.Equal(0, provider.Reads + provider.Writes);
    }

    [Fact]
    public async Task GetSecretAsync_hanging_provider_fails_after_the_timeout()
    {
        var provider = new InMemorySecretProvider("slow") { Gate = new TaskCompletionSource().Task, IgnoresCancellation = true };
        using var harness = new SecretStoreHarness(provider);

        Task<string> read = harness.Store.GetSecretAsync("key", Cancellation).AsTask();
        Assert.False(read.IsCompleted);
        harness.Time.Advance(TimeSpan.FromSeconds(30));

        var error = await Assert.ThrowsAsync<SecretProviderException>(() => read);
        Assert.Equal("The secret provider 'slow' could not read 'key': it did not answer within 00:00:30.", error.Message);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task GetSecretAsync_warm_reads_allocate_nothing()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", new SecretValue("value"u8.ToArray()));
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        _ = harness.Store.GetSecret("key");

        // A batch may be charged for what the runtime does beside it, such as moving the methods to their next tier; a read
        // that allocates is charged for in every batch.
        long least = long.MaxValue;
        for (int batch = 0; batch < 10 && least > 0; batch++)
        {
            int read = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10_000; i++)
            {
                ValueTask<string> value = harness.Store.GetSecretAsync("key", Cancellation);
                if (value.IsCompletedSuccessfully && harness.Store.GetSecret("key").Length == 5)
                    read++;
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(10_000, read);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public async Task GetSecret_async_provider_says_what_to_do_and_then_finds_it_loaded()
    {
        var gate = new TaskCompletionSource();
        var provider = new InMemorySecretProvider { Gate = gate.Task };
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(provider);

        var error = Assert.Throws<SecretNotReadyException>(() => harness.Store.GetSecret("key"));
        Assert.Equal(
            "The secret 'key' is not loaded yet and its provider has to be waited for. Call 'await GetSecretAsync' first, or list the name under Varai:Secrets:Prefetch.",
            error.Message);
        Assert.Throws<SecretNotReadyException>(() => harness.Store.GetSecret("key"));

        Task<string> read = harness.Store.GetSecretAsync("key", Cancellation).AsTask();
        gate.SetResult();
        await read;
        Assert.Equal("value", harness.Store.GetSecret("key"));
        Assert.Equal(1, provider.Reads);
    }

    [Fact]
    public void GetSecret_provider_that_answers_at_once_needs_no_warm_up()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(new InMemorySecretProvider("empty"), provider);

        Assert.Equal("value", harness.Store.GetSecret("key"));
        Assert.True(harness.Store.TryGetSecret("key", out string? value));
        Assert.Equal("value", value);
        Assert.Throws<SecretNotFoundException>(() => harness.Store.GetSecret("other"));
    }

    [Fact]
    public void GetSecret_while_another_thread_is_inside_the_provider_asks_for_itself()
    {
        using var inside = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        int calls = 0;
        var provider = new DelegateProvider(request =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                inside.Set();
                leave.Wait(Cancellation);
            }

            return new Secret(request.Name, new SecretValue("value"), "delegate");
        });
        using var harness = new SecretStoreHarness(provider);
        string? other = null;
        var thread = new Thread(() => other = harness.Store.GetSecret("key"));
        thread.Start();
        inside.Wait(Cancellation);

        Assert.Equal("value", harness.Store.GetSecret("key"));
        leave.Set();
        thread.Join();
        Assert.Equal("value", other);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task GetSecret_past_ttl_gives_the_last_value_while_it_is_refreshed()
    {
        var gate = new TaskCompletionSource();
        var provider = new InMemorySecretProvider();
        provider.Set("key", "old");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        provider.Set("key", "new");
        provider.Gate = gate.Task;
        harness.Time.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal("old", harness.Store.GetSecret("key"));
        Task<string> refreshed = harness.Store.GetSecretAsync("key", Cancellation).AsTask();
        gate.SetResult();
        Assert.Equal("new", await refreshed);
        Assert.Equal("new", harness.Store.GetSecret("key"));
        Assert.Equal(2, provider.Reads);
    }

    [Fact]
    public async Task GetSecretAsync_binary_secret_says_how_to_read_it()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", new SecretValue([0xFF, 0xFE]));
        using var harness = new SecretStoreHarness(provider);

        var error = await Assert.ThrowsAsync<SecretException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal("The secret 'key' from 'memory' is binary, not text. Call FindSecretAsync and read it with Value.RevealBytes.", error.Message);
        Secret? secret = await harness.Store.FindSecretAsync("key", Cancellation);
        Assert.Equal([0xFF, 0xFE], secret!.Value.RevealBytes().ToArray());
    }

    [Fact]
    public async Task Dispose_ends_hanging_reads()
    {
        var harness = new SecretStoreHarness(new InMemorySecretProvider { Gate = new TaskCompletionSource().Task });
        Task<string> read = harness.Store.GetSecretAsync("key", Cancellation).AsTask();

        harness.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => read);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
    }

    [Fact]
    public void Constructor_two_providers_of_one_name_are_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => new SecretStoreHarness(new InMemorySecretProvider("vault"), new InMemorySecretProvider("Vault")));
        Assert.Equal("Two secret providers are named 'vault'. The chain is: vault, Vault. Each needs a name of its own.", error.Message);
    }

    private sealed class DelegateProvider(Func<SecretRequest, Secret?> read) : ISecretProvider
    {
        public string Name => "delegate";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) => new(read(request));
    }
}
