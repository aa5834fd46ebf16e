using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Varai.Data;

namespace Varai.CrashHost;

/// <summary>Makes a new version of a PostgreSQL database and moves it into another, for ever: every row of a version names it.</summary>
internal static class PostgreSqlMoves
{
    private const int Rows = 2000;

    public static async Task RunAsync(string contentRoot, string source, string target, bool holds, TextWriter output)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = contentRoot, EnvironmentName = "production" });
        builder.AddVarai().AddDataMigration(o => o.ProgressInterval = TimeSpan.FromMilliseconds(1)).AddPostgreSqlDatabase("crash", o =>
        {
            o.LockTimeout = TimeSpan.FromMinutes(1);
            o.Database("staging", source).Database("production", target);
        });
        using IHost host = builder.Build();
        var migrator = host.Services.GetRequiredService<IDataMigrator>();
        string mark = Path.Combine(contentRoot, "version");
        long version = File.Exists(mark) ? long.Parse(await File.ReadAllTextAsync(mark), CultureInfo.InvariantCulture) : 1;
        await using NpgsqlDataSource rows = NpgsqlDataSource.Create(source);
        Say("ready");
        while (true)
        {
            await WriteAsync(rows, version);
            DataMigrationReport report = await migrator.MigrateAsync(new DataMigrationRequest("staging", "production") { AllowIntoProduction = true }, new CopyingSayer(output, holds));
            Say(string.Create(CultureInfo.InvariantCulture, $"ack {version} {(report.Components[0].IsResumed ? "resumed" : "new")}"));
            version++;
            await File.WriteAllTextAsync(mark + ".new", version.ToString(CultureInfo.InvariantCulture));
            File.Move(mark + ".new", mark, overwrite: true);
        }

        void Say(string line)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    private static async Task WriteAsync(NpgsqlDataSource source, long version)
    {
        await using NpgsqlBatch batch = source.CreateBatch();
        foreach (string sql in new[]
        {
            "DELETE FROM b",
            "DELETE FROM a",
            string.Create(CultureInfo.InvariantCulture, $"INSERT INTO a SELECT i, {version}, 'row ' || i FROM generate_series(1, {Rows}) i"),
            "INSERT INTO b SELECT id, id, version FROM a",
        })
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        }

        await batch.ExecuteNonQueryAsync();
    }
}
