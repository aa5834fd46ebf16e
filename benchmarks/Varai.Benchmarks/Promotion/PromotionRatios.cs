using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.Benchmarks.Configuration;
using Varai.Benchmarks.Data;
using Varai.Benchmarks.Ratios;
using Varai.Configuration;
using Varai.Configuration.Documents;
using Varai.Promotion;
using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Benchmarks.Promotion;

/// <summary>Promotions against the work that they can't do without.</summary>
internal static class PromotionRatios
{
    private const int Keys = 10_000;
    private const int ChangedKeys = 100;
    private const int Entries = 10_000;
    private const int Components = 3;
    private const int KeysEach = 200;
    private const int WarmUpCommits = 2000;

    public static async Task RunAsync(RatioRunner runner)
    {
        await PlanAsync(runner);
        await AuditAsync(runner);

        // Beside each other on the disk that the store would use; a temporary folder may be in memory.
        string root = Path.Combine(Directory.GetCurrentDirectory(), $".varai-ratios-{Guid.NewGuid():N}");
        Directory.CreateDirectory(root);
        try
        {
            await ApplyOnSqliteAsync(runner, root);
            await ApplyOnPostgreSqlAsync(runner, root);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>The plan of a component of 10,000 keys of which 100 have changed since the last promotion: reading, three-way merge,
    /// the edit of the text, the check of the whole result, hashes and gates; against reading the two documents and parsing them. On both
    /// sides the files have just been saved, so that nothing that is remembered of them helps.</summary>
    private static async Task PlanAsync(RatioRunner runner)
    {
        using var files = new SampleFiles();
        string big = SampleFiles.Json(Keys);
        files.Write("staging.json", $$"""{ "big": {{big}} }""");
        files.Write("production.json", $$"""{ "big": {{big}} }""");
        using IHost host = Build(files.Root, state: null);
        await host.StartAsync();
        var engine = host.Services.GetRequiredService<IPromotionEngine>();
        var limits = new DocumentLimits(int.MaxValue, 64, int.MaxValue);
        await engine.PromoteAsync("staging", "production", ["big"], "ann", "first");
        var update = new ConfigurationUpdate("ann", "changes") { EnvironmentName = "staging" };
        for (int i = 0; i < ChangedKeys; i++)
            update.Set(string.Create(CultureInfo.InvariantCulture, $"big:component_{i * 10}:settings:key_1"), $"changed {i}");
        await host.Services.GetRequiredService<IEnvironmentConfiguration>().UpdateAsync(update);
        string[] paths = [Path.Combine(files.Folder, "staging.json"), Path.Combine(files.Folder, "production.json")];
        void Save()
        {
            foreach (string path in paths)
                File.AppendAllText(path, "\n");
        }

        await runner.CompareAsync(
            new RatioClaim("promotion.plan-10k", atMost: 3, TimeUnit.Microseconds) { Batches = 30 },
            async n =>
            {
                for (int i = 0; i < n; i++)
                {
                    Save();
                    PromotionPlan plan = await engine.PlanAsync("staging", "production", ["big"], "ann", "second");
                    if (plan.Changes.Count() != ChangedKeys || !plan.IsReady)
                        throw new InvalidOperationException(plan.ToString());
                }
            },
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    Save();
                    foreach (string path in paths)
                    {
                        (_, ConfigurationNode? root) = DocumentReader.Read(path, path, limits, []);
                        RatioRunner.Consume(root!.Members.Count);
                    }
                }

                return Task.CompletedTask;
            });
        await host.StopAsync();
    }

    private static async Task AuditAsync(RatioRunner runner)
    {
        using var files = new SampleFiles();
        files.Write("production.json", "{}");
        using IHost host = Build(files.Root, state: null);
        var trail = host.Services.GetRequiredService<AuditTrail>();
        for (int i = 0; i < Entries; i++)
        {
            await trail.CommitAsync(
                new PromotionEvent
                {
                    Kind = PromotionEventKind.Checked,
                    Time = DateTimeOffset.UnixEpoch,
                    Author = "ann",
                    Reason = "the check of the shop is healthy",
                    Source = "staging",
                    Target = "production",
                    RecordId = "0123456789abcdef0123456789abcdef",
                    PlanHash = new string('a', 64),
                },
                static (_, _) => { },
                default);
        }

        await runner.MeasureAsync(new RatioClaim("audit.verify-10k", atMost: 1000, TimeUnit.Milliseconds) { Batches = 10 }, async n =>
        {
            for (int i = 0; i < n; i++)
            {
                if (await trail.VerifyAuditAsync() is not { IsIntact: true, Checked: Entries })
                    throw new InvalidOperationException("The audit is not whole.");
            }
        });
    }

