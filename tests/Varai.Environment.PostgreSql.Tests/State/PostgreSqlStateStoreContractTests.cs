using Varai.PostgreSql.Tests.Server;
using Varai.State;
using Varai.Testing.State;

namespace Varai.PostgreSql.Tests.State;

public sealed class PostgreSqlStateStoreContractTests(PostgreSqlServer server, PgBouncer pooler)
{
    public static TheoryData<string> Clauses => [.. StateStoreContract.Clauses];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Clauses))]
    public async Task Store_keeps_the_clause(string clause)
    {
        server.Require();
        await CreateContract(server.ConnectionString(), listen: true).RunAsync(clause, Token);
    }

    [Theory]
    [MemberData(nameof(Clauses))]
    public async Task Store_behind_a_pooler_of_transactions_keeps_the_clause(string clause) =>
        await CreateContract(await pooler.ConnectionStringAsync(server), listen: false).RunAsync(clause, Token);

    private StateStoreContract CreateContract(string connectionString, bool listen)
    {
        string schema = PostgreSqlServer.NewSchema();
        return new StateStoreContract(
            (clock, _) => Task.FromResult<IStateStore>(Nodes.Open(
                connectionString,
                schema,
                o =>
                {
                    // As few as the contract allows, so that its clause about forgotten changes needs no long run of commits.
                    o.ChangeRetention = 100;

                    // What takes so long on a busy machine is no breach of the contract.
                    o.CommandTimeout = TimeSpan.FromMinutes(1);
                    o.Listen = listen;
                    o.PollInterval = TimeSpan.FromMilliseconds(100);
                },
                clock)),
            (_, by, token) => server.ExecuteAsync($"UPDATE \"{schema}\".leases SET expires = expires - $1 WHERE isfinite(expires)", token, by),
            TrimAsync);
    }

    // Trimming goes in steps of a tenth, so a few more than the retention are needed.
    private static async Task TrimAsync(IStateStore store, CancellationToken cancellationToken)
    {
        for (int i = 0; i < 115; i++)
            await store.CommitAsync(new StateTransaction().Put("trim", default), cancellationToken);
    }
}
