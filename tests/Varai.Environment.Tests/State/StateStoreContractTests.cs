using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using Varai.State;
using Varai.Testing;
using Varai.Testing.State;

namespace Varai.Tests.State;

public sealed class StateStoreContractTests
{
    public static TheoryData<string> Clauses => [.. StateStoreContract.Clauses];

    // As few as the contract allows, so that its clause about forgotten changes needs no long run of commits.
    private static StateOptions Options => new() { ChangeRetention = 100 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Clauses))]
    public Task InMemoryStateStore_keeps_the_clause(string clause) =>
        new StateStoreContract((clock, _) => Task.FromResult<IStateStore>(new InMemoryStateStore(Options, clock)), trimAsync: TrimAsync).RunAsync(clause, Token);

    [Theory]
    [MemberData(nameof(Clauses))]
    public Task Store_with_a_clock_of_its_own_keeps_the_clause(string clause)
    {
        var server = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        var contract = new StateStoreContract(
            (_, _) => Task.FromResult<IStateStore>(new InMemoryStateStore(Options, server)),
            (_, by, _) =>
            {
                server.Advance(by);
                return Task.CompletedTask;
            });
        return contract.RunAsync(clause, Token);
    }

    [Theory]
    [MemberData(nameof(Clauses))]
    public async Task SqliteStateStore_keeps_the_clause(string clause)
    {
        using var folder = new StateFolder();
        await new StateStoreContract((clock, _) => Task.FromResult<IStateStore>(folder.Open(clock, Options)), trimAsync: TrimAsync).RunAsync(clause, Token);
    }

    [Fact]
    public void Clauses_are_all_the_public_clause_methods() => Assert.Equal(
        typeof(StateStoreContract).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.ReturnType == typeof(Task) && method.Name is not (nameof(StateStoreContract.RunAsync) or nameof(StateStoreContract.RunAllAsync)))
            .Select(method => method.Name).Order(StringComparer.Ordinal),
        StateStoreContract.Clauses.Order(StringComparer.Ordinal));

    [Fact]
    public async Task RunAll_names_every_clause_a_broken_store_breaks()
    {
        var contract = new StateStoreContract((clock, _) =>
            Task.FromResult<IStateStore>(new ForgetfulStateStore(new InMemoryStateStore(new StateOptions(), clock))));
        ContractException error = await Assert.ThrowsAsync<ContractException>(() => contract.RunAllAsync(Token));
        string[] mustFind =
        [
            nameof(StateStoreContract.CommitAppliesNothingOnAConflictAsync),
            nameof(StateStoreContract.ConflictNamesKeyExpectedAndActualAsync),
            nameof(StateStoreContract.ExpectedVersionZeroMeansMustNotExistAsync),
            nameof(StateStoreContract.DeleteWithAStaleVersionConflictsAsync),
            nameof(StateStoreContract.ExpectChecksWithoutChangingAsync),
            nameof(StateStoreContract.AppendWithAStaleSequenceConflictsAsync),
            nameof(StateStoreContract.CommitUnderALostLeaseChangesNothingAsync),
        ];
        foreach (string clause in mustFind)
            Assert.Contains(clause, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(StateStoreContract.BlobsAreFoundByTheirHashAsync), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_of_an_unknown_clause_is_refused()
    {
        var contract = new StateStoreContract((_, _) => throw new InvalidOperationException());
        await Assert.ThrowsAsync<ArgumentException>(() => contract.RunAsync("NoSuchClause", Token));
    }

    [Fact]
    public async Task WatchAfterATrimmedRevision_of_a_store_that_forgets_nothing_is_found_broken()
    {
        var contract = new StateStoreContract(
            (clock, _) => Task.FromResult<IStateStore>(new InMemoryStateStore(new StateOptions(), clock)), trimAsync: TrimAsync);
        ContractException error = await Assert.ThrowsAsync<ContractException>(() => contract.WatchAfterATrimmedRevisionResetsAsync(Token));
        Assert.Contains("Reset", error.Message, StringComparison.Ordinal);
    }

    // Trimming goes in steps of a tenth, so a few more than the retention are needed.
    private static async Task TrimAsync(IStateStore store, CancellationToken cancellationToken)
    {
        for (int i = 0; i < 115; i++)
            await store.CommitAsync(new StateTransaction().Put("trim", default), cancellationToken);
    }
}
