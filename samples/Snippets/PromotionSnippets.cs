using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Data;
using Varai.Promotion;

namespace Snippets;

internal static class PromotionSnippets
{
    public static void Add(HostApplicationBuilder builder)
    {
        // snippet: promotion-add
        builder.AddVarai()
            .AddPromotion(o =>
            {
                o.ProtectedKeys.Add("api_config:base_url");
                o.Stages["production"] = new PromotionStageSettings { RequiredApprovals = 2, SoakTime = TimeSpan.FromHours(24) };
            })
            .AddHttpPromotionCheck("health", "production", new Uri("https://shop.example/health"));
        // end-snippet
    }

    public static async Task PromoteAsync(IPromotionEngine promotions)
    {
        // snippet: promotion-promote
        PromotionPlan plan = await promotions.PlanAsync("staging", "production", ["feature_flags", "api_config"], "ann", "release 12");
        Console.WriteLine(plan);

        PromotionRecord record = await promotions.PromoteAsync(plan);
        Console.WriteLine($"{record.State}: {record.Failure}");

        await promotions.RollbackAsync(record.Id, "bob", "orders fail");
        // end-snippet
    }

    public static async Task DecideAsync(IPromotionEngine promotions)
    {
        // snippet: promotion-decide
        var request = new PromotionRequest("staging", "production", "ann", "hotfix 12a")
        {
            Components = ["api_config"],
            Resolutions = [new("api_config:timeout", PromotionChoice.KeepTarget, "production was tuned under load")],
            Overrides = [new("soak", "the shop is down")],
        };
        PromotionRecord record = await promotions.PromoteAsync(request);
        // end-snippet
        Console.WriteLine(record);
    }

    public static async Task ApproveAsync(IPromotionEngine promotions, string stored)
    {
        // snippet: promotion-approve
        PromotionPlan plan = PromotionPlan.Parse(stored);
        await promotions.ApproveAsync(plan, "cid", "checked with support");
        // end-snippet
    }

    public static void AddOwn(HostApplicationBuilder builder)
    {
        // snippet: promotion-own
        builder.AddVarai()
            .AddPromotion()
            .AddPromotionGate("ticket", (context, _) => new(context.Plan.Reason.Contains("SHOP-", StringComparison.Ordinal)
                ? PromotionGateResult.Open("there is a ticket")
                : PromotionGateResult.Closed("the reason names no ticket", canBeOverridden: true)))
            .AddPromotionCheck("orders", "production", async (context, cancellationToken) => await OrdersWorkAsync(cancellationToken)
                ? EnvironmentCheckResult.Healthy("an order went through")
                : EnvironmentCheckResult.Unhealthy("no order went through"))
            .AddPromotionObserver<ChatObserver>();
        // end-snippet
    }

    public static async Task ControlAsync(IPromotionControl control, IPromotionSnapshots snapshots, IPromotionAudit audit, PromotionRecord record)
    {
        // snippet: promotion-control
        await control.StopAsync("bob", "incident 12");
        await control.ResumeAsync("bob", "incident 12 is over");
        await control.LiftHoldAsync("production", record.Id, "ann", "it was the network");

        await snapshots.RestoreAsync(new PromotionRestore("production", record.SnapshotBefore!, "ann", "as before the release"));
        Console.WriteLine((await snapshots.VerifySnapshotsAsync("production")).IsIntact);
        Console.WriteLine((await audit.VerifyAuditAsync()).IsIntact);
        // end-snippet
    }

    public static async Task MigrateDataAsync(IPromotionEngine promotions, DataMaskingPolicy masking)
    {
        // snippet: promotion-data
        await promotions.MigrateDataAsync("production", "staging", ["files"], "ann", "ticket 7: pictures are missing");

        var migration = new PromotionDataMigration(
            new DataMigrationRequest("production", "staging") { Components = ["database"], Masking = masking }, "ann", "ticket 8: real orders, masked");
        Console.WriteLine(await promotions.PlanDataMigrationAsync(migration));
        PromotionRecord record = await promotions.MigrateDataAsync(migration);
        Console.WriteLine($"{record.State}: {record.Data!.Components.Count} moved in {record.Data.Duration}");
        // end-snippet
    }

    private static Task<bool> OrdersWorkAsync(CancellationToken cancellationToken) => Task.FromResult(!cancellationToken.IsCancellationRequested);

    private sealed class ChatObserver : IPromotionObserver
    {
        public string Name => "chat";

        public ValueTask OnEventAsync(PromotionEvent happened, CancellationToken cancellationToken)
        {
            Console.WriteLine(happened);
            return default;
        }
    }
}