    private static async Task ApplyOnSqliteAsync(RatioRunner runner, string root)
    {
        using var ours = new SqliteStateStore(Path.Combine(root, "ours"), new StateOptions(), TimeProvider.System, NullLogger<SqliteStateStore>.Instance);
        using var raw = new SqliteStateStore(Path.Combine(root, "raw"), new StateOptions(), TimeProvider.System, NullLogger<SqliteStateStore>.Instance);
        await ApplyAsync(runner, "promotion.apply-sqlite", Path.Combine(root, "sqlite"), ours, raw);
    }

    private static async Task ApplyOnPostgreSqlAsync(RatioRunner runner, string root)
    {
        PostgreSqlBenchServer? started = await PostgreSqlBenchServer.TryStartAsync();
        if (started is not { } server)
        {
            await Console.Error.WriteLineAsync("PostgreSQL is not installed: promotion.apply-postgres was not measured.");
            return;
        }

        await using (server)
        {
            using var files = new SampleFiles();
            files.Write("production.json", "{}");
            using IHost ours = BuildOnPostgreSql(files.Root, server.ConnectionString("postgres"), "ours");
            using IHost raw = BuildOnPostgreSql(files.Root, server.ConnectionString("postgres"), "raw");
            await ApplyAsync(
                runner,
                "promotion.apply-postgres",
                Path.Combine(root, "postgres"),
                ours.Services.GetRequiredService<IStateStore>(),
                raw.Services.GetRequiredService<IStateStore>());
        }
    }

    /// <summary>Three components of 200 keys from one environment to the next, all of it, against as many raw commits and blobs as it
    /// makes and one file written and synchronised.</summary>
    private static async Task ApplyAsync(RatioRunner runner, string name, string root, IStateStore ours, IStateStore raw)
    {
        string folder = Directory.CreateDirectory(Path.Combine(root, "config", "environments")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "staging.json"), Document(0));
        await File.WriteAllTextAsync(Path.Combine(folder, "production.json"), Document(0));
        var counting = new CountingStateStore(ours);
        using IHost host = Build(root, counting);
        await host.StartAsync();
        var engine = host.Services.GetRequiredService<IPromotionEngine>();
        string[] components = [.. Enumerable.Range(0, Components).Select(c => $"c{c}")];
        int number = 0;

        // The source is a file that somebody saves; the promotion alone is measured.
        async Task PromoteAsync(int n)
        {
            for (int i = 0; i < n; i++)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "staging.json"), Document(++number));
                PromotionRecord record = await engine.PromoteAsync("staging", "production", components, "ann", "release");
                if (record.State != PromotionState.Succeeded || record.Plan.Changes.Count() != Components)
                    throw new InvalidOperationException(record.ToString());
            }
        }

        byte[] content = new byte[4096];
        async Task CommitRawAsync(int n)
        {
            for (int i = 0; i < n; i++)
            {
                number++;
                content.AsSpan().Fill((byte)number);
                await raw.CommitAsync(new StateTransaction().Put("document", content), default);
            }
        }

        await PromoteAsync(2);
        counting.Reset();
        await PromoteAsync(1);
        int writes = counting.Writes;
        await CommitRawAsync(WarmUpCommits);
        string file = Path.Combine(root, "raw.json");
        await runner.CompareAsync(
            new RatioClaim(name, atMost: 2, TimeUnit.Microseconds) { Batches = 40 },
            PromoteAsync,
            async n =>
            {
                for (int i = 0; i < n; i++)
                {
                    await CommitRawAsync(writes);
                    using (var stream = new FileStream(file + ".tmp", FileMode.Create))
                    {
                        stream.Write(content);
                        stream.Flush(flushToDisk: true);
                    }

                    File.Move(file + ".tmp", file, overwrite: true);
                }
            });
        runner.Fact($"{name}.writes", writes, "durable writes");
        await host.StopAsync();
    }

    private static string Document(int number) => "{\n" + string.Join(",\n", Enumerable.Range(0, Components).Select(c =>
        string.Create(CultureInfo.InvariantCulture, $"  \"c{c}\": {{\n    \"number\": {number},\n")
        + string.Join(",\n", Enumerable.Range(1, KeysEach - 1).Select(k => $"    \"key_{k}\": \"value {k}\"")) + "\n  }")) + "\n}\n";

    private static IHost BuildOnPostgreSql(string root, string connectionString, string schema)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = root, EnvironmentName = "production" });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.AddVarai(o => o.Configuration.Watch = false).UsePostgreSqlState(connectionString, o => o.Schema = schema);
        return builder.Build();
    }

    private static IHost Build(string root, IStateStore? state)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = root, EnvironmentName = "production" });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        VaraiBuilder varai = builder.AddVarai(o => o.Configuration.Watch = false).AddPromotion(o => o.KeepRecords = 50);
        if (state is null)
            varai.UseInMemoryState();
        else
            varai.UseStateStore(_ => state);
        return builder.Build();
    }
}
