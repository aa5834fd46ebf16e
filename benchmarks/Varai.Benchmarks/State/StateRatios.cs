using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.Benchmarks.Ratios;
using Varai.State;

namespace Varai.Benchmarks.State;

/// <summary>The state store against the transaction it can't do without.</summary>
internal static class StateRatios
{
    private const int ContentBytes = 4096;

    // The peer keeps the content alone; ours also the version, the revision, the time and the change for watchers.
    private const string Upsert = """
        INSERT INTO documents (key, content) VALUES ($key, $content)
        ON CONFLICT (key) DO UPDATE SET content = excluded.content
        """;

    public static async Task RunAsync(RatioRunner runner)
    {
        // Beside each other on the disk that the store would use; a temporary folder may be in memory.
        string root = Path.Combine(Directory.GetCurrentDirectory(), $".varai-ratios-{Guid.NewGuid():N}");
        Directory.CreateDirectory(root);
        try
        {
            await CommitAsync(runner, root);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>One document of 4 KiB committed through the store, against BEGIN IMMEDIATE, upsert, COMMIT with prepared
    /// commands: both in a write-ahead log that is synchronised at each commit.</summary>
    private static async Task CommitAsync(RatioRunner runner, string root)
    {
        byte[] content = new byte[ContentBytes];
        using var store = new SqliteStateStore(Path.Combine(root, "ours"), new StateOptions(), TimeProvider.System, NullLogger<SqliteStateStore>.Instance);
        await using SqliteConnection connection = await OpenPeerAsync(Path.Combine(root, "peer.db"));
        await using SqliteCommand begin = Prepare(connection, "BEGIN IMMEDIATE");
        await using SqliteCommand upsert = Prepare(connection, Upsert);
        upsert.Parameters.AddWithValue("$key", "document");
        upsert.Parameters.AddWithValue("$content", content);
        await using SqliteCommand commit = Prepare(connection, "COMMIT");

        // SQLite leaves a page alone that already has the bytes, and with no page changed has nothing to synchronise.
        byte number = 0;
        void Change() => content.AsSpan().Fill(++number);

        await runner.CompareAsync(
            new RatioClaim("state.commit", atMost: 1.3, TimeUnit.Microseconds),
            async n =>
            {
                for (int i = 0; i < n; i++)
                {
                    Change();
                    await store.CommitAsync(new StateTransaction().Put("document", content), default);
                }
            },
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    Change();
                    begin.ExecuteNonQuery();
                    upsert.ExecuteNonQuery();
                    commit.ExecuteNonQuery();
                }

                return Task.CompletedTask;
            });
    }

    private static async Task<SqliteConnection> OpenPeerAsync(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using SqliteCommand create = Prepare(
            connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE documents (key TEXT PRIMARY KEY, content BLOB)");
        await create.ExecuteNonQueryAsync();
        return connection;
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // every caller passes a constant
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
