using Microsoft.Data.Sqlite;
using Varai.Data;
using Varai.Data.Databases;

namespace Varai.Tests.Data;

public sealed class SqliteMigrationTests : IDisposable
{
    // Of everything one: keys of all kinds, generated columns, names with quotes, triggers, views, sequences.
    private const string Shop = """
        PRAGMA user_version = 7;
        PRAGMA application_id = 4711;
        CREATE TABLE customers (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT UNIQUE COLLATE NOCASE, name TEXT, born DATE, balance REAL, photo BLOB);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customers (id), note TEXT,
            price INTEGER, amount INTEGER, total INTEGER GENERATED ALWAYS AS (price * amount) VIRTUAL, twice INTEGER AS (price * 2) STORED);
        CREATE TABLE "we""ird [name] 'ü'" ("col""umn" TEXT, 'select' INT, "日本" BLOB);
        CREATE TABLE codes (country TEXT, code TEXT, label TEXT, PRIMARY KEY (country, code)) WITHOUT ROWID;
        CREATE TABLE log (what TEXT);
        CREATE TABLE strict_one (a INT, b TEXT, c ANY) STRICT;
        CREATE INDEX orders_customer ON orders (customer) WHERE price > 0;
        CREATE UNIQUE INDEX orders_note ON orders (lower(note));
        CREATE VIEW totals AS SELECT customer, sum(total) AS total FROM orders GROUP BY customer;
        CREATE TRIGGER orders_log AFTER INSERT ON orders BEGIN INSERT INTO log VALUES ('order ' || new.id); END;
        INSERT INTO customers VALUES (1, 'ann@shop.com', 'Ann', '1980-02-03', 12.5, x'00ff00'), (2, 'bob@shop.com', 'Bób 日本', NULL, -1, NULL), (9, 'x@y.de', '', '2001-01-01', 1e300, zeroblob(0));
        DELETE FROM customers WHERE id = 9;
        INSERT INTO orders (id, customer, note, price, amount) VALUES (1, 1, 'first', 3, 4), (2, 1, NULL, 0, 1), (7, 2, 'it''s "q"', 5, 6);
        INSERT INTO "we""ird [name] 'ü'" VALUES ('a' || char(0) || 'b', 5, x'01'), (x'41', 'text in int', 'text in blob'), (NULL, NULL, NULL);
        DELETE FROM "we""ird [name] 'ü'" WHERE "col""umn" IS NULL;
        INSERT INTO codes VALUES ('DE', '1', 'eins'), ('AT', '2', NULL);
        INSERT INTO strict_one VALUES (1, 'x', x'02'), (NULL, NULL, 3.5);
        """;

    private const string All = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name";

    private readonly DataWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Tables => ["customers", "orders", "\"we\"\"ird [name] 'ü'\"", "codes", "log", "strict_one", "totals", "sqlite_sequence"];

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Migrate_Whole_IsEqualInEverything()
    {
        _world.Execute("staging", "PRAGMA journal_mode = WAL;" + Shop);
        _world.Execute("production", "CREATE TABLE old (x); PRAGMA journal_mode = WAL; INSERT INTO old VALUES (1)");

        DataComponentReport report = await _world.MoveDatabaseAsync();

        AssertEqual("staging", "production");
        Assert.Equal("wal", _world.Query("production", "PRAGMA journal_mode")[0]);
        Assert.Equal(6, report.Tables.Count);
        Assert.All(report.Tables, t => Assert.Equal(t.SourceRows, t.TargetRows));
        Assert.Equal(3, report.Tables.Single(t => t.Name == "orders").TargetRows);
        Assert.Equal(await _world.Database.FingerprintAsync("staging", Token), await _world.Database.FingerprintAsync("production", Token));
        Assert.Empty(_world.Leftovers());
    }

