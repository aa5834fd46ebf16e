using CsCheck;
using Microsoft.Data.Sqlite;
using Varai.Configuration;
using Varai.State;

namespace Varai.Tests.Configuration.History;

/// <summary>Goes at the state file with SQL and lets the history be verified.</summary>
public sealed class VerifyTests
{
    private const string Stream = "configuration/production";
    private const string OwnEntries = $"stream = (SELECT id FROM streams WHERE name = '{Stream}')";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verify_of_200_versions_finds_nothing_wrong_and_reads_unchanged_components_once()
    {
        await using var folder = new HistoryFolder();
        folder.Write("base.json", """{ "one": { "a": 1 }, "two": [1, 2], "three": "x" }""");
        folder.Write("production.yaml", "n: 0\nodd: [0x1F, 1_000, .5, +3, 1e3, ~, yes, 'é\\u2028', 0o17]\n");
        HistoryHost host = await folder.StartAsync();
        await host.GetVersionsAsync();
        for (int i = 1; i < 200; i++)
            await host.UpdateAsync("n", i);
        folder.Store.Reset();
        ConfigurationHistoryReport report = await host.VerifyAsync();
        Assert.Empty(report.Findings);
        Assert.True(report.IsIntact);
        Assert.Equal(200, report.Versions);

        // Per version two files, one changed component and its differences; the pages and the head besides.
        Assert.InRange(folder.Store.Reads, 600, (200 * 4) + 20);
    }

