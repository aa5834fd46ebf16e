using Varai.Testing;
using Varai.Testing.Data;

namespace Contoso.Extensions;

public sealed class OwnDataComponentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Shelf_InMemory_PassesTheContract() => Contract(new Shelf()).RunAsync(Token);

    [Fact]
    public async Task Shelf_ThatWritesAtOnce_IsFoundOut()
    {
        ContractException error = await Assert.ThrowsAsync<ContractException>(() => Contract(new Shelf { IsCareless = true }).LeavesTheTargetUntilTheCommitAsync(Token));

        Assert.Equal("The target changes before the commit.", error.Message);
    }

    private static DataComponentContract Contract(Shelf shelf)
    {
        int editions = 0;
        shelf["staging"]["a book"] = [1, 2, 3];
        shelf["staging"]["an empty one"] = [];
        shelf["production"]["an old one"] = [4];
        return new DataComponentContract(shelf, "staging", "production", "nowhere", _ =>
        {
            shelf["staging"]["a book"] = [1, (byte)++editions];
            return Task.CompletedTask;
        });
    }
}
