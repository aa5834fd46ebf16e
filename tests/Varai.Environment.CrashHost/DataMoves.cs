using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Data;

namespace Varai.CrashHost;

/// <summary>Makes a new version of a source and moves it into a target, for ever: every file and every row of a version names it.</summary>
internal static class DataMoves
{
    private const int Files = 60;
    private const int Rows = 3000;

    public static async Task RunAsync(string kind, string contentRoot, bool holds, TextWriter output)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = contentRoot, EnvironmentName = "production" });
        builder.AddVarai()
            .AddDataMigration(o =>
            {
                o.JournalBatch = 5;
                o.ProgressInterval = TimeSpan.FromMilliseconds(1);
            })
            .AddDataFiles("files", o => o.Directory("staging", "files/staging").Directory("production", "files/production"))
            .AddSqliteDatabase("database", o => o.File("staging", "staging.db").File("production", "production.db"));
        using IHost host = builder.Build();
        var migrator = host.Services.GetRequiredService<IDataMigrator>();
        string mark = Path.Combine(contentRoot, "version");
        long version = File.Exists(mark) ? long.Parse(await File.ReadAllTextAsync(mark), CultureInfo.InvariantCulture) : 1;
        output.WriteLine("ready");
        output.Flush();
        while (true)
        {
            DataMigrationRequest request = Prepare(kind, contentRoot, version);
            DataMigrationReport report = await migrator.MigrateAsync(request, new CopyingSayer(output, holds));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ack {version} {(report.Components[0].IsResumed ? "resumed" : "new")}"));
            output.Flush();
            version++;
            await File.WriteAllTextAsync(mark + ".new", version.ToString(CultureInfo.InvariantCulture));
            File.Move(mark + ".new", mark, overwrite: true);
        }
    }

    private static DataMigrationRequest Prepare(string kind, string contentRoot, long version)
    {
        if (kind == "files")
        {
            WriteFiles(Path.Combine(contentRoot, "files", "staging"), version);
            return new DataMigrationRequest("staging", "production") { Components = ["files"], AllowIntoProduction = true };
        }

        if (kind == "whole")
        {
            WriteRows(Path.Combine(contentRoot, "staging.db"), version);
            return new DataMigrationRequest("staging", "production") { Components = ["database"], AllowIntoProduction = true };
        }

        WriteRows(Path.Combine(contentRoot, "production.db"), version);
        return new DataMigrationRequest("production", "staging")
        {
            Components = ["database"],
            Masking = new DataMaskingPolicy().Keep("a", "text").Mask("b", "text", MaskingRule.Null),
        };
    }

    // The same again after a crash, times included: what was copied of it is still right.
    private static void WriteFiles(string folder, long version)
    {
        for (int i = 0; i < Files; i++)
        {
            string path = Path.Combine(folder, $"d{i % 7}", $"f{i}");
            DateTime time = DateTime.UnixEpoch.AddYears(40).AddSeconds(version);
            if (File.Exists(path) && File.GetLastWriteTimeUtc(path) == time)
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);

            // Every third stays as it is.
            long written = i % 3 == 0 ? 0 : version;
            File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"{written}\n{new string('x', (int)(((i * 7919) + version) % 40_000))}"));
            File.SetLastWriteTimeUtc(path, i % 3 == 0 ? DateTime.UnixEpoch.AddYears(30) : time);
        }
    }

    private static void WriteRows(string path, long version)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = """
            PRAGMA journal_mode = WAL;
            BEGIN IMMEDIATE;
            CREATE TABLE IF NOT EXISTS a (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER, text TEXT);
            CREATE TABLE IF NOT EXISTS b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id), version INTEGER, text TEXT);
            CREATE INDEX IF NOT EXISTS a_text ON a (text);
            DELETE FROM b;
            DELETE FROM a;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $rows) INSERT INTO a SELECT i, $version, 'row ' || i || ' of ' || $version FROM n;
            INSERT INTO b SELECT id, id, $version, text FROM a;
            COMMIT;
            """;
        command.Parameters.AddWithValue("$rows", Rows);
        command.Parameters.AddWithValue("$version", version);
        command.ExecuteNonQuery();
    }
}
