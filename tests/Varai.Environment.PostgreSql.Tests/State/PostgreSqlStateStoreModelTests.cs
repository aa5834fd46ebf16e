using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Varai.PostgreSql.State;
using Varai.PostgreSql.Tests.Server;
using Varai.Tests.State;

namespace Varai.PostgreSql.Tests.State;

public sealed class PostgreSqlStateStoreModelTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Store_does_what_the_model_does()
    {
        server.Require();
        return StateModelRun.Actions.SampleAsync(
            async actions =>
            {
                string schema = PostgreSqlServer.NewSchema();
                PostgreSqlStateStore store = Open(schema);
                await store.GetRevisionAsync(Token); // makes the tables
                await new StateModelRun(
                    new FakeTimeProvider(),
                    store,
                    reopen: () =>
                    {
                        store.Dispose();
                        return store = Open(schema);
                    },
                    advance: by => server.ExecuteAsync($"UPDATE \"{schema}\".leases SET expires = expires - $1 WHERE isfinite(expires)", Token, by)).RunAsync(actions);
                await store.DisposeAsync();
                Assert.Equal(0L, await server.ExecuteAsync($"SELECT count(*) FROM \"{schema}\".blobs WHERE hash IS NULL", Token));
                Assert.Equal(0L, await server.ExecuteAsync($"SELECT count(*) FROM \"{schema}\".chunks WHERE blob NOT IN (SELECT id FROM \"{schema}\".blobs)", Token));
                await server.ExecuteAsync($"DROP SCHEMA \"{schema}\" CASCADE", Token);
            },
            iter: 40, threads: 2, print: StateModelRun.Print);
    }

    private PostgreSqlStateStore Open(string schema) =>
        Nodes.Open(server.ConnectionString(), schema, static o => o.ChangeRetention = StateModelRun.ChangeRetention);
}
