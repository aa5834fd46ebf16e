using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Varai.Promotion;
using Varai.State;
using Varai.Tests.Configuration;

namespace Varai.Tests.Promotion;

/// <summary>20 marked secrets, and everything that promotions leave anywhere: none is found.</summary>
public sealed class PromotionCanaryTests
{
    private const int Count = 20;
    private const string Mark = "s3cr3t-canary-";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_AreInNoPlanRecordSnapshotAuditLogOrException()
    {
        await using var host = new ConfigurationHost { KeepsState = true };
        string references = string.Join(", ", Enumerable.Range(0, Count).Select(i => $"\"k{i}\": \"Password=${{secret:s{i}}}\""));
        for (int i = 0; i < Count; i++)
            host.Secrets.Set($"s{i}", $"{Mark}{i}");
        host.Write("development.json", $$"""{ "a": { {{references}} } }""");
        host.Write("staging.json", """{ "a": { "k0": "Password=${secret:s1}" } }""");
        host.Write("production.json", """{ "a": { } }""");
        await host.StartAsync(b => b
            .AddPromotion(o =>
            {
                o.AuditKey = "s19";
                o.CheckAttempts = 1;
            })
            .AddPromotionCheck("reads", "production", (_, _) => throw new InvalidOperationException(host.Root["a:k3"]))
            .AddPromotionGate("reads", (c, _) => c.Plan.Target == "staging" ? new(PromotionGateResult.Open("ok")) : throw new InvalidOperationException(host.Root["a:k3"])));
        var engine = host.Services.GetRequiredService<IPromotionEngine>();
        var texts = new List<string>();

        PromotionPlan plan = await engine.PlanAsync("development", "staging", ["a"], "ann", "why", Token);
        PromotionRecord record = await engine.PromoteAsync(plan, cancellationToken: Token);
        texts.AddRange([plan.ToString(), plan.ToJson(), record.ToString()]);
        Exception? refused = await Record.ExceptionAsync(() => engine.PromoteAsync("staging", "production", ["a"], "ann", "why", Token));
        PromotionRecord rollback = await engine.RollbackAsync(record.Id, "ann", "why", Token);
        texts.AddRange([refused!.ToString(), rollback.ToString(), (await engine.ExplainAsync("staging", "a:k0", Token)).ToString()]);
        await foreach (PromotionEvent happened in host.Services.GetRequiredService<IPromotionAudit>().ReadAsync(cancellationToken: Token))
            texts.Add(happened.ToString());
        texts.AddRange(host.Logs.GetSnapshot().Select(l => $"{l.Message} {l.Exception}"));
        await host.StopAsync();

        Assert.Contains(texts, t => t.Contains("${secret:s5}", StringComparison.Ordinal));
        Assert.DoesNotContain(texts, t => t.Contains(Mark, StringComparison.Ordinal));
        byte[] needle = Encoding.UTF8.GetBytes(Mark);
        foreach (string file in Directory.EnumerateFiles(host.ContentRoot, "*", SearchOption.AllDirectories))
            Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(needle) < 0, file);
    }
}
