using System.Text;
using Microsoft.Extensions.Time.Testing;
using Varai.State;

namespace Varai.Tests.State;

/// <summary>What happens when somebody deletes or replaces the file under a running store.</summary>
public sealed class SqliteReplacedFileTests : IDisposable
{
    private readonly StateFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commit_after_the_file_was_deleted_says_so_instead_of_losing_it()
    {
        using SqliteStateStore store = _folder.Open();
        await PutAsync(store, "a");
        DeleteFolder();
        await AssertRefusedAsync(store);
        await PutAsync(store, "b");
        Assert.Null(await store.GetAsync("a", Token));
        Assert.Equal(1L, await store.GetRevisionAsync(Token));
    }

    [Fact]
    public async Task Commit_after_another_process_made_a_new_store_says_so_and_goes_on_with_that_one()
    {
        using SqliteStateStore store = _folder.Open();
        await PutAsync(store, "a");
        DeleteFolder();
        await RunOtherProcessAsync(times: 5);
        await AssertRefusedAsync(store);
        await PutAsync(store, "b");
        Assert.Equal("5", Encoding.UTF8.GetString((await store.GetAsync("counter", Token))!.Content.Span));
        Assert.Equal(6L, await store.GetRevisionAsync(Token));
        using SqliteStateStore other = _folder.Open();
        Assert.NotNull(await other.GetAsync("b", Token));
    }

    [Fact]
    public async Task Commit_after_a_copy_was_renamed_over_the_file_says_so_and_goes_on_with_the_copy()
    {
        using SqliteStateStore store = _folder.Open();
        await PutAsync(store, "kept");
        Restore();
        await AssertRefusedAsync(store);
        await PutAsync(store, "b");
        Assert.NotNull(await store.GetAsync("kept", Token));
        using SqliteStateStore other = _folder.Open();
        Assert.NotNull(await other.GetAsync("b", Token));
        Assert.Null(await other.GetAsync("refused", Token));
    }

    [Fact]
    public async Task Read_without_any_commit_goes_on_with_the_new_file_at_the_next_look()
    {
        var clock = new FakeTimeProvider();
        using SqliteStateStore store = _folder.Open(clock);
        await PutAsync(store, "a");
        Assert.NotNull(await store.GetAsync("a", Token));
        DeleteFolder();
        await RunOtherProcessAsync(times: 1);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await store.GetAsync("a", Token));
        Assert.NotNull(await store.GetAsync("counter", Token));
    }

    [Fact]
    public async Task Watch_over_a_replaced_file_resets_even_when_the_new_one_has_more_revisions()
    {
        var clock = new FakeTimeProvider();
        using SqliteStateStore store = _folder.Open(clock);
        await PutAsync(store, "a");
        await using IAsyncEnumerator<StateChange> changes = store.WatchAsync(0, Token).GetAsyncEnumerator(Token);
        Assert.True(await changes.MoveNextAsync());
        ValueTask<bool> next = changes.MoveNextAsync();
        DeleteFolder();
        await RunOtherProcessAsync(times: 5);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await next.AsTask().WaitAsync(TimeSpan.FromSeconds(60), Token));
        Assert.Equal(new StateChange(5, StateChangeKind.Reset, string.Empty, 0, true), changes.Current);
        await PutAsync(store, "b");
        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), Token));
        Assert.Equal(new StateChange(6, StateChangeKind.Put, "b", 1, true), changes.Current);
    }

    [Fact]
    public async Task Reader_lent_before_the_file_was_replaced_is_not_lent_again()
    {
        using SqliteStateStore store = _folder.Open();
        await PutAsync(store, "old/1");
        await PutAsync(store, "old/2");
        await foreach (StateDocument document in store.ListAsync(string.Empty, Token))
        {
            if (document.Key == "old/2")
                break;
            DeleteFolder();
            await AssertRefusedAsync(store);
            await PutAsync(store, "new");
        }

        Assert.Null(await store.GetAsync("old/1", Token));
        Assert.NotNull(await store.GetAsync("new", Token));
    }

    // Windows lets nobody take the files away.
    private void DeleteFolder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a system that deletes open files");
        Directory.Delete(_folder.Path, recursive: true);
    }

    private void Restore()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a system that replaces open files");
        string copy = Path.Combine(_folder.Root, "copy.db");
        _folder.ExecuteRaw($"VACUUM INTO '{copy}'");
        File.Delete(_folder.File + "-wal");
        File.Delete(_folder.File + "-shm");
        File.Move(copy, _folder.File, overwrite: true);
    }

    private async Task RunOtherProcessAsync(int times)
    {
        using CrashHostProcess other = CrashHostProcess.Start("increment", _folder.Path, "counter", $"{times}");
        Assert.Equal(string.Empty, await other.WaitAsync(Token));
        Assert.Equal(0, other.ExitCode);
    }

    private async Task AssertRefusedAsync(SqliteStateStore store)
    {
        StateException error = await Assert.ThrowsAsync<StateException>(() => PutAsync(store, "refused"));
        Assert.Equal($"The state store '{_folder.File}' was deleted or replaced while it was in use, and this commit is not in the file that is there now; the next call goes on with that one, or makes an empty one. Stop every process before restoring a store, and restore it from a backup if its content matters.", error.Message);
        Assert.False(error.IsTransient);
    }

    private static Task<StateCommit> PutAsync(SqliteStateStore store, string key) =>
        store.CommitAsync(new StateTransaction().Put(key, "content"u8.ToArray()), Token);
}
