using Microsoft.Extensions.Primitives;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretStoreWatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WatchAsync_tells_of_writes_rotations_appearances_and_deletions_with_versions()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "one");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        Assert.Null(await harness.Store.FindSecretAsync("other", Cancellation));
        await using IAsyncEnumerator<SecretChange> changes = harness.Store.WatchAsync(cancellationToken: Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = changes.MoveNextAsync();
        DateTimeOffset now = harness.Time.GetUtcNow();

        await harness.Store.SetSecretAsync("key", "two", Cancellation);
        Assert.Equal(new SecretChange("key", SecretChangeKind.Written, now) { Provider = "memory", OldVersion = "1", NewVersion = "2" }, await NextAsync());
        provider.Set("key", "three");
        await ReadAgainAsync("key");
        Assert.Equal(new SecretChange("key", SecretChangeKind.Rotated, now) { Provider = "memory", OldVersion = "2", NewVersion = "3" }, await NextAsync());
        provider.Set("other", "here");
        await ReadAgainAsync("other");
        Assert.Equal(new SecretChange("other", SecretChangeKind.Appeared, now) { Provider = "memory", NewVersion = "1" }, await NextAsync());
        provider.Remove("other");
        await ReadAgainAsync("other");
        Assert.Equal(new SecretChange("other", SecretChangeKind.Deleted, now) { Provider = "memory", OldVersion = "1" }, await NextAsync());
        await harness.Store.DeleteSecretAsync("key", Cancellation);
        await ReadAgainAsync("key");
        Assert.Equal(new SecretChange("key", SecretChangeKind.Deleted, now) { Provider = "memory", OldVersion = "3" }, await NextAsync());

        // Nothing else came: not for the reads in between, not for the second time that the deleted one is missing.
        Assert.False(next.IsCompleted);
        harness.Dispose();
        Assert.False(await next);

        Task<Secret?> ReadAgainAsync(string name)
        {
            harness.Store.Invalidate(name);
            return harness.Store.FindSecretAsync(name, Cancellation).AsTask();
        }

        async Task<SecretChange> NextAsync()
        {
            Assert.True(await next);
            SecretChange change = changes.Current;
            next = changes.MoveNextAsync();
            return change;
        }
    }

    [Fact]
    public async Task WatchAsync_slow_reader_gets_the_latest_change_of_each_name()
    {
        var provider = new InMemorySecretProvider();
        using var harness = new SecretStoreHarness(provider);
        await using IAsyncEnumerator<SecretChange> changes = harness.Store.WatchAsync(cancellationToken: Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> first = changes.MoveNextAsync();
        await harness.Store.SetSecretAsync("a", "0", Cancellation);
        Assert.True(await first);

        for (int i = 1; i <= 1000; i++)
        {
            await harness.Store.SetSecretAsync("a", $"{i}", Cancellation);
            await harness.Store.SetSecretAsync("b", $"{i}", Cancellation);
        }

        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(("a", "1", "1001"), (changes.Current.Name, changes.Current.OldVersion, changes.Current.NewVersion));
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(("b", null, "1000"), (changes.Current.Name, changes.Current.OldVersion, changes.Current.NewVersion));
        ValueTask<bool> none = changes.MoveNextAsync();
        Assert.False(none.IsCompleted);
        harness.Dispose();
        Assert.False(await none);
    }

    [Fact]
    public async Task WatchAsync_name_is_read_and_refreshed_without_any_reader()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "one");
        provider.Set("unwatched", "one");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("unwatched", Cancellation);
        await using IAsyncEnumerator<SecretChange> changes = harness.Store.WatchAsync("key", Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = changes.MoveNextAsync();
        await harness.Store.SettleAsync();
        Assert.Equal(2, provider.Reads);

        harness.Time.Advance(TimeSpan.FromMinutes(3.5));
        Assert.Equal(2, provider.Reads);
        provider.Set("key", "two");
        provider.Set("unwatched", "two");
        harness.Time.Advance(TimeSpan.FromMinutes(1));
        await harness.Store.SettleAsync();

        Assert.True(await next);
        Assert.Equal(("key", SecretChangeKind.Rotated), (changes.Current.Name, changes.Current.Kind));
        Assert.Equal(3, provider.Reads);
    }

    [Fact]
    public async Task WatchAsync_outage_is_no_storm_of_polls_and_the_change_comes_through_at_the_end()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "one");
        using var harness = new SecretStoreHarness(options => options.MaxStale = TimeSpan.Zero, provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        IChangeToken token = harness.Store.GetChangeToken("key");
        provider.Failure = () => new TimeoutException();

        for (int i = 0; i < 600; i++)
        {
            harness.Time.Advance(TimeSpan.FromSeconds(1));
            await harness.Store.SettleAsync();
        }

        // From 4 minutes on, every half minute.
        Assert.InRange(provider.Reads, 8, 15);
        Assert.False(token.HasChanged);
        provider.Failure = null;
        provider.Set("key", "two");
        harness.Time.Advance(TimeSpan.FromSeconds(31));
        await harness.Store.SettleAsync();
        Assert.True(token.HasChanged);
    }

    [Fact]
    public async Task GetChangeToken_nobody_watches_nothing_is_read_again()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "one");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        harness.Time.Advance(TimeSpan.FromHours(10));
        await harness.Store.SettleAsync();
        Assert.Equal(1, provider.Reads);
    }

    [Fact]
    public async Task GetChangeToken_survives_that_the_cache_is_full()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("watched", "one");
        using var harness = new SecretStoreHarness(options => options.MaxEntries = 10, provider);
        await harness.Store.GetSecretAsync("watched", Cancellation);
        IChangeToken token = harness.Store.GetChangeToken("watched");
        ISecretHandle dropped = harness.Store.GetHandle("dropped");
        provider.Set("dropped", "one");
        Assert.Equal("one", dropped.GetSecret());
        for (int i = 0; i < 100; i++)
        {
            harness.Time.Advance(TimeSpan.FromMilliseconds(1));
            await harness.Store.FindSecretAsync($"key-{i}", Cancellation);
        }

        int before = provider.Reads;
        Assert.Equal("one", harness.Store.GetSecret("watched"));
        Assert.Equal(before, provider.Reads);
        provider.Set("watched", "two");
        harness.Store.Invalidate("watched");
        Assert.Equal("two", harness.Store.GetSecret("watched"));
        Assert.True(token.HasChanged);
        // A handle follows: a write shows, whether or not its place in the cache is the old one.
        await harness.Store.SetSecretAsync("dropped", "two", Cancellation);
        Assert.Equal("two", dropped.GetSecret());
    }

    [Fact]
    public async Task FindSecretAsync_full_cache_keeps_what_lives_longest()
    {
        var provider = new InMemorySecretProvider();
        using var harness = new SecretStoreHarness(options => options.MaxEntries = 10, provider);
        for (int i = 0; i < 9; i++)
        {
            provider.Set($"key-{i}", "value");
            await harness.Store.GetSecretAsync($"key-{i}", Cancellation);
        }

        // A miss lives 30 seconds: it is the first to go, though it was read last.
        await harness.Store.FindSecretAsync("missing", Cancellation);
        provider.Set("key-9", "value");
        await harness.Store.GetSecretAsync("key-9", Cancellation);
        int before = provider.Reads;
        for (int i = 0; i < 10; i++)
            Assert.Equal("value", harness.Store.GetSecret($"key-{i}"));
        Assert.Equal(before, provider.Reads);
        await harness.Store.FindSecretAsync("missing", Cancellation);
        Assert.Equal(before + 1, provider.Reads);
    }

    [Theory]
    [InlineData("key")]
    [InlineData(null)]
    public async Task NotifyChanged_next_read_gives_the_new_value_and_watchers_are_told_without_one(string? notified)
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", """{"f":"old"}""");
        using var harness = new SecretStoreHarness(new InMemorySecretProvider("earlier"), provider);
        await harness.Store.GetSecretAsync("key#f", Cancellation);
        await harness.Store.GetSecretAsync("key@1", Cancellation);
        IChangeToken token = harness.Store.GetChangeToken("key");

        provider.Set("key", """{"f":"new"}""");
        Assert.Equal("old", harness.Store.GetSecret("key#f"));
        provider.NotifyChanged(notified);

        Assert.Equal("new", await harness.Store.GetSecretAsync("key#f", Cancellation));
        await harness.Store.SettleAsync();
        Assert.True(token.HasChanged);
        Assert.Equal("new", harness.Store.GetSecret("key#f"));
    }

    [Fact]
    public async Task NotifyChanged_watcher_needs_no_reader()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "old");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        await using IAsyncEnumerator<SecretChange> changes = harness.Store.WatchAsync(cancellationToken: Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = changes.MoveNextAsync();

        provider.Set("key", "new");
        provider.NotifyChanged(null);

        Assert.True(await next);
        Assert.Equal(("key", SecretChangeKind.Rotated, "2"), (changes.Current.Name, changes.Current.Kind, changes.Current.NewVersion));
        Assert.Equal("new", harness.Store.GetSecret("key"));
        Assert.Equal(2, provider.Reads);
    }

    [Fact]
    public async Task NotifyChanged_during_a_read_that_read_is_followed_by_another()
    {
        var gate = new TaskCompletionSource();
        var provider = new SnapshotProvider(gate.Task);
        using var harness = new SecretStoreHarness(provider);
        Task<string> early = harness.Store.GetSecretAsync("key", Cancellation).AsTask();

        provider.Value = "new";
        provider.Notify!(null);
        gate.SetResult();

        Assert.Equal("old", await early);
        Assert.Equal("new", await harness.Store.GetSecretAsync("key", Cancellation));
    }

    [Fact]
    public async Task NotifyChanged_while_the_provider_fails_keeps_the_last_value()
    {
        var provider = new InMemorySecretProvider();
        provider.Set("key", "old");
        using var harness = new SecretStoreHarness(provider);
        await harness.Store.GetSecretAsync("key", Cancellation);
        provider.Failure = () => new TimeoutException();
        provider.NotifyChanged("key");
        Assert.Equal("old", await harness.Store.GetSecretAsync("key", Cancellation));
    }

    [Fact]
    public async Task NotifyChanged_says_nothing_about_what_an_earlier_provider_holds_and_nothing_after_the_end()
    {
        var first = new InMemorySecretProvider("first");
        var second = new InMemorySecretProvider("second");
        first.Set("key", "value");
        var harness = new SecretStoreHarness(first, second);
        await harness.Store.GetSecretAsync("key", Cancellation);

        second.NotifyChanged(null);
        Assert.Equal("value", harness.Store.GetSecret("key"));
        Assert.Equal(1, first.Reads);
        harness.Dispose();
        first.NotifyChanged(null);
        Assert.Equal(1, first.Reads);
    }

    [Fact]
    public async Task Subscribe_that_throws_is_logged_and_harms_no_read()
    {
        using var harness = new SecretStoreHarness(new SnapshotProvider(Task.CompletedTask) { Refuses = true });
        Assert.Equal("old", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Single(harness.Logs.GetSnapshot(), record => record.Id.Id == 1222);
    }

    /// <summary>Its value is the one of the moment when it was asked, though it answers later.</summary>
    private sealed class SnapshotProvider(Task gate) : ISecretProvider, ISecretChangeNotifier, IDisposable
    {
        public string Value { get; set; } = "old";

        public bool Refuses { get; set; }

        public Action<string?>? Notify { get; private set; }

        public string Name => "snapshot";

        public async ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
        {
            string value = Value;
            await gate;
            return new Secret(request.Name, new SecretValue(value), Name);
        }

        public IDisposable Subscribe(Action<string?> changed)
        {
            Notify = Refuses ? throw new IOException("no more watches") : changed;
            return this;
        }

        public void Dispose()
        {
            // Nothing to end.
        }
    }
}
