using System.Diagnostics;
using System.Text;
using Microsoft.Data.Sqlite;
using Varai.State;

namespace Varai.Tests.State;

/// <summary>What a store says and keeps when the machine or the operator does it wrong.</summary>
public sealed class SqliteFailureTests : IDisposable
{
    private readonly StateFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_where_a_file_stands_in_the_folders_place_says_so_and_recovers()
    {
        await File.WriteAllTextAsync(_folder.Path, "in the way", Token);
        using SqliteStateStore store = _folder.Open();
        StateException error = await FailAsync(store);
        Assert.StartsWith($"The state folder '{_folder.Path}' can't be used: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Make it a folder this process may write to, or set Varai:State:Directory to another one.", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
        File.Delete(_folder.Path);
        await PutAsync(store, "a");
    }

    [Fact]
    public async Task Open_in_a_read_only_folder_says_so_and_loses_nothing()
    {
        using (SqliteStateStore before = _folder.Open())
            await PutAsync(before, "kept");
        using (MakeReadOnly())
        {
            using SqliteStateStore store = _folder.Open();
            StateException error = await FailAsync(store);
            Assert.StartsWith($"The state store '{_folder.File}' can't be opened for writing. Make the folder and the files in it writable for this process, or set Varai:State:Directory to a folder that is. (SQLite error ", error.Message, StringComparison.Ordinal);
            Assert.False(error.IsTransient);
            await Assert.ThrowsAsync<StateException>(() => store.GetAsync("kept", Token).AsTask());
        }

        using SqliteStateStore after = _folder.Open();
        Assert.NotNull(await after.GetAsync("kept", Token));
        await PutAsync(after, "a");
    }

    [Fact]
    public async Task Open_of_a_folder_that_can_not_be_made_says_so()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc, where nobody can make a folder");
        using var store = new SqliteStateStore("/proc/varai", new StateOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<SqliteStateStore>.Instance);
        StateException error = await FailAsync(store);
        Assert.StartsWith("The state folder '/proc/varai' can't be used: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_of_a_file_that_is_no_database_says_so_and_leaves_it_alone()
    {
        Directory.CreateDirectory(_folder.Path);
        byte[] garbage = Encoding.UTF8.GetBytes(new string('x', 8192));
        await File.WriteAllBytesAsync(_folder.File, garbage, Token);
        using SqliteStateStore store = _folder.Open();
        StateException error = await FailAsync(store);
        Assert.StartsWith($"The state store '{_folder.File}' is not a SQLite database. Restore the file from a backup, move it away to begin with an empty store, or set Varai:State:Directory to another folder. (SQLite error 26: ", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
        Assert.Equal(garbage, await File.ReadAllBytesAsync(_folder.File, Token));
    }

    [Fact]
    public async Task Open_of_a_newer_schema_is_refused_and_leaves_it_alone()
    {
        using (SqliteStateStore before = _folder.Open())
            await PutAsync(before, "kept");
        _folder.ExecuteRaw("PRAGMA user_version = 2");
        using (SqliteStateStore store = _folder.Open())
        {
            StateException error = await FailAsync(store);
            Assert.Equal($"The state store '{_folder.File}' has schema version 2; this version of Varai.Environment knows 1. Update the package in this process, or set Varai:State:Directory to another folder.", error.Message);
            Assert.False(error.IsTransient);
        }

        _folder.ExecuteRaw("PRAGMA user_version = 1");
        using SqliteStateStore after = _folder.Open();
        Assert.NotNull(await after.GetAsync("kept", Token));
    }

    [Fact]
    public async Task Open_of_another_applications_database_is_refused_and_leaves_it_alone()
    {
        Directory.CreateDirectory(_folder.Path);
        _folder.ExecuteRaw("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
        using SqliteStateStore store = _folder.Open();
        StateException error = await FailAsync(store);
        Assert.Equal($"'{_folder.File}' is a SQLite database of another application. Set Varai:State:Directory to a folder of its own.", error.Message);
        Assert.Equal(1L, _folder.ExecuteRaw("SELECT count(*) FROM sqlite_schema"));
    }

    [Fact]
    public async Task Commit_on_a_damaged_file_says_so()
    {
        using (SqliteStateStore before = _folder.Open())
        {
            for (int i = 0; i < 200; i++)
                await PutAsync(before, $"k{i}");
        }

        byte[] file = await File.ReadAllBytesAsync(_folder.File, Token);
        file.AsSpan(4096).Fill(0x5A);
        await File.WriteAllBytesAsync(_folder.File, file, Token);
        using SqliteStateStore store = _folder.Open();
        StateException error = await FailAsync(store);
        Assert.StartsWith($"The state store '{_folder.File}' is damaged. Stop the service, keep a copy of the folder, and restore it from a backup or move it away to begin with an empty store. (SQLite error 11: ", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Commit_beside_a_writer_that_does_not_end_gives_up_after_the_timeout_and_works_later()
    {
        using SqliteStateStore store = _folder.Open(options: new StateOptions { BusyTimeout = TimeSpan.FromMilliseconds(30) });
        await PutAsync(store, "a");
        await using var other = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _folder.File, Pooling = false }.ToString());
        await other.OpenAsync(Token);
        await using (SqliteCommand begin = other.CreateCommand())
        {
            begin.CommandText = "BEGIN IMMEDIATE";
            await begin.ExecuteNonQueryAsync(Token);
        }

        StateException error = await FailAsync(store);
        Assert.Equal($"The state store '{_folder.File}' is being written by another process. Try again, or raise Varai:State:BusyTimeout. (SQLite error 5: waited 00:00:00.0300000)", error.Message);
        Assert.True(error.IsTransient);
        Assert.NotNull(await store.GetAsync("a", Token));
        using var stop = new CancellationTokenSource();
        using SqliteStateStore patient = _folder.Open(options: new StateOptions { BusyTimeout = TimeSpan.FromMinutes(5) });
        Task waiting = PutAsync(patient, "b", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await using (SqliteCommand end = other.CreateCommand())
        {
            end.CommandText = "ROLLBACK";
            await end.ExecuteNonQueryAsync(Token);
        }

        await PutAsync(store, "a");
    }

    [Fact]
    public async Task Read_in_a_new_process_beside_a_writer_that_does_not_end_works()
    {
        using (SqliteStateStore before = _folder.Open())
            await PutAsync(before, "a");
        await using var other = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _folder.File, Pooling = false }.ToString());
        await other.OpenAsync(Token);
        await using SqliteCommand begin = other.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        await begin.ExecuteNonQueryAsync(Token);
        using SqliteStateStore store = _folder.Open(options: new StateOptions { BusyTimeout = TimeSpan.Zero });
        Assert.NotNull(await store.GetAsync("a", Token));
        Assert.True((await FailAsync(store)).IsTransient);
        Assert.NotNull(await store.GetAsync("a", Token));
    }

    [Fact]
    public async Task Commit_in_a_store_at_its_page_limit_changes_nothing_and_works_again_with_room()
    {
        using SqliteStateStore store = _folder.Open();
        store.Database.MaximumPages = 60;
        await FillAsync(store);
        await store.Database.WriteAsync(session => session.ReadInt64("PRAGMA max_page_count = 100000"), Token);
        await PutAsync(store, "after");
        store.Dispose();
        Assert.Equal("ok", _folder.ExecuteRaw("PRAGMA integrity_check"));
    }

    [Fact]
    public async Task Commit_on_a_full_disk_changes_nothing_and_works_again_with_room()
    {
        Directory.CreateDirectory(_folder.Path);
        Assert.SkipUnless(Mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", _folder.Path), "needs the right to mount a small file system; run as root");
        try
        {
            string ballast = Path.Combine(_folder.Path, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[300_000], Token);
            using (SqliteStateStore store = _folder.Open())
            {
                await FillAsync(store);
                File.Delete(ballast);
                await PutAsync(store, "after");
            }

            Assert.Equal("ok", _folder.ExecuteRaw("PRAGMA integrity_check"));
        }
        finally
        {
            Assert.True(Run("umount", _folder.Path));
        }
    }

    // Whole commits or nothing, until no room is left; what was acknowledged is there, and reading goes on.
    private static async Task FillAsync(SqliteStateStore store)
    {
        byte[] content = new byte[9000];
        long count = 0;
        StateException error = await Assert.ThrowsAsync<StateException>(
            async () =>
            {
                while (count < 1000)
                {
                    await store.CommitAsync(new StateTransaction().Put($"a{count}", content).Put($"b{count}", content).Append("s", content), Token);
                    count++;
                }
            });
        Assert.Contains("has no room left. Nothing was changed; free space on the disk of '", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.True(count > 0);
        int documents = 0;
        await foreach (StateDocument document in store.ListAsync(string.Empty, Token))
            documents++;
        int entries = 0;
        await foreach (StreamEntry entry in store.ReadStreamAsync(new StreamQuery("s"), Token))
            entries++;
        Assert.Equal((count * 2, count, count), (documents, entries, await store.GetRevisionAsync(Token)));
        StateException blob = await Assert.ThrowsAsync<StateException>(() => store.Blobs.PutAsync(new byte[900_000], Token));
        Assert.Contains("has no room left", blob.Message, StringComparison.Ordinal);
    }

    // The user root may write whatever the modes say; a read-only mount stops it too.
    private UndoOnDispose MakeReadOnly()
    {
        if (OperatingSystem.IsLinux() && Environment.UserName == "root")
        {
            Assert.SkipUnless(Mount("--bind", _folder.Path, _folder.Path), "as root it needs the right to mount");
            Assert.True(Mount("-o", "remount,ro,bind", _folder.Path));
            return new UndoOnDispose(() => Assert.True(Run("umount", _folder.Path)));
        }

        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix file modes");
#pragma warning disable CA1416 // skipped on Windows in the line above
        File.SetUnixFileMode(_folder.File, UnixFileMode.UserRead);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return new UndoOnDispose(() =>
        {
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetUnixFileMode(_folder.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        });
#pragma warning restore CA1416
    }

    private static bool Mount(params string[] arguments) => OperatingSystem.IsLinux() && Run("mount", arguments);

    private static bool Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static Task<StateException> FailAsync(IStateStore store) => Assert.ThrowsAsync<StateException>(() => PutAsync(store, "a"));

    private static Task<StateCommit> PutAsync(IStateStore store, string key, CancellationToken? cancellationToken = null) =>
        store.CommitAsync(new StateTransaction().Put(key, "content"u8.ToArray()), cancellationToken ?? Token);

    private sealed class UndoOnDispose(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }
}
