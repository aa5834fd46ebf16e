using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Varai.Configuration;
using Varai.PostgreSql.State;
using Varai.PostgreSql.Tests.Server;
using Varai.Promotion;
using Varai.State;
using Varai.Tests.TestResources;

namespace Varai.PostgreSql.Tests.Promotion;

/// <summary>Several services that promote to one environment at once, with their state in one database.</summary>
public sealed class PostgreSqlPromotionNodesTests(PostgreSqlServer server) : IAsyncLifetime
{
    private const int Promoters = 8;
    private const int Revisions = 6;
    private const string LeaseName = "promotion/staging";
    private static readonly string[] Letters = [.. Enumerable.Range('a', Promoters).Select(c => ((char)c).ToString())];

    private readonly TemporaryFolder _folder = new();
    private readonly string _schema = PostgreSqlServer.NewSchema();
    private readonly List<PromotionNode> _nodes = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        server.Require();
        string counters = $"{{ {string.Join(", ", Letters.Select(c => $"\"{c}\": {{ \"x\": 0 }}"))} }}";
        _folder.Write(Path.Combine("config", "environments", "development.json"), counters);
        _folder.Write(Path.Combine("config", "environments", "staging.json"), counters);
        _folder.Write(Path.Combine("config", "environments", "production.json"), "{}");
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Promote_by_eight_at_once_is_won_by_exactly_one_for_each_revision()
    {
        await StartAsync(Promoters / 2, o => o.LockWait = TimeSpan.Zero);
        await StartAsync(Promoters / 2, o => o.LockWait = TimeSpan.FromSeconds(20));
        var lost = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int revision = 1; revision <= Revisions; revision++)
        {
            await EditAsync(_nodes[revision % Promoters], revision, "a", "b");
            PromotionPlan[] plans = await Task.WhenAll(_nodes.Select((n, i) => n.Engine.PlanAsync("development", "staging", [], $"p{i}", "counting", Token)));

            Exception?[] errors = await Task.WhenAll(_nodes.Select((n, i) => Task.Run(
                () => Record.ExceptionAsync(() => n.Engine.PromoteAsync(plans[i], cancellationToken: Token)).AsTask(), Token)));

            int winner = Array.FindIndex(errors, e => e is null);
            Assert.Single(errors, e => e is null);
            foreach (Exception error in errors.OfType<Exception>())
            {
                Assert.True(error is PromotionInProgressException or PromotionStaleException or PromotionRefusedException, error.ToString());
                lost[error.GetType().Name] = lost.GetValueOrDefault(error.GetType().Name) + 1;
            }

            PromotionRecord record = (await _nodes[0].HistoryAsync("staging"))[0];
            Assert.Equal((PromotionState.Succeeded, $"p{winner}"), (record.State, record.Plan.Author));
            Assert.Equal((revision, revision), (await ReadAsync("a"), await ReadAsync("b")));
        }

        List<PromotionRecord> records = await _nodes[0].HistoryAsync("staging");
        Assert.Equal(Revisions, records.Count(r => r.State == PromotionState.Succeeded));
        Assert.Equal(Revisions, records.Select(r => r.TargetVersion).Distinct().Count());
        await AssertWholeAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", lost.Select(l => $"{l.Value} {l.Key}")));
    }

    // Each has a component of its own, and plans again when somebody else was faster: in the end all of them have arrived.
    [Fact]
    public async Task Promote_by_eight_at_once_of_one_component_each_loses_no_update()
    {
        await StartAsync(Promoters, o => o.LockWait = TimeSpan.FromMinutes(1));
        await EditAsync(_nodes[0], 7, Letters);

        int[] attempts = await Task.WhenAll(_nodes.Select((n, i) => Task.Run(() => InsistAsync(n, Letters[i]), Token)));

        foreach (string component in Letters)
            Assert.Equal(7, await ReadAsync(component));
        List<PromotionRecord> records = await _nodes[0].HistoryAsync("staging");
        Assert.Equal(Letters, records.Where(r => r.State == PromotionState.Succeeded).Select(r => r.Plan.RequestedComponents.Single()).Order(StringComparer.Ordinal));
        Assert.Equal(Promoters, records.Select(r => r.TargetVersion).Distinct().Count());
        await AssertWholeAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{attempts.Sum()} attempts");
    }

    // The holder is stopped in the very moment in which it sends the note of its change; its lease runs out, another takes over.
    [Fact]
    public async Task Promote_paused_past_its_lease_cant_write_what_another_has_taken_over()
    {
        await using PostgreSqlStateStore store = Nodes.Open(server.ConnectionString(), _schema);
        var pausing = new PausingStateStore(store, "staging/pending");
        PromotionNode paused = await StartNodeAsync(b => b.UseStateStore(_ => pausing));
        await StartAsync(1, o => o.LockWait = TimeSpan.FromMinutes(1));
        await EditAsync(_nodes[1], 5, "a", "b");
        Task<PromotionRecord> late = paused.Engine.PromoteAsync("development", "staging", ["a"], "late", "from before the pause", Token);
        await pausing.Paused.WaitAsync(Token);
        Lease first = (await _nodes[1].State.Leases.GetAsync(LeaseName, Token))!;

        // The clock that counts is the server's.
        await server.ExecuteAsync($"UPDATE \"{_schema}\".leases SET expires = clock_timestamp() - interval '1 second'", Token);
        PromotionPlan plan = await _nodes[1].Engine.PlanAsync("development", "staging", ["b"], "other", "takes over", Token);
        Task<PromotionRecord> next = _nodes[1].Engine.PromoteAsync(plan, cancellationToken: Token);
        await Wait.UntilAsync(async token => await _nodes[1].State.Leases.GetAsync(LeaseName, token) is { } now && now.Token > first.Token);
        pausing.GoOn();

        LeaseLostException lost = await Assert.ThrowsAsync<LeaseLostException>(() => late);
        Assert.Equal(first.Token, lost.Lease.Token);
        Assert.Equal(PromotionState.Succeeded, (await next).State);
        Assert.Equal((0L, 5L), (await ReadAsync("a"), await ReadAsync("b")));
        List<PromotionRecord> records = await _nodes[1].HistoryAsync("staging");
        Assert.Equal(PromotionState.Failed, Assert.Single(records, r => r.Plan.Author == "late").State);
        await AssertWholeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PromotionNode node in _nodes)
            await node.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<int> InsistAsync(PromotionNode node, string component)
    {
        for (int attempt = 1; ; attempt++)
        {
            PromotionPlan plan = await node.Engine.PlanAsync("development", "staging", [component], component, "its own", Token);
            try
            {
                await node.Engine.PromoteAsync(plan, cancellationToken: Token);
                return attempt;
            }
            catch (PromotionException e) when (attempt < 100 && e is PromotionStaleException or PromotionInProgressException)
            {
                // Somebody else was faster.
                continue;
            }
        }
    }

    private async Task StartAsync(int count, Action<PromotionOptions> configure)
    {
        for (int i = 0; i < count; i++)
            await StartNodeAsync(b => b.UsePostgreSqlState(server.ConnectionString(), o => o.Schema = _schema), configure);
    }

    private async Task<PromotionNode> StartNodeAsync(Action<VaraiBuilder> useState, Action<PromotionOptions>? configure = null)
    {
        PromotionNode node = await PromotionNode.StartAsync(_folder.Root, useState, configure);
        _nodes.Add(node);
        return node;
    }

    private static async Task EditAsync(PromotionNode node, long value, params string[] components)
    {
        var update = new ConfigurationUpdate("dora", "counting") { EnvironmentName = "development" };
        foreach (string component in components)
            update.Set($"{component}:x", value);
        await node.Configuration.UpdateAsync(update, Token);
    }

    private async Task<long> ReadAsync(string component)
    {
        using var document = System.Text.Json.JsonDocument.Parse(
            await File.ReadAllTextAsync(_folder.File(Path.Combine("config", "environments", "staging.json")), Token));
        return long.Parse(document.RootElement.GetProperty(component).GetProperty("x").GetRawText(), CultureInfo.InvariantCulture);
    }

    private async Task AssertWholeAsync()
    {
        Assert.Empty((await _nodes[^1].Audit.VerifyAuditAsync(Token)).Findings);
        Assert.Empty((await _nodes[^1].Snapshots.VerifySnapshotsAsync("staging", Token)).Findings);
        Assert.Empty((await _nodes[^1].Configuration.VerifyHistoryAsync("staging", Token)).Findings);
    }
}
