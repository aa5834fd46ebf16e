using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Varai.State;

namespace Varai.Tests.State;

public sealed class SqliteStateStoreTests : IDisposable
{
    private readonly StateFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Constructor_and_disposal_touch_no_file()
    {
        SqliteStateStore store = _folder.Open();
        await store.DisposeAsync();
        Assert.False(Directory.Exists(_folder.Path));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.GetAsync("a", Token).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CommitAsync(new StateTransaction(), Token));
        Assert.False(Directory.Exists(_folder.Path));
    }

    [Fact]
    public async Task First_use_makes_a_private_folder_that_git_ignores()
    {
        using SqliteStateStore store = _folder.Open();
        await PutAsync(store, "a", "1");
        Assert.Equal("*\n", await File.ReadAllTextAsync(Path.Combine(_folder.Path, ".gitignore"), Token));
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
        foreach (string file in Directory.GetFiles(_folder.Path, "state.db*"))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task First_use_in_a_folder_of_the_user_adds_no_gitignore()
    {
        Directory.CreateDirectory(_folder.Path);
        using SqliteStateStore store = _folder.Open();
        await PutAsync(store, "a", "1");
        Assert.False(File.Exists(Path.Combine(_folder.Path, ".gitignore")));
    }

    [Fact]
    public async Task Commits_are_durable_in_a_write_ahead_log()
    {
        using SqliteStateStore store = _folder.Open();
        await PutAsync(store, "a", "1");
        Assert.Equal("wal", _folder.ExecuteRaw("PRAGMA journal_mode"));
        long synchronous = await store.Database.WriteAsync(session => session.ReadInt64("PRAGMA synchronous"), Token);
        Assert.Equal(2, synchronous);
    }

    [Fact]
    public async Task Reopened_store_has_everything()
    {
        var clock = new FakeTimeProvider();
        using (SqliteStateStore store = _folder.Open(clock))
        {
            await PutAsync(store, "a", "1");
            await store.Leases.TryAcquireAsync("l", "h", TimeSpan.FromHours(1), Token);
        }

        using SqliteStateStore reopened = _folder.Open(clock);
        Assert.Equal("1", await ReadAsync(reopened, "a"));
        Assert.Equal(1, (await reopened.Leases.GetAsync("l", Token))!.Token);
    }

    [Fact]
    public async Task Two_stores_on_one_folder_lose_no_update()
    {
        using SqliteStateStore first = _folder.Open();
        using SqliteStateStore second = _folder.Open();
        await Task.WhenAll(((SqliteStateStore[])[first, second, first, second]).Select(store => Task.Run(
            async () =>
            {
                for (int done = 0; done < 50;)
                {
                    StateDocument? document = await store.GetAsync("counter", Token);
                    int value = document is null ? 0 : int.Parse(document.Content.Span, null);
                    try
                    {
                        await store.CommitAsync(new StateTransaction().Put("counter", Encoding.UTF8.GetBytes($"{value + 1}"), document?.Version ?? 0), Token);
                        done++;
                    }
                    catch (StateConflictException)
                    {
                        continue;
                    }
                }
            },
            Token)));
        Assert.Equal("200", await ReadAsync(first, "counter"));
        Assert.Equal("200", await ReadAsync(second, "counter"));
    }

    [Fact]
    public async Task Watch_sees_commits_of_another_store_at_its_next_poll()
    {
        var clock = new FakeTimeProvider();
        using SqliteStateStore watching = _folder.Open(clock);
        using SqliteStateStore writing = _folder.Open(clock);
        await using IAsyncEnumerator<StateChange> changes = watching.WatchAsync(0, Token).GetAsyncEnumerator(Token);
        Task<bool> next = changes.MoveNextAsync().AsTask();
        await PutAsync(writing, "a", "1");
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await next);
        Assert.Equal(new StateChange(1, StateChangeKind.Put, "a", 1, true), changes.Current);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_after_a_trimmed_revision_resets_then_goes_on(bool isInMemory)
    {
        var options = new StateOptions { ChangeRetention = 5 };
        IStateStore store = isInMemory ? new InMemoryStateStore(options, TimeProvider.System) : _folder.Open(options: options);
        for (int i = 0; i < 12; i++)
            await PutAsync(store, "a", "1");
        await using (IAsyncEnumerator<StateChange> changes = store.WatchAsync(3, Token).GetAsyncEnumerator(Token))
        {
            await changes.MoveNextAsync();
            Assert.Equal(new StateChange(12, StateChangeKind.Reset, string.Empty, 0, true), changes.Current);
            await PutAsync(store, "b", "1");
            await changes.MoveNextAsync();
            Assert.Equal(new StateChange(13, StateChangeKind.Put, "b", 1, true), changes.Current);
        }

        await using (IAsyncEnumerator<StateChange> kept = store.WatchAsync(8, Token).GetAsyncEnumerator(Token))
        {
            await kept.MoveNextAsync();
            Assert.Equal(new StateChange(9, StateChangeKind.Put, "a", 9, true), kept.Current);
        }

        (store as IDisposable)?.Dispose();
    }

    [Fact]
    public async Task Watch_ends_with_the_disposed_store()
    {
        SqliteStateStore store = _folder.Open();
        await using IAsyncEnumerator<StateChange> changes = store.WatchAsync(0, Token).GetAsyncEnumerator(Token);
        Task<bool> next = changes.MoveNextAsync().AsTask();
        store.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => next);
    }

    [Fact]
    public async Task Dispose_during_a_listing_closes_its_connection_afterwards()
    {
        SqliteStateStore store = _folder.Open();
        await PutAsync(store, "a", "1");
        await PutAsync(store, "b", "1");
        var keys = new List<string>();
        await foreach (StateDocument document in store.ListAsync(string.Empty, Token))
        {
            keys.Add(document.Key);
            store.Dispose();
        }

        Assert.Equal(["a", "b"], keys);

        // The last connection to close removes the log.
        Assert.False(File.Exists(_folder.File + "-wal"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commit_of_a_content_over_the_limit_is_refused(bool isInMemory)
    {
        var options = new StateOptions { MaxDocumentBytes = 4 };
        IStateStore store = isInMemory ? new InMemoryStateStore(options, TimeProvider.System) : _folder.Open(options: options);
        await PutAsync(store, "a", "1234");
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(store, "b", "12345"));
        Assert.StartsWith("The content of 'b' has 5 bytes; Varai:State:MaxDocumentBytes allows 4. Put it into a blob and commit the blob's id, or raise the limit.", error.Message, StringComparison.Ordinal);
        (store as IDisposable)?.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commits_side_by_side_have_times_in_the_order_of_their_revisions(bool isInMemory)
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromTicks(1) };
        IStateStore store = isInMemory ? new InMemoryStateStore(new StateOptions(), clock) : _folder.Open(clock);
        int count = isInMemory ? 5000 : 50;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                for (int i = 0; i < count; i++)
                    await store.CommitAsync(new StateTransaction().Append("s", default), Token);
            },
            Token)));
        DateTimeOffset last = DateTimeOffset.MinValue;
        await foreach (StreamEntry entry in store.ReadStreamAsync(new StreamQuery("s"), Token))
        {
            Assert.True(entry.Appended > last, $"entry {entry.Sequence} is older than the one before it");
            last = entry.Appended;
        }

        (store as IDisposable)?.Dispose();
    }

    [Fact]
    public async Task Create_of_a_folder_by_several_at_once_fails_for_none()
    {
        const int Rounds = 100;
        using var start = new Barrier(3);
        await Task.WhenAll(Enumerable.Range(0, start.ParticipantCount).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var errors = new List<Exception?>();
                for (int round = 0; round < Rounds; round++)
                {
                    string directory = Path.Combine(_folder.Root, $"{round}");
                    start.SignalAndWait(Token);
                    errors.Add(Record.Exception(() => SqliteFolder.Create(directory, Path.Combine(directory, "state.db"))));
                }

                Assert.All(errors, Assert.Null);
            },
            Token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        for (int round = 0; round < Rounds; round++)
            Assert.Equal("*\n", await File.ReadAllTextAsync(Path.Combine(_folder.Root, $"{round}", ".gitignore"), Token));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(700_000)]
    public async Task Blob_with_a_changed_byte_is_never_read_to_its_end(int size)
    {
        using SqliteStateStore store = _folder.Open();
        byte[] content = new byte[size];
        new Random(7).NextBytes(content);
        BlobId id = await store.Blobs.PutAsync(content, Token);
        foreach (int chunk in Enumerable.Range(0, (size / SqliteBlobs.ChunkSize) + 1))
        {
            Flip(chunk);
            await using Stream stream = (await store.Blobs.OpenReadAsync(id, Token))!;
            StateException error = await Assert.ThrowsAsync<StateException>(() => stream.CopyToAsync(Stream.Null, Token));
            Assert.StartsWith($"The blob {id} in the store '{_folder.File}' is damaged: its content has another hash.", error.Message, StringComparison.Ordinal);
            Assert.False(error.IsTransient);
            Flip(chunk);
        }

        Assert.Equal(content, await store.Blobs.ReadAsync(id, Token));
        _folder.ExecuteRaw("DELETE FROM chunks WHERE ordinal = (SELECT max(ordinal) FROM chunks)");
        await Assert.ThrowsAsync<StateException>(() => store.Blobs.ReadAsync(id, Token));

        void Flip(int chunk) => _folder.ExecuteRaw(
            $"UPDATE chunks SET content = CAST(substr(content, 1, 499) || CASE hex(substr(content, 500, 1)) WHEN '5A' THEN x'{content[(chunk * SqliteBlobs.ChunkSize) + 499]:X2}' ELSE x'5A' END || substr(content, 501) AS BLOB) WHERE ordinal = {chunk}");
    }

    [Fact]
    public async Task Blob_deleted_and_put_again_while_read_is_not_mixed()
    {
        using SqliteStateStore store = _folder.Open();
        byte[] content = new byte[600_000];
        BlobId id = await store.Blobs.PutAsync(content, Token);
        await using Stream stream = (await store.Blobs.OpenReadAsync(id, Token))!;
        Assert.Equal(10, await stream.ReadAsync(new byte[10], Token));
        await store.Blobs.DeleteAsync(id, Token);
        await store.Blobs.PutAsync(content, Token);
        StateException error = await Assert.ThrowsAsync<StateException>(() => stream.CopyToAsync(Stream.Null, Token));
        Assert.Contains("was deleted while it was read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blob_stream_reads_synchronously_too()
    {
        using SqliteStateStore store = _folder.Open();
        byte[] content = new byte[300_000];
        new Random(3).NextBytes(content);
        BlobId id = await store.Blobs.PutAsync(content, Token);
        using Stream stream = (await store.Blobs.OpenReadAsync(id, Token))!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        Assert.Equal(content, copy.ToArray());
    }

    [Fact]
    public async Task Abandoned_uploads_go_at_a_start_a_day_later()
    {
        var clock = new FakeTimeProvider();
        using (SqliteStateStore store = _folder.Open(clock))
            await PutAsync(store, "a", "1");
        _folder.ExecuteRaw($"INSERT INTO blobs (id, hash, length, touched) VALUES (77, NULL, 0, {clock.GetUtcNow().UtcTicks}); INSERT INTO chunks VALUES (77, 0, x'00')");
        foreach ((TimeSpan after, long left) in ((TimeSpan, long)[])[(TimeSpan.FromHours(23), 1), (TimeSpan.FromHours(2), 0)])
        {
            clock.Advance(after);
            using SqliteStateStore store = _folder.Open(clock);
            await PutAsync(store, "a", "1");
            Assert.Equal(left, _folder.ExecuteRaw("SELECT count(*) FROM blobs"));
            Assert.Equal(left, _folder.ExecuteRaw("SELECT count(*) FROM chunks"));
        }
    }

    private static Task<StateCommit> PutAsync(IStateStore store, string key, string content) =>
        store.CommitAsync(new StateTransaction().Put(key, Encoding.UTF8.GetBytes(content)), Token);

    private static async Task<string?> ReadAsync(IStateStore store, string key) =>
        await store.GetAsync(key, Token) is { } document ? Encoding.UTF8.GetString(document.Content.Span) : null;
}
