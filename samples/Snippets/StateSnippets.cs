using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.PostgreSql.State;
using Varai.State;
using Varai.Testing.State;

namespace Snippets;

internal static class StateSnippets
{
    public static async Task CommitAsync(
        IStateStore store, Lease lease, ReadOnlyMemory<byte> next, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        // snippet: state-commit
        StateDocument? head = await store.GetAsync("promotion/head", cancellationToken);
        await store.CommitAsync(
            new StateTransaction()
                .Put("promotion/head", next, expectedVersion: head?.Version ?? 0) // nobody moved it meanwhile
                .Append("promotion/journal", record)                              // together with its record
                .Require(lease),                                                  // and only while we are the leader
            cancellationToken);
        // end-snippet
    }

    public static async Task CheckAsync(
        Func<TimeProvider, CancellationToken, Task<IStateStore>> createEmptyStoreAsync, CancellationToken cancellationToken)
    {
        // snippet: state-contract
        var contract = new StateStoreContract((clock, token) => createEmptyStoreAsync(clock, token));
        foreach (string clause in StateStoreContract.Clauses)
            await contract.RunAsync(clause, cancellationToken); // or one test for each clause
        // end-snippet
    }

    public static void UsePostgreSql(IHostApplicationBuilder builder)
    {
        // snippet: state-postgresql
        builder.AddVarai()
            .UsePostgreSqlState("Host=db;Database=shop;Username=shop", o => o.PasswordSecret = "db#password")
            .UseStateFeatureFlags(); // the flags too: an edit on one node is seen on all
        // end-snippet
    }

    public static void WriteScript()
    {
        // snippet: state-postgresql-script
        Console.WriteLine(PostgreSqlStateSchema.CreateScript("varai", role: "shop"));
        // end-snippet
    }
}