    [Theory]
    [InlineData("PRAGMA journal_mode = WAL; PRAGMA page_size = 8192; PRAGMA auto_vacuum = 2;", "wal")]
    [InlineData("PRAGMA encoding = 'UTF-16le';", "delete")]
    [InlineData("PRAGMA page_size = 512;", "delete")]
    public async Task Migrate_TableByTable_IsEqualInEverything(string pragmas, string mode)
    {
        _world.Execute("production", pragmas + Shop);

        DataComponentReport report = await _world.MaskDatabaseAsync(KeepAll());

        AssertEqual("production", "staging");
        Assert.Equal(mode, _world.Query("staging", "PRAGMA journal_mode")[0]);
        Assert.Equal(_world.Query("production", "PRAGMA encoding"), _world.Query("staging", "PRAGMA encoding"));
        Assert.Equal(_world.Query("production", "SELECT rowid FROM \"we\"\"ird [name] 'ü'\""), _world.Query("staging", "SELECT rowid FROM \"we\"\"ird [name] 'ü'\""));
        Assert.Equal(6, report.Tables.Count);
        Assert.Equal(await _world.Database.FingerprintAsync("production", Token), await _world.Database.FingerprintAsync("staging", Token));

        // A trigger that had fired while rows were copied would have doubled the log; now it works.
        _world.Execute("staging", "INSERT INTO orders (customer, price, amount) VALUES (1, 2, 2); INSERT INTO customers (email) VALUES ('new')");
        Assert.Equal("4", _world.Query("staging", "SELECT count(*) FROM log")[0]);
        Assert.Equal("10", _world.Query("staging", "SELECT max(id) FROM customers")[0]);
        Assert.Empty(_world.Leftovers());
    }

    [Fact]
    public async Task Migrate_WhatIsOnlyInTheLogOfTheSource_Comes()
    {
        using SqliteConnection open = _world.Open("staging");
        using SqliteCommand command = open.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)";
        command.ExecuteNonQuery();
        Assert.True(new FileInfo(_world.DatabaseOf("staging") + "-wal").Length > 0);

        await _world.MoveDatabaseAsync();

