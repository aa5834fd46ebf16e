using Varai.Data;
using Varai.PostgreSql.Tests.Server;

namespace Varai.PostgreSql.Tests.Data;

/// <summary>Alone, since it looks at the memory of the process.</summary>
[CollectionDefinition(nameof(PostgreSqlLargeTableTests), DisableParallelization = true)]
[Collection(nameof(PostgreSqlLargeTableTests))]
public sealed class PostgreSqlLargeTableTests(PostgreSqlServer server)
{
    private const long MostMemory = 48L * 1024 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Migrate_of_a_large_table_needs_little_memory(bool isMasked)
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        string environment = isMasked ? "production" : "staging";

        // 200 MB in rows; one of them with a value of 64 MB, that is 128 MB as text, where nothing has to look into it.
        await world.ExecuteAsync(environment, "CREATE TABLE t (id int PRIMARY KEY, secret text, filler text); ALTER TABLE t ALTER filler SET STORAGE EXTERNAL; INSERT INTO t SELECT i, 'canary ' || i, repeat('x', 2000) FROM generate_series(1, 100000) i");
        if (!isMasked)
            await world.ExecuteAsync(environment, "CREATE TABLE big (b bytea); ALTER TABLE big ALTER b SET STORAGE EXTERNAL; INSERT INTO big VALUES (decode(repeat('ab', 67108864), 'hex'))");
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = new Watch();

        DataMigrationReport report = await world.Migrator.MigrateAsync(
            isMasked
                ? new DataMigrationRequest("production", "staging") { Masking = PostgreSqlDataWorld.Policy().Mask("t", "secret", MaskingRule.Hmac).Keep("t", "filler") }
                : new DataMigrationRequest("staging", "production") { AllowIntoProduction = true },
            watch,
            TestContext.Current.CancellationToken);

        Assert.True(report.Components[0].BytesCopied > 200_000_000);
        Assert.InRange(watch.Most - before, long.MinValue, MostMemory);
        Assert.Equal(["100000"], await world.QueryAsync(isMasked ? "staging" : "production", $"SELECT count(*) FROM t WHERE secret LIKE '{(isMasked ? "x" : "canary")}%' AND length(filler) = 2000"));
    }

    private sealed class Watch : IProgress<DataMigrationProgress>
    {
        public long Most { get; private set; }

        public void Report(DataMigrationProgress value) => Most = Math.Max(Most, GC.GetTotalMemory(forceFullCollection: false));
    }
}
