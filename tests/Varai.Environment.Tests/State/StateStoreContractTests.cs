using System.Reflection;
using Varai.State;
using Varai.Testing.State;

namespace Varai.Tests.State;

public sealed class StateStoreContractTests
{
    public static TheoryData<string> Clauses => [.. StateStoreContract.Clauses];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Clauses))]
    public Task InMemoryStateStore_keeps_the_clause(string clause) =>
        new StateStoreContract((clock, _) => Task.FromResult<IStateStore>(new InMemoryStateStore(new StateOptions(), clock))).RunAsync(clause, Token);

    [Theory]
    [MemberData(nameof(Clauses))]
    public async Task SqliteStateStore_keeps_the_clause(string clause)
    {
        using var folder = new StateFolder();
        await new StateStoreContract((clock, _) => Task.FromResult<IStateStore>(folder.Open(clock))).RunAsync(clause, Token);
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
}
