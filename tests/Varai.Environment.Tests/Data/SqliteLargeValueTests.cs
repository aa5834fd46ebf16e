using Microsoft.Data.Sqlite;
using Varai.Data;

namespace Varai.Tests.Data;

/// <summary>Alone, because what is allocated and held is counted for the whole process.</summary>
[CollectionDefinition(nameof(SqliteLargeValueTests), DisableParallelization = true)]
[Collection(nameof(SqliteLargeValueTests))]
public sealed class SqliteLargeValueTests : IDisposable
{
    private readonly DataWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Migrate_LargeValues_AreStreamedInLittleMemory(bool whole)
    {
        const int Size = 200_000_000;
        string source = whole ? "staging" : "production";
        string target = whole ? "production" : "staging";
        _world.Execute(source, "CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT, b BLOB, a BLOB); INSERT INTO t VALUES (1, 'x', randomblob(3000000), zeroblob(200000000)), (2, NULL, randomblob(2000000), x'')");
        using (SqliteConnection open = _world.Open(source))
        {
            await using var blob = new SqliteBlob(open, "t", "a", 1);
            blob.Position = Size - 4;
            blob.Write([1, 2, 3, 4]);
        }

        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long peak = 0;
        using var done = new CancellationTokenSource();
        Task watch = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false) + SQLitePCL.raw.sqlite3_memory_used());
                    await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
                }
            },
            Token);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        DataComponentReport report = whole ? await _world.MoveDatabaseAsync() : await _world.MaskDatabaseAsync(new DataMaskingPolicy().Keep("t", "a", "b", "c"));
        await done.CancelAsync();
        await watch;

        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - allocated < 64_000_000, "it allocated as if it held the value");
        Assert.True(peak - before < 64_000_000, $"it held {peak - before} bytes at once");
        Assert.Equal(2, Assert.Single(report.Tables).TargetRows);
        Assert.Equal(["01020304"], _world.Query(target, $"SELECT hex(substr(a, {Size - 3})) FROM t WHERE id = 1"));
        Assert.Equal(await _world.Database.FingerprintAsync(source, Token), await _world.Database.FingerprintAsync(target, Token));
    }
}
