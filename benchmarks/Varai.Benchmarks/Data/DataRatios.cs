using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Benchmarks.Ratios;
using Varai.Data;

namespace Varai.Benchmarks.Data;

/// <summary>Moving data between environments: many small files against <c>rsync -a --checksum</c>, and a database table by table.</summary>
internal static class DataRatios
{
    private const int Files = 50_000;
    private const int FilesPerFolder = 250;
    private const int FewestBytes = 200;
    private const int ByteSpread = 3800;
    private const int FewRuns = 3;
    private const int Rows = 200_000;

    private const int SmokeFiles = 500;
    private const int SmokeRows = 1000;

    public static async Task RunAsync(RatioRunner runner)
    {
        // Beside each other on the disk that a service would use; a temporary folder may be in memory.
        string root = Path.Combine(Directory.GetCurrentDirectory(), $".varai-ratios-{Guid.NewGuid():N}");
        Directory.CreateDirectory(root);
        try
        {
            WriteFiles(Path.Combine(root, "staging"), runner.IsSmoke ? SmokeFiles : Files);
            await CopyAsync(runner, root);
            await MaskAsync(runner, root);
            await PostgreSqlRatios.RunAsync(runner, root);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task CopyAsync(RatioRunner runner, string root)
    {
        using IHost host = CreateHost(root);
        var migrator = host.Services.GetRequiredService<IDataMigrator>();
        string target = Path.Combine(root, "production");
        string peer = Path.Combine(root, "peer");
        bool hasPeer = await TryRsyncAsync("--version");
        if (!hasPeer)
            await Console.Error.WriteLineAsync("rsync is not installed: migrate.files-50k has no peer in this run, so its ratio is not judged.");
        var empty = new List<(TimeSpan Ours, TimeSpan Peer)>();
        var unchanged = new List<(TimeSpan Ours, TimeSpan Peer)>();
        for (int i = 0; i < FewRuns; i++)
        {
            Clear(target);
            Clear(peer);
            empty.Add(await TimeBothAsync(() => MoveFilesAsync(migrator), () => CopyPeerAsync(root), hasPeer, isPeerFirst: i % 2 == 1));
            unchanged.Add(await TimeBothAsync(() => MoveFilesAsync(migrator), () => CopyPeerAsync(root), hasPeer, isPeerFirst: i % 2 == 0));
        }

        Report(runner, "migrate.files-50k", empty, hasPeer, runner.IsSmoke ? null : 1.0);
        Report(runner, "migrate.files-50k.unchanged", unchanged, hasPeer, runner.IsSmoke ? null : 0.5);
    }

    /// <summary>Rows per second with two masked columns and all constraints, verification included.</summary>
    private static async Task MaskAsync(RatioRunner runner, string root)
    {
        int rows = runner.IsSmoke ? SmokeRows : Rows;
        await using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(root, "production.db"), Pooling = false }.ToString()))
        {
            await connection.OpenAsync();
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT, city TEXT, balance INTEGER);
                CREATE INDEX people_city ON people (city);
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $rows)
                INSERT INTO people SELECT i, 'user' || i || '@shop.com', 'Name ' || hex(randomblob(8)), 'City ' || (i % 1000), i * 7 FROM n;
                """;
            command.Parameters.AddWithValue("$rows", rows);
            await command.ExecuteNonQueryAsync();
        }

        using IHost host = CreateHost(root);
        var migrator = host.Services.GetRequiredService<IDataMigrator>();
        DataMaskingPolicy policy = new DataMaskingPolicy { KeySecret = "masking-key" }.Mask("people", "email", MaskingRule.Hmac).Mask("people", "name", MaskingRule.Hmac).Keep("people", "city");
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < FewRuns; i++)
        {
            DataMigrationReport report = await migrator.MigrateAsync(new DataMigrationRequest("production", "staging") { Components = ["database"], Masking = policy });
            best = report.Duration < best ? report.Duration : best;
        }

        runner.Fact("migrate.sqlite.masked", rows / best.TotalSeconds, "rows/s");
    }

    private static void Report(RatioRunner runner, string name, List<(TimeSpan Ours, TimeSpan Peer)> runs, bool hasPeer, double? atMost)
    {
        double ours = runs.Min(r => r.Ours).TotalMilliseconds;
        runner.Fact($"{name}.ours", ours, "ms");
        if (!hasPeer)
            return;
        double peer = runs.Min(r => r.Peer).TotalMilliseconds;
        runner.Fact($"{name}.rsync", peer, "ms");
        runner.Fact(name, ours / peer, "times", atMost);
    }

    private static async Task<(TimeSpan Ours, TimeSpan Peer)> TimeBothAsync(Func<Task> ours, Func<Task> peer, bool hasPeer, bool isPeerFirst)
    {
        TimeSpan first = isPeerFirst && hasPeer ? await TimeAsync(peer) : TimeSpan.Zero;
        TimeSpan own = await TimeAsync(ours);
        return (own, isPeerFirst || !hasPeer ? first : await TimeAsync(peer));
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        long start = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static Task MoveFilesAsync(IDataMigrator migrator) => migrator.MigrateAsync(
        new DataMigrationRequest("staging", "production") { Components = ["files"], AllowIntoProduction = true });

    private static async Task CopyPeerAsync(string root)
    {
        if (!await TryRsyncAsync("-a", "--checksum", Path.Combine(root, "staging") + "/", Path.Combine(root, "peer") + "/"))
            throw new InvalidOperationException("rsync failed.");
    }

    private static async Task<bool> TryRsyncAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("rsync") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static IHost CreateHost(string root)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = root, EnvironmentName = "production" });
        builder.AddVarai()
            .AddSecretProvider(CreateSecrets())
            .AddDataFiles("files", o => o.Directory("staging", "staging").Directory("production", "production"))
            .AddSqliteDatabase("database", o => o.File("staging", "staging.db").File("production", "production.db"));
        return builder.Build();
    }

    private static Testing.Secrets.InMemorySecretProvider CreateSecrets()
    {
        var secrets = new Testing.Secrets.InMemorySecretProvider();
        secrets.Set("masking-key", "0123456789abcdef0123456789abcdef");
        return secrets;
    }

    private static void WriteFiles(string folder, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string path = Path.Combine(folder, $"d{i / FilesPerFolder}", $"file-{i}.txt");
            if (i % FilesPerFolder == 0)
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, new string((char)('a' + (i % 26)), FewestBytes + (i * 7919 % ByteSpread)));
        }
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }
}
