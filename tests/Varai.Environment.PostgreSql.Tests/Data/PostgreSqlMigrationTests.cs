using Varai.Data;
using Varai.PostgreSql.Tests.Server;

namespace Varai.PostgreSql.Tests.Data;

public sealed class PostgreSqlMigrationTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_makes_the_target_equal_in_definitions_and_rows()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("staging", ShopSchema.Sql);
        await world.ExecuteAsync("staging", ShopSchema.Rows);
        await world.ExecuteAsync("production", "CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE TABLE old (a citext); INSERT INTO old VALUES ('x')");

        DataComponentReport report = await world.MoveAsync();

        Assert.True(report.HasChanged);
        Assert.Equal(await world.DumpAsync("staging"), await world.DumpAsync("production"));
        Assert.Equal(await world.ContentAsync("staging"), await world.ContentAsync("production"));
        const string objects = "SELECT m.oid, md5(lo_get(m.oid)) FROM pg_largeobject_metadata m ORDER BY 1";
        Assert.Equal(await world.QueryAsync("staging", objects), await world.QueryAsync("production", objects));
        const string sequences = """"
            SELECT 'a', last_value, is_called FROM "Odd ""Seq""" UNION ALL SELECT 'b', last_value, is_called FROM orders_id_seq UNION ALL SELECT 'c', last_value, is_called FROM "Käufer ""1""_id_seq" ORDER BY 1
            """";
        Assert.Equal(await world.QueryAsync("staging", sequences), await world.QueryAsync("production", sequences));
        Assert.Equal(await world.Component.FingerprintAsync("staging", Token), await world.Component.FingerprintAsync("production", Token));
        Assert.Empty(await world.LeftoversAsync("production"));
        Assert.Equal(["2"], await world.QueryAsync("production", "SELECT count(*) FROM pg_extension WHERE extnamespace = 'public'::regnamespace"));

        // Again, over what is there now.
        Assert.True((await world.MoveAsync()).HasChanged);
        Assert.Equal(await world.DumpAsync("staging"), await world.DumpAsync("production"));
        Assert.Equal(await world.ContentAsync("staging"), await world.ContentAsync("production"));
    }
}
