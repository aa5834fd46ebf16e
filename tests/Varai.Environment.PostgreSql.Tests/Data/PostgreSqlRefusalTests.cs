using Npgsql;
using Varai.Data;
using Varai.PostgreSql.Tests.Server;

namespace Varai.PostgreSql.Tests.Data;

/// <summary>What can't be done is said, and leaves the target as it was.</summary>
public sealed class PostgreSqlRefusalTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("CREATE TABLE p (a int) PARTITION BY LIST (a)", "partitioned or inherited table p")]
    [InlineData("CREATE TABLE a (x int); CREATE TABLE b () INHERITS (a)", "partitioned or inherited table a; partitioned or inherited table b")]
    [InlineData("CREATE AGGREGATE mul(int) (SFUNC = int4mul, STYPE = int)", "aggregate public.mul(integer)")]
    [InlineData("CREATE COLLATION mine (provider = libc, locale = 'C')", "collation mine")]
    [InlineData("CREATE TABLE r (a int, c regclass[])", "column r.c of type regclass[]")]
    [InlineData("CREATE TYPE t AS (a int); CREATE TABLE typed OF t", "typed table typed")]
    [InlineData("CREATE TEXT SEARCH CONFIGURATION mine (COPY = simple)", "text search configuration mine")]
    [InlineData("CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)", "operator public.===(integer,integer)")]
    [InlineData("CREATE SCHEMA other; CREATE TABLE other.p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES other.p)", "foreign key c_p_fkey of c, which refers to a table outside of the schemas that are moved")]
    public async Task Migrate_of_what_is_not_carried_names_it(string sql, string expected)
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("staging", sql);
        var error = await Assert.ThrowsAsync<DataComponentException>(() => world.MoveAsync());
        Assert.Contains($"can't be moved yet: {expected}. Nothing was copied.", error.Message, StringComparison.Ordinal);
        Assert.Empty(await world.LeftoversAsync("production"));
    }

    [Fact]
    public async Task Migrate_into_a_database_without_the_extension_says_what_to_run()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("staging", "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE TABLE t (a ext.citext UNIQUE); INSERT INTO t VALUES ('A')");
        var error = await Assert.ThrowsAsync<DataComponentException>(() => world.MoveAsync());
        Assert.Contains("""CREATE EXTENSION "citext" SCHEMA "ext".""", error.Message, StringComparison.Ordinal);
        await world.ExecuteAsync("production", "CREATE EXTENSION citext");
        error = await Assert.ThrowsAsync<DataComponentException>(() => world.MoveAsync());
        Assert.Contains("citext is in 'public', in the source in 'ext'", error.Message, StringComparison.Ordinal);
        await world.ExecuteAsync("production", "CREATE SCHEMA ext; ALTER EXTENSION citext SET SCHEMA ext");
        await world.MoveAsync();
        Assert.Equal(["A"], await world.QueryAsync("production", "SELECT a FROM t WHERE a OPERATOR(ext.=) 'a'::ext.citext"));
    }

    [Fact]
    public async Task Migrate_does_not_drop_what_others_have_built_on_the_target()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("staging", "CREATE TABLE t (a int)");
        await world.ExecuteAsync("production", "CREATE TABLE t (id int PRIMARY KEY); CREATE SCHEMA reports; CREATE VIEW reports.v AS SELECT * FROM t; CREATE TABLE reports.k (t int REFERENCES public.t)");
        var error = await Assert.ThrowsAsync<DataComponentException>(() => world.MoveAsync());
        Assert.Contains("would be dropped: constraint k_t_fkey on table reports.k; rule _RETURN on view reports.v", error.Message, StringComparison.Ordinal);
        Assert.Empty(await world.LeftoversAsync("production"));
        Assert.Equal(["id"], await world.QueryAsync("production", "SELECT attname FROM pg_attribute WHERE attrelid = 'public.t'::regclass AND attnum > 0"));
    }

    [Fact]
    public async Task Migrate_waits_for_whoever_uses_the_target_no_longer_than_it_should()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server, o => o.LockTimeout = TimeSpan.FromMilliseconds(100));
        await world.ExecuteAsync("staging", "CREATE TABLE t (a int)");
        await world.ExecuteAsync("production", "CREATE TABLE t (a int, b int)");
        await using (NpgsqlConnection other = await world.OpenAsync("production"))
        {
            await using NpgsqlTransaction transaction = await other.BeginTransactionAsync(Token);
            await using var command = new NpgsqlCommand("LOCK TABLE t IN ACCESS SHARE MODE", other, transaction);
            await command.ExecuteNonQueryAsync(Token);
            var error = await Assert.ThrowsAsync<DataComponentException>(() => world.MoveAsync());
            Assert.True(error.IsTransient);
            Assert.Contains("Others use it longer than LockTimeout", error.Message, StringComparison.Ordinal);
        }

        await world.MoveAsync();
        Assert.Equal(["1"], await world.QueryAsync("production", "SELECT count(*) FROM pg_attribute WHERE attrelid = 'public.t'::regclass AND attnum > 0"));
    }

    [Fact]
    public async Task Second_restore_into_one_database_is_refused_and_its_end_frees_it()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server, o => o.LockTimeout = TimeSpan.FromMilliseconds(100));
        string id = new('a', 32);
        await using (await world.Component.RestoreAsync(new DataRestoreRequest("production", id), Token))
        {
            var error = await Assert.ThrowsAsync<DataComponentException>(() => world.Component.RestoreAsync(new DataRestoreRequest("production", id), Token));
            Assert.True(error.IsTransient);
            Assert.Contains("Somebody else is restoring into the PostgreSQL database", error.Message, StringComparison.Ordinal);
        }

        await using IDataRestore again = await world.Component.RestoreAsync(new DataRestoreRequest("production", id), Token);
    }

    [Fact]
    public async Task Password_that_is_wrong_or_missing_is_said_without_it()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        world.Secrets.Set("db-password", "s3cr3t-other");
        var error = await Assert.ThrowsAsync<DataComponentException>(() => world.MoveAsync());
        Assert.Contains("can't be opened", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString() + string.Join('\n', world.Logs.Collector.GetSnapshot().Select(r => $"{r.Message} {r.Exception}")), StringComparison.Ordinal);
        await Assert.ThrowsAsync<DataComponentException>(() => world.Component.FingerprintAsync("nowhere", Token));
    }

    [Fact]
    public async Task Cancelled_migration_leaves_nothing_and_can_be_made_again()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("staging", "CREATE TABLE t (a int, b text); INSERT INTO t SELECT i, repeat('x', 500) FROM generate_series(1, 50000) i");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var progress = new Cancelling(stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Migrator.MigrateAsync(
            new DataMigrationRequest("staging", "production") { AllowIntoProduction = true }, progress, stop.Token));
        Assert.Empty(await world.LeftoversAsync("production"));
        DataComponentReport report = await world.MoveAsync();
        Assert.True(report.IsResumed);
        Assert.True(report.IsNewSnapshot);
        Assert.Equal(["50000"], await world.QueryAsync("production", "SELECT count(*) FROM t"));
    }

    private sealed class Cancelling(CancellationTokenSource stop) : IProgress<DataMigrationProgress>
    {
        public void Report(DataMigrationProgress value)
        {
            if (value is { Phase: DataMigrationPhase.Copying, BytesDone: > 0 })
                stop.Cancel();
        }
    }
}
