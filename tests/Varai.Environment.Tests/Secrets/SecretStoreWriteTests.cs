using Microsoft.Extensions.Primitives;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretStoreWriteTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SetSecretAsync_writable_provider_that_holds_it_gets_it_and_reads_show_it_at_once()
    {
        var writable = new InMemorySecretProvider("writable");
        var later = new InMemorySecretProvider("later");
        writable.Set("key", "old");
        using var harness = new SecretStoreHarness(new ReadOnlyProvider("environment"), writable, later);
        Assert.Equal("old", await harness.Store.GetSecretAsync("key", Cancellation));

        Assert.Equal("2", await harness.Store.SetSecretAsync("key", "new", Cancellation));

        Assert.Equal("new", harness.Store.GetSecret("key"));
        // One read to find out who holds it.
        Assert.Equal((1, 2, 0), (writable.Writes, writable.Reads, later.Writes));
        Secret? secret = await harness.Store.FindSecretAsync("key", Cancellation);
        Assert.Equal(("writable", "2"), (secret!.Provider, secret.Version));
    }

    [Fact]
    public async Task SetSecretAsync_nobody_can_write_names_the_chain()
    {
        using var harness = new SecretStoreHarness(new ReadOnlyProvider("environment"), new ReadOnlyProvider("mounted"));

        var error = await Assert.ThrowsAsync<SecretException>(async () => await harness.Store.SetSecretAsync("key", "value", Cancellation));
        Assert.Equal(
            "The secret 'key' can't be written or deleted: none of the secret providers (environment, mounted) can write. Add one that can with AddSecretProvider.",
            error.Message);
        await Assert.ThrowsAsync<SecretException>(async () => await harness.Store.DeleteSecretAsync("key", Cancellation));
    }

    [Fact]
    public async Task SetSecretAsync_shadowed_by_an_earlier_provider_is_refused()
    {
        var writable = new InMemorySecretProvider("writable");
        using var harness = new SecretStoreHarness(new ReadOnlyProvider("environment", "key"), writable);

        var error = await Assert.ThrowsAsync<SecretException>(async () => await harness.Store.SetSecretAsync("key", "value", Cancellation));
        Assert.Equal(
            "The secret 'key' was not written to 'writable': 'environment' is asked before it and holds the name, so the new value would not be read. "
            + "Change it in 'environment' or remove it there.",
            error.Message);
        Assert.Equal(0, writable.Writes);
    }

    [Fact]
    public async Task SetSecretAsync_failed_write_makes_the_next_read_ask()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "old");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        provider.Failure = () => new TimeoutException();

        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.SetSecretAsync("key", "new", Cancellation));
        Assert.Equal(("write", true), (error.Operation, error.IsTransient));
        // The write may have arrived after all.
        provider.Failure = null;
        provider.Set("key", "new");
        Assert.Equal("new", await harness.Store.GetSecretAsync("key", Cancellation));
    }

    [Fact]
    public async Task SetSecretAsync_failed_in_an_outage_leaves_the_last_known_value_to_read()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "old");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        provider.Failure = () => new TimeoutException();

        await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.SetSecretAsync("key", "new", Cancellation));
        Assert.Equal("old", await harness.Store.GetSecretAsync("key", Cancellation));
        await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.DeleteSecretAsync("key", Cancellation));
        Assert.Equal("old", harness.Store.GetSecret("key"));

        // No longer than any other value in an outage.
        harness.Time.Advance(TimeSpan.FromHours(2));
        await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("key", Cancellation));
    }

    [Fact]
    public async Task SetSecretAsync_abandoned_the_provider_still_has_the_value_when_the_caller_has_disposed_his()
    {
        var gate = new TaskCompletionSource();
        var provider = new LateWriter(gate.Task);
        using var harness = new SecretStoreHarness(provider);
        using var caller = new CancellationTokenSource();
        using (var value = new SecretValue("new"))
        {
            Task writing = harness.Store.SetSecretAsync("key", value, caller.Token).AsTask();
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        }

        gate.SetResult();
        Assert.Equal("new", await provider.Written.Task.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task SetSecretAsync_during_a_read_the_read_does_not_undo_it()
    {
        var gate = new TaskCompletionSource();
        var provider = new SlowReader(gate.Task);
        using var harness = new SecretStoreHarness(provider);
        Task<Secret?> early = harness.Store.FindSecretAsync("key", Cancellation).AsTask();

        await harness.Store.SetSecretAsync("key", "new", Cancellation);
        gate.SetResult();

        Assert.Equal("old", (await early)!.RevealString());
        Assert.Equal("new", harness.Store.GetSecret("key"));
    }

    [Fact]
    public async Task SetSecretAsync_overlapping_writes_the_backend_decides_which_came_last()
    {
        var provider = new ReorderingWriter();
        using var harness = new SecretStoreHarness(provider);

        Task first = harness.Store.SetSecretAsync("key", "first", Cancellation).AsTask();
        Task second = harness.Store.SetSecretAsync("key", "second", Cancellation).AsTask();
        provider.Finish(1);
        await second;
        provider.Finish(0);
        await first;

        // The backend took "first" and then "second"; the answers came the other way round.
        Assert.Equal("second", await harness.Store.GetSecretAsync("key", Cancellation));
    }

    [Fact]
    public async Task DeleteSecretAsync_forgets_it_and_tells_who_watches()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        IChangeToken token = harness.Store.GetChangeToken("key");

        Assert.True(await harness.Store.DeleteSecretAsync("key", Cancellation));
        Assert.Null(await harness.Store.FindSecretAsync("key", Cancellation));
        Assert.True(token.HasChanged);
        Assert.False(await harness.Store.DeleteSecretAsync("key", Cancellation));
    }

    [Fact]
    public async Task GetChangeToken_fires_once_per_change_of_its_name_only()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "one");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        IChangeToken token = harness.Store.GetChangeToken("key");
        IChangeToken other = harness.Store.GetChangeToken("other");
        int fired = 0;
        using IDisposable registration = token.RegisterChangeCallback(_ => fired++, state: null);

        await harness.Store.SetSecretAsync("key", "one", Cancellation);
        Assert.Equal(0, fired);
        await harness.Store.SetSecretAsync("key", "two", Cancellation);
        await harness.Store.SetSecretAsync("key", "three", Cancellation);

        Assert.Equal(1, fired);
        Assert.False(other.HasChanged);
        Assert.False(harness.Store.GetChangeToken("key").HasChanged);
    }

    [Fact]
    public async Task GetChangeToken_fires_when_a_read_finds_another_value()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "one");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        IChangeToken token = harness.Store.GetChangeToken("key");

        harness.Time.Advance(TimeSpan.FromMinutes(6));
        await harness.Store.GetSecretAsync("key", Cancellation);
        Assert.False(token.HasChanged);
        provider.Set("key", "two");
        harness.Store.Invalidate("key");
        await harness.Store.GetSecretAsync("key", Cancellation);

        Assert.True(token.HasChanged);
    }

    [Fact]
    public async Task GetChangeToken_throwing_callback_hurts_nobody_and_its_text_is_not_logged()
    {
        var provider = new InMemorySecretProvider();
        using var harness = new SecretStoreHarness(provider);
        using IDisposable registration = harness.Store.GetChangeToken("key")
            .RegisterChangeCallback(_ => throw new InvalidOperationException("s3cr3t-canary"), state: null);

        await harness.Store.SetSecretAsync("key", "value", Cancellation);

        Assert.Contains("A callback for a change of the secret 'key' threw InvalidOperationException.", harness.LogText, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", harness.LogText, StringComparison.Ordinal);
    }

    private sealed class ReadOnlyProvider(string name, params string[] held) : ISecretProvider
    {
        public string Name => name;

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) =>
            new(held.Contains(request.Name) ? new Secret(request.Name, new SecretValue("held"), name) : null);
    }

    private sealed class SlowReader(Task gate) : ISecretProvider, ISecretWriter
    {
        public string Name => "slow";

        public async ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
        {
            await gate.WaitAsync(cancellationToken);
            return new Secret(request.Name, new SecretValue("old"), Name);
        }

        public ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken) => new("2");

        public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) => new(true);
    }

    /// <summary>Goes on with a write that was cancelled, as one does whose request is on its way.</summary>
    private sealed class LateWriter(Task gate) : ISecretProvider, ISecretWriter
    {
        public string Name => "late";

        public TaskCompletionSource<string> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) => default;

        public async ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
        {
            await gate;
            try
            {
                Written.SetResult(value.RevealString());
            }
            catch (ObjectDisposedException e)
            {
                Written.SetException(e);
            }

            return null;
        }

        public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) => new(true);
    }

    private sealed class ReorderingWriter : ISecretProvider, ISecretWriter
    {
        private readonly List<TaskCompletionSource<string?>> _writes = [];
        private string? _value;

        public string Name => "reordering";

        public void Finish(int write) => _writes[write].SetResult($"{write}");

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) =>
            new(_value is null ? null : new Secret(request.Name, new SecretValue(_value), Name));

        public ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
        {
            _value = value.RevealString();
            _writes.Add(new TaskCompletionSource<string?>());
            return new ValueTask<string?>(_writes[^1].Task);
        }

        public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) => new(true);
    }
}
