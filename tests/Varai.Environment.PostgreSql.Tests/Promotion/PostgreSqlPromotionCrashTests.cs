using Varai.PostgreSql.Tests.Server;
using Varai.Tests.Promotion;
using Varai.Tests.TestResources;

namespace Varai.PostgreSql.Tests.Promotion;

/// <summary>Kills a process that promotes and rolls back with its state in PostgreSQL, again and again. The store
/// itself is killed in PostgreSqlCrashTests, and the engine 300 times more on the embedded one in PromotionCrashTests.</summary>
public sealed class PostgreSqlPromotionCrashTests(PostgreSqlServer server)
{
    private const int KillsEach = 30;

    [Fact]
    public async Task Promote_killed_60_times_tears_nothing_and_is_always_finished_or_undone()
    {
        server.Require();
        int seed = Random.Shared.Next();
        try
        {
            await Task.WhenAll(RunAsync(new Random(seed), PromotionKills.Json), RunAsync(new Random(seed + 1), PromotionKills.Yaml));
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With seed {seed}: {exception.Message}", exception);
        }
    }

    private async Task RunAsync(Random random, (string Extension, string Text) staging)
    {
        using var folder = new TemporaryFolder();
        await PromotionKills.RunAsync(
            folder, random, KillsEach, staging, "promote-postgresql", server.ConnectionString(), PostgreSqlServer.NewSchema(), folder.Root);
    }
}
