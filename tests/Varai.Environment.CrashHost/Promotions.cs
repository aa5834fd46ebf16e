using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;
using Varai.Promotion;
using Varai.State;

namespace Varai.CrashHost;

/// <summary>Promotes two components from development to staging for ever, and takes every third promotion back; first it looks
/// whether what an earlier process left is whole.</summary>
internal static class Promotions
{
    /// <param name="contentRoot">The folder of the environments.</param>
    /// <param name="output">Where it says what it does.</param>
    /// <param name="connectionString">The database that keeps the state; null for the folder.</param>
    /// <param name="schema">The schema there.</param>
    public static async Task RunAsync(string contentRoot, TextWriter output, string? connectionString = null, string schema = "varai")
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = contentRoot, EnvironmentName = "production" });
        VaraiBuilder varai = builder.AddVarai(o => o.Configuration.Watch = false);
        if (connectionString is not null)
            varai.UsePostgreSqlState(connectionString, o => o.Schema = schema);
        varai.AddPromotion(o =>
        {
            o.CheckTimeout = TimeSpan.FromMilliseconds(600);
            o.CheckInterval = TimeSpan.Zero;
            o.LeaseDuration = TimeSpan.FromMilliseconds(600);
            o.LockWait = TimeSpan.FromSeconds(20);
            o.KeepRecords = 8;
        });
        using IHost host = builder.Build();
        await host.StartAsync();
        var configuration = host.Services.GetRequiredService<IEnvironmentConfiguration>();
        var documents = host.Services.GetRequiredService<IConfigurationDocuments>();
        var engine = host.Services.GetRequiredService<IPromotionEngine>();
        List<PromotionRecord> records = await EndAllAsync(engine);
        (long x, long y) = await ReadAsync(documents, "staging");
        (long source, _) = await ReadAsync(documents, "development");
        PromotionVerification audit = await host.Services.GetRequiredService<IPromotionAudit>().VerifyAuditAsync();
        PromotionVerification snapshots = await host.Services.GetRequiredService<IPromotionSnapshots>().VerifySnapshotsAsync("staging");
        bool attention = records.Exists(r => r.State == PromotionState.NeedsAttention);
        Say(output, $"ready {x} {y} {(audit.IsIntact && snapshots.IsIntact && !attention ? "whole" : string.Join("; ", [.. audit.Findings, .. snapshots.Findings, $"attention: {attention}"]))}");
        for (long number = Math.Max(source, x); ;)
        {
            number++;
            await configuration.UpdateAsync(new ConfigurationUpdate("crasher", "counting") { EnvironmentName = "development" }
                .Set("a:x", number).Set("b:y", number));
            try
            {
                x = await CountAsync(engine, x, number, output);
            }
            catch (Exception e) when (e is LeaseLostException or PromotionRefusedException)
            {
                // On a busy machine a step may take longer than the short lease; then it is as if another process had died. Or a gate
                // does not answer in time.
                await EndAllAsync(engine);
                (x, y) = await ReadAsync(documents, "staging");
                if (x != y)
                    throw new InvalidOperationException($"The target is torn: {x} and {y}.", e);
                Say(output, $"done {x} {Guid.NewGuid():N}");
            }
        }
    }

    private static async Task<long> CountAsync(IPromotionEngine engine, long x, long number, TextWriter output)
    {
        Say(output, $"begin {x} {number}");
        PromotionRecord record = await engine.PromoteAsync("development", "staging", ["a", "b"], "crasher", "counting");
        Say(output, $"done {number} {record.Id}");
        if (number % 3 != 0)
            return number;
        Say(output, $"begin {number} {x}");
        await engine.RollbackAsync(record.Id, "crasher", "counting down");
        Say(output, $"done {x} {record.Id}");
        return x;
    }

    // The host's own worker may be at it; the lease of the process that died runs out first.
    private static async Task<List<PromotionRecord>> EndAllAsync(IPromotionEngine engine)
    {
        while (true)
        {
            try
            {
                await engine.RecoverAsync();
            }
            catch (LeaseLostException)
            {
                // The host's worker has it now.
                continue;
            }

            var records = new List<PromotionRecord>();
            await foreach (PromotionRecord record in engine.GetHistoryAsync("staging"))
                records.Add(record);
            if (records.TrueForAll(r => r.HasEnded))
                return records;
            // Looking costs more than waiting: a start is to be cheap.
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static async Task<(long X, long Y)> ReadAsync(IConfigurationDocuments documents, string environment)
    {
        ConfigurationNode root = (await documents.ReadAsync(ConfigurationReference.Files(environment))).Root;
        return (Number(root, "a:x"), Number(root, "b:y"));
    }

    private static long Number(ConfigurationNode root, string key) => long.Parse(root.FindKey(key)!.Text!, CultureInfo.InvariantCulture);

    private static void Say(TextWriter output, FormattableString text)
    {
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}