        Assert.Equal(["1", "2"], _world.Query("production", "SELECT a FROM t"));
    }

    [Fact]
    public async Task Migrate_OverALogThatACrashLeft_DoesNotMixTheTwo()
    {
        _world.Execute("staging", "CREATE TABLE t (a); INSERT INTO t VALUES ('new')");
        string target = _world.DatabaseOf("production");
        using (SqliteConnection open = _world.Open("production"))
        {
            using SqliteCommand command = open.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a); INSERT INTO t VALUES ('old')";
            command.ExecuteNonQuery();
            File.Copy(target, target + ".c");
            File.Copy(target + "-wal", target + ".c-wal");
        }

        File.Move(target + ".c", target, overwrite: true);
        File.Move(target + ".c-wal", target + "-wal", overwrite: true);

        await _world.MoveDatabaseAsync();

        Assert.Equal(["new"], _world.Query("production", "SELECT a FROM t"));
        Assert.Equal("ok", _world.Query("production", "PRAGMA integrity_check")[0]);
    }

    [Fact]
    public async Task Migrate_IntoADatabaseThatIsOpen_IsRefusedForNow()
    {
        _world.Execute("staging", "CREATE TABLE t (a)");
        _world.Execute("production", "PRAGMA journal_mode = WAL; CREATE TABLE old (a)");
        using (SqliteConnection open = _world.Open("production"))
        {
            using SqliteCommand command = open.CreateCommand();
            command.CommandText = "SELECT count(*) FROM old";
            command.ExecuteScalar();

            DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(() => _world.MoveDatabaseAsync());

            Assert.True(error.IsTransient);
            Assert.Equal(["old"], _world.Query("production", "SELECT name FROM sqlite_master"));
        }

        DataComponentReport report = await _world.MoveDatabaseAsync();
        Assert.True(report.IsResumed);
        Assert.True(report.IsNewSnapshot);
        Assert.Equal(["t"], _world.Query("production", "SELECT name FROM sqlite_master"));
        Assert.Empty(_world.Leftovers());
    }

    [Fact]
    public async Task Migrate_WhileTheSourceIsWritten_TakesOneMoment()
    {
        _world.Execute("production", "PRAGMA journal_mode = WAL; CREATE TABLE a (n INTEGER); CREATE TABLE b (n INTEGER); INSERT INTO a VALUES (0); INSERT INTO b VALUES (0);");
        using var stop = new CancellationTokenSource();
        Task writer = Task.Run(
            () =>
            {
                using SqliteConnection open = _world.Open("production");
                using SqliteCommand command = open.CreateCommand();
                command.CommandText = "BEGIN IMMEDIATE; UPDATE a SET n = n + 1; UPDATE b SET n = n + 1; COMMIT";
                while (!stop.IsCancellationRequested)
                    command.ExecuteNonQuery();
            },
            Token);
        try
        {
            for (int i = 0; i < 10; i++)
            {
                await _world.MaskDatabaseAsync(new DataMaskingPolicy());
                string[] both = _world.Query("staging", "SELECT a.n, b.n FROM a, b")[0].Split('|');
                Assert.Equal(both[0], both[1]);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await writer;
        }
    }

    [Fact]
    public async Task Migrate_RowFiltersAndExclusions_DropWhatRefersToWhatIsLeftOut()
    {
        _world.Execute("production", """
            CREATE TABLE a (id INTEGER PRIMARY KEY, region TEXT);
            CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a);
            CREATE TABLE c (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b (id), up INTEGER REFERENCES c (id));
            CREATE TABLE audit (text TEXT);
            CREATE INDEX audit_text ON audit (text);
            INSERT INTO a VALUES (1, 'eu'), (2, 'us'), (3, 'eu');
            INSERT INTO b VALUES (10, 1), (20, 2), (30, NULL);
            INSERT INTO c VALUES (100, 10, NULL), (200, 20, NULL), (300, 30, 200), (400, 30, 300), (500, NULL, 100);
            INSERT INTO audit VALUES ('secret');
            """);

        DataComponentReport report = await _world.MaskDatabaseAsync(
            new DataMaskingPolicy().Keep("a", "region").Where("a", "region = 'eu' -- only these").Exclude("audit"));

        Assert.Equal(["1", "3"], _world.Query("staging", "SELECT id FROM a"));
        Assert.Equal(["10", "30"], _world.Query("staging", "SELECT id FROM b"));
        Assert.Equal(["100", "500"], _world.Query("staging", "SELECT id FROM c"));
        Assert.Empty(_world.Query("staging", "SELECT name FROM sqlite_master WHERE name LIKE 'audit%'"));
        DataTableReport c = report.Tables.Single(t => t.Name == "c");
        Assert.Equal((5, 2), (c.SourceRows, c.TargetRows));
        Assert.Contains("3 rows of c were dropped, since they refer to rows that were left out.", report.Notes);
        Assert.Contains("The table audit was left out.", report.Notes);
    }

    [Fact]
    public async Task Migrate_BrokenReferencesOfTheSource_ComeAsTheyAre()
    {
        _world.Execute("production", "PRAGMA foreign_keys = OFF; CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a INTEGER REFERENCES a); INSERT INTO b VALUES (5)");

        DataComponentReport report = await _world.MaskDatabaseAsync(new DataMaskingPolicy());

        Assert.Equal(["5"], _world.Query("staging", "SELECT a FROM b"));
        Assert.Contains("In the source, 1 rows of b refer to rows that are not there.", report.Notes);
    }

    [Fact]
    public async Task Migrate_ASourceThatIsNotThereOrNoDatabase_SaysSo()
    {
        Assert.Contains("does not exist", (await Assert.ThrowsAsync<DataComponentException>(() => _world.MoveDatabaseAsync())).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_world.DatabaseOf("staging"), new string('x', 5000), Token);
        Assert.Contains("is damaged or no SQLite database", (await Assert.ThrowsAsync<DataComponentException>(() => _world.MoveDatabaseAsync())).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_world.DatabaseOf("production")));
        Assert.Empty(_world.Leftovers());
    }

    [Fact]
    public async Task Migrate_LargeValuesWhereAnIndexOrACheckLooks_ComeToo()
    {
        _world.Execute("production", """
            CREATE TABLE u (a BLOB UNIQUE, n INT); CREATE TABLE k (a BLOB CHECK (length(a) > 3)); CREATE TABLE w (a BLOB PRIMARY KEY) WITHOUT ROWID;
            CREATE TABLE g (a BLOB, l INT AS (length(a))); CREATE TABLE n (rowid TEXT, _rowid_ TEXT, oid TEXT, a BLOB);
            INSERT INTO u VALUES (randomblob(1500000), 1), (randomblob(1500001), 2); INSERT INTO k VALUES (randomblob(1500000)); INSERT INTO w VALUES (randomblob(1500000));
            INSERT INTO g VALUES (randomblob(1500000)); INSERT INTO n VALUES ('a', 'b', 'c', randomblob(1500000));
            CREATE TABLE t (a TEXT); INSERT INTO t VALUES (hex(randomblob(1500000)));
            """);

        await _world.MaskDatabaseAsync(new DataMaskingPolicy().Keep("*", "a", "rowid", "_rowid_", "oid"));

        Assert.Equal(await _world.Database.FingerprintAsync("production", Token), await _world.Database.FingerprintAsync("staging", Token));
    }

    [Fact]
    public async Task Migrate_OnAFullDisk_LeavesTheTarget()
    {
        string disk = _world.Folder.File("disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Varai.Tests.Configuration.Writing.ReadOnlyFolder.Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk),
            "needs the right to mount a small file system; run as root");
        try
        {
            string target = Path.Combine(disk, "target.db");
            _world.SqliteOptions.File("production", target);
            _world.SqliteOptions.File("staging", Path.Combine(disk, "masked.db"));
            await File.WriteAllTextAsync(target, "", Token);
            _world.SqliteOptions.File("development", _world.DatabaseOf("development"));
            _world.Execute("development", "CREATE TABLE t (a BLOB); INSERT INTO t VALUES (randomblob(900000)), (randomblob(900000))");

            DataComponentException whole = await Assert.ThrowsAsync<DataComponentException>(() => _world.Migrator().MigrateAsync(
                new DataMigrationRequest("development", "production") { Components = ["database"], AllowIntoProduction = true }, null, Token));
            DataComponentException tables = await Assert.ThrowsAsync<DataComponentException>(() => _world.Migrator().MigrateAsync(
                new DataMigrationRequest("development", "staging") { Components = ["database"], Masking = new DataMaskingPolicy() }, null, Token));

            Assert.Contains("can't be written: its disk has no room", whole.Message, StringComparison.Ordinal);
            Assert.EndsWith("Nothing was written.", whole.Message, StringComparison.Ordinal);
            Assert.True(whole.IsTransient);
            Assert.Contains("no room left", tables.Message, StringComparison.Ordinal);
            Assert.Equal(["target.db"], Directory.EnumerateFileSystemEntries(disk).Select(Path.GetFileName));
            Assert.Equal(0, new FileInfo(target).Length);
        }
        finally
        {
            Assert.True(Varai.Tests.Configuration.Writing.ReadOnlyFolder.Run("umount", disk));
        }
    }

    private static DataMaskingPolicy KeepAll() => new DataMaskingPolicy()
        .Keep("customers", "email", "name", "born", "photo").Keep("orders", "note").Keep("we\"ird [name] 'ü'", "col\"umn", "select", "日本")
        .Keep("codes", "country", "code", "label").Keep("log", "what").Keep("strict_one", "b", "c");

    private void AssertEqual(string source, string target)
    {
        Assert.Equal(_world.Query(source, All), _world.Query(target, All));
        foreach (string table in Tables)
            Assert.Equal(_world.Query(source, $"SELECT * FROM {table} ORDER BY 1"), _world.Query(target, $"SELECT * FROM {table} ORDER BY 1"));
        foreach (string pragma in new[] { "user_version", "application_id", "page_size", "auto_vacuum" })
            Assert.Equal(_world.Query(source, $"PRAGMA {pragma}"), _world.Query(target, $"PRAGMA {pragma}"));
        Assert.Equal("ok", _world.Query(target, "PRAGMA integrity_check")[0]);
    }
}