    [Fact]
    public async Task Verify_of_an_environment_without_history_finds_nothing()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", "{}");
        folder.Write("staging.json", "{}");
        HistoryHost host = await folder.StartAsync();
        ConfigurationHistoryReport report = await host.VerifyAsync("Staging");
        Assert.Equal(("staging", 0L, true), (report.EnvironmentName, report.Versions, report.IsIntact));
        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => host.VerifyAsync("nowhere"));
        Assert.Equal("There is no environment 'nowhere' in config/environments; there are production, staging.", error.Message);
    }

    [Fact]
    public async Task Verify_finds_any_single_changed_byte_of_entries_head_and_blobs()
    {
        await using HistoryFolder folder = await FillAsync();
        HistoryHost host = await folder.StartAsync();
        await using SqliteConnection raw = folder.OpenRaw();
        (string Table, string Column, long Row, int Length)[] places = await PlacesAsync(raw);
        Assert.Equal(["chunks", "documents", "entries"], places.Select(p => p.Table).Distinct().Order());
        int total = places.Sum(p => p.Length);
        Gen.Select(Gen.Int[0, total - 1], Gen.Byte[1, 255]).Sample(
            (at, flip) =>
            {
                int place = 0;
                for (; at >= places[place].Length; place++)
                    at -= places[place].Length;
                (string table, string column, long row, _) = places[place];
                byte[] before = ReadBytes(raw, table, column, row);
                byte[] after = [.. before];
                after[at] ^= flip;
                WriteBytes(raw, table, column, row, after);
#pragma warning disable xUnit1031, VSTHRD002, RS0030 // a sampled property is synchronous, and the embedded store answers on the caller's thread
                bool isIntact = host.VerifyAsync().GetAwaiter().GetResult().IsIntact;
#pragma warning restore xUnit1031, VSTHRD002, RS0030
                WriteBytes(raw, table, column, row, before);
                return !isIntact;
            },
            iter: 600,
            threads: 1,
            print: p => $"byte {p.Item1} of {total} ^ {p.Item2}");
        Assert.True((await host.VerifyAsync()).IsIntact);
    }

    [Theory]
    [InlineData("DELETE FROM entries WHERE own AND sequence = 1", "version 1 is missing")]
    [InlineData("DELETE FROM entries WHERE own AND sequence = 3", "version 3 is missing")]
    [InlineData("DELETE FROM entries WHERE own AND sequence = 6", "which is not the last entry")]
    [InlineData("DELETE FROM entries WHERE own", "which is not the last entry")]
    [InlineData("DELETE FROM documents WHERE key = 'configuration/production/head'", "the head is missing")]
    [InlineData("UPDATE documents SET content = CAST('{}' AS BLOB) WHERE key = 'configuration/production/head'", "the head")]
    [InlineData("UPDATE documents SET content = CAST('rubbish' AS BLOB) WHERE key = 'configuration/production/head'", "the head can't be read")]
    [InlineData("UPDATE entries SET content = x'' WHERE own AND sequence = 2", "version 2: the entry is not in the format of a version")]
    [InlineData("UPDATE entries SET content = (SELECT content FROM entries WHERE own AND sequence = 4) WHERE own AND sequence = 3", "version 3: the entry calls itself version 4")]
    [InlineData("UPDATE entries SET content = CAST(replace(CAST(content AS TEXT), 'maria', 'mario') AS BLOB) WHERE own AND sequence = 4", "version 4: the entry does not have the hash it carries")]
    [InlineData("UPDATE entries SET sequence = sequence + 1 WHERE own AND sequence = 6", "version 6 is missing")]
    [InlineData("DELETE FROM entries WHERE own AND sequence = 1; UPDATE entries SET sequence = -sequence WHERE own; UPDATE entries SET sequence = -sequence - 1 WHERE own; UPDATE documents SET content = CAST(replace(CAST(content AS TEXT), '\"number\":6', '\"number\":5') AS BLOB) WHERE key = 'configuration/production/head'", "version 1: the entry calls itself version 2")]
    [InlineData("DELETE FROM entries WHERE own AND sequence = 1; UPDATE documents SET content = CAST(replace(CAST(content AS TEXT), '\"number\":6', '\"number\":5') AS BLOB) WHERE key = 'configuration/production/head'", "version 1 is missing")]
    [InlineData("DELETE FROM chunks; DELETE FROM blobs", "can't be read")]
    [InlineData("UPDATE chunks SET content = zeroblob(length(content))", "can't be read")]
    public async Task Verify_finds_what_was_done_with_sql(string sql, string finding)
    {
        await using HistoryFolder folder = await FillAsync();
        HistoryHost host = await folder.StartAsync();
        Assert.True((await host.VerifyAsync()).IsIntact);
        await using (SqliteConnection raw = folder.OpenRaw())
            Execute(raw, sql.Replace("own", OwnEntries, StringComparison.Ordinal));
        Assert.Contains((await host.VerifyAsync()).Findings, f => f.Contains(finding, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_finds_two_entries_that_changed_places()
    {
        await using HistoryFolder folder = await FillAsync();
        await using (SqliteConnection raw = folder.OpenRaw())
        {
            Execute(raw, $"UPDATE entries SET sequence = 103 WHERE {OwnEntries} AND sequence = 3");
            Execute(raw, $"UPDATE entries SET sequence = 3 WHERE {OwnEntries} AND sequence = 4");
            Execute(raw, $"UPDATE entries SET sequence = 4 WHERE {OwnEntries} AND sequence = 103");
        }

        HistoryHost host = await folder.StartAsync();
        ConfigurationHistoryReport report = await host.VerifyAsync();
        Assert.Contains("version 3: the entry calls itself version 4", report.Findings);
        Assert.Contains("version 4: the entry calls itself version 3", report.Findings);
        var error = await Assert.ThrowsAsync<StateException>(() => host.Configuration.DiffAsync(
            ConfigurationReference.Version(3), ConfigurationReference.Files(), Token));
        Assert.Equal(
            "Version 3 of 'production' was changed by hand: the entry is that of version 4 of 'production'. VerifyHistoryAsync tells what else does not fit.",
            error.Message);
    }

    [Theory]
    [InlineData("\"files\":[", "\"files\":[null,")]
    [InlineData("\"components\":{", "\"components\":{\"x\":null,")]
    [InlineData("\"author\":\"maria\"", "\"author\":null")]
    [InlineData("\"environment\":\"production\"", "\"environment\":\"staging\"")]
    [InlineData("\"contentHash\":\"", "\"contentHash\":\"0")]
    [InlineData("\"n\":\"", "\"m\":\"")]
    public async Task Verify_finds_an_edited_entry_whose_own_hash_was_made_to_fit(string text, string instead)
    {
        await using HistoryFolder folder = await FillAsync();
        await using (SqliteConnection raw = folder.OpenRaw())
        {
            long row = (long)Scalar(raw, $"SELECT stream * 1000 + 6 FROM entries WHERE {OwnEntries} AND sequence = 6")!;
            string json = System.Text.Encoding.UTF8.GetString(ReadBytes(raw, "entries", "content", row))[65..];
            string edited = json.Replace(text, instead, StringComparison.Ordinal);
            Assert.NotEqual(json, edited);
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(edited);
            string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
            WriteBytes(raw, "entries", "content", row, [.. System.Text.Encoding.ASCII.GetBytes(hash), (byte)'\n', .. bytes]);
        }

        Assert.NotEmpty((await (await folder.StartAsync()).VerifyAsync()).Findings);
    }

    [Theory]
    [InlineData("DELETE FROM documents WHERE key = 'configuration/production/head'")]
    [InlineData("UPDATE documents SET content = CAST(replace(CAST(content AS TEXT), '\"number\":6', '\"number\":4') AS BLOB) WHERE key = 'configuration/production/head'")]
    public async Task Record_on_a_head_that_does_not_fit_says_so_and_the_service_runs_on(string sql)
    {
        await using HistoryFolder folder = await FillAsync();
        await using (SqliteConnection raw = folder.OpenRaw())
            Execute(raw, sql);
        HistoryHost host = await folder.StartAsync();
        var error = await Assert.ThrowsAsync<StateException>(() => host.UpdateAsync("n", 50));
        Assert.Equal(
            "The head of the history of 'production' does not fit its last version; it was changed by hand. VerifyHistoryAsync tells what does not fit; "
            + "restore the state store from a backup.", error.Message);
        Assert.Equal("5", host.Value("n"));
        await ConfigurationHost.UntilAsync(() => host.Configuration.Status.HistoryFailure is not null);
    }

    // Six versions: the first, and five by two authors.
    private static async Task<HistoryFolder> FillAsync()
    {
        var folder = new HistoryFolder { UsesSqlite = true };
        folder.Write("base.json", """{ "one": { "a": 1 }, "two": [1, 2] }""");
        folder.Write("production.json", """{ "n": 0 }""");
        HistoryHost host = await folder.StartAsync();
        await host.GetVersionsAsync();
        for (int i = 1; i <= 5; i++)
            await host.UpdateAsync("n", i, i % 2 == 0 ? "peter" : "maria");
        await host.DisposeAsync();
        return folder;
    }

#pragma warning disable CA2100 // the statements are the test's own
    // Every byte of the entries, of the head and of every blob.
    private static async Task<(string Table, string Column, long Row, int Length)[]> PlacesAsync(SqliteConnection raw)
    {
        var places = new List<(string, string, long, int)>();
        foreach ((string table, string select) in new[]
        {
            ("entries", "SELECT stream * 1000 + sequence, length(content) FROM entries"),
            ("documents", "SELECT id, length(content) FROM documents WHERE content IS NOT NULL"),
            ("chunks", "SELECT rowid, length(content) FROM chunks"),
        })
        {
            await using SqliteCommand command = raw.CreateCommand();
            command.CommandText = select;
            await using SqliteDataReader reader = await command.ExecuteReaderAsync(Token);
            while (await reader.ReadAsync(Token))
                places.Add((table, "content", reader.GetInt64(0), reader.GetInt32(1)));
        }

        return [.. places];
    }

    private static string RowOf(string table) => table switch
    {
        "entries" => "stream * 1000 + sequence",
        "documents" => "id",
        _ => "rowid",
    };

    private static byte[] ReadBytes(SqliteConnection raw, string table, string column, long row) =>
        (byte[])Scalar(raw, $"SELECT {column} FROM {table} WHERE {RowOf(table)} = {row}")!;

    private static void WriteBytes(SqliteConnection raw, string table, string column, long row, byte[] content) =>
        Execute(raw, $"UPDATE {table} SET {column} = x'{Convert.ToHexString(content)}' WHERE {RowOf(table)} = {row}");

    private static object? Scalar(SqliteConnection raw, string sql)
    {
        using SqliteCommand command = raw.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static void Execute(SqliteConnection raw, string sql)
    {
        using SqliteCommand command = raw.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0, "the statement changes something");
    }
#pragma warning restore CA2100
}
