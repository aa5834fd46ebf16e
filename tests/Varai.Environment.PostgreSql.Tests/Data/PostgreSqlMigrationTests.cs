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
        Assert.Contains("Käufer", await world.DumpAsync("staging"), StringComparison.Ordinal);
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

    [Fact]
    public async Task Migrate_of_several_schemas_keeps_what_they_say_about_each_other_and_the_rest_of_the_target()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server, o =>
        {
            o.Schemas.Add("shop");
            o.Schemas.Add("Old \"Shop\"");
            o.MaximumParallelism = 2;
        });
        await world.ExecuteAsync("staging", """"
            CREATE SCHEMA shop; CREATE SCHEMA "Old ""Shop"""; CREATE SCHEMA "elsewhere"; CREATE TABLE elsewhere.not_moved (a int);
            CREATE TABLE "Old ""Shop""".t (id int PRIMARY KEY, note text);
            CREATE FUNCTION "Old ""Shop""".label(x int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN (SELECT 'label of ' || x); END $$;
            CREATE TABLE shop.t (id int PRIMARY KEY REFERENCES "Old ""Shop""".t, label text GENERATED ALWAYS AS ("Old ""Shop""".label(id)) STORED);
            CREATE VIEW shop.both AS SELECT n.id, o.note FROM shop.t n JOIN "Old ""Shop""".t o USING (id);
            INSERT INTO "Old ""Shop""".t SELECT i, 'n' || i FROM generate_series(1, 50) i; INSERT INTO shop.t SELECT id FROM "Old ""Shop""".t;
            """");
        await world.ExecuteAsync("production", "CREATE TABLE stays (a int); CREATE SCHEMA shop; COMMENT ON SCHEMA shop IS 'the target''s own'; GRANT USAGE ON SCHEMA shop TO pg_monitor; CREATE TABLE shop.goes (a int)");
        DataComponentReport report = await world.MoveAsync();
        Assert.Equal(["Old \"Shop\".t", "t"], report.Tables.Select(t => t.Name));
        foreach (string schema in new[] { "shop", "Old \"Shop\"" })
            Assert.Equal(await world.ContentAsync("staging", schema), await world.ContentAsync("production", schema));
        Assert.Equal(await world.DumpAsync("staging", "-n", "\"Old \"\"Shop\"\"\""), await world.DumpAsync("production", "-n", "\"Old \"\"Shop\"\"\""));
        Assert.Equal(["50"], await world.QueryAsync("production", "SELECT count(*) FROM shop.both"));
        Assert.Equal(["public.stays"], await world.QueryAsync("production", "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('public', 'elsewhere')"));
        Assert.Equal(["the target's own\tt"], await world.QueryAsync("production", "SELECT obj_description('shop'::regnamespace), has_schema_privilege('pg_monitor', 'shop', 'USAGE')"));
    }

    [Fact]
    public async Task Migrate_while_others_write_takes_one_moment_of_all_tables()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("staging", """
            CREATE TABLE accounts_a (id int PRIMARY KEY, amount bigint); CREATE TABLE accounts_b (id int PRIMARY KEY, amount bigint);
            CREATE TABLE moves (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int REFERENCES accounts_a, b int REFERENCES accounts_b, amount bigint);
            INSERT INTO accounts_a SELECT i, 1000 FROM generate_series(1, 500) i; INSERT INTO accounts_b SELECT i, 1000 FROM generate_series(1, 500) i;
            """);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task writer = Task.Run(() => WriteAsync(world, stop.Token), Token);
        for (int i = 0; i < 4; i++)
        {
            await world.MoveAsync();
            Assert.Equal(["t\tt\tt"], await world.QueryAsync("production", """
                SELECT (SELECT sum(amount) FROM accounts_a) + (SELECT sum(amount) FROM accounts_b) = 1000000, (SELECT sum(amount) FROM accounts_a) = 500000 - (SELECT coalesce(sum(amount), 0) FROM moves),
                    (SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated) = 2
                """));

            // What comes next gets a number of its own.
            await world.ExecuteAsync("production", "INSERT INTO moves (a, b, amount) VALUES (1, 1, 0)");
        }

        await stop.CancelAsync();
        await writer;
        Assert.NotEqual(["0"], await world.QueryAsync("staging", "SELECT count(*) FROM moves"));
    }

    [Fact]
    public async Task Migrate_leaves_the_target_its_own_owners_and_rights()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        string app = $"{world.DatabaseOf("production")}_app";
        string tables = "CREATE TABLE kept (id serial PRIMARY KEY, a text); CREATE TABLE fresh (a int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';";
        await world.ExecuteAsync("staging", tables + "GRANT ALL ON kept, fresh TO pg_monitor; GRANT SELECT ON fresh TO PUBLIC");
        await world.ExecuteAsync("production", tables + $"""
            DROP TABLE fresh; CREATE ROLE {app}; GRANT USAGE, CREATE ON SCHEMA public TO {app}; ALTER TABLE kept OWNER TO {app}; GRANT SELECT (a) ON kept TO pg_read_all_stats; REVOKE ALL ON FUNCTION f() FROM PUBLIC;
            CREATE PUBLICATION news FOR TABLE kept; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {app};
            """);
        try
        {
            DataComponentReport report = await world.MoveAsync();
            Assert.Equal([$"{app}\tf\tt\tt\tf"], await world.QueryAsync("production", """
                SELECT pg_get_userbyid(relowner), has_table_privilege('pg_monitor', 'kept', 'SELECT'), has_column_privilege('pg_read_all_stats', 'kept', 'a', 'SELECT'), has_table_privilege('pg_monitor', 'fresh', 'INSERT'), has_function_privilege('pg_monitor', 'f()', 'EXECUTE')
                FROM pg_class WHERE oid = 'kept'::regclass
                """));
            Assert.Equal([$"{app}"], await world.QueryAsync("production", "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'kept_id_seq'::regclass"));
            Assert.Contains("The table public.kept was part of the publication news; the new one is not.", report.Notes);
            Assert.Contains("The default privileges of the schema public went with it.", report.Notes);
        }
        finally
        {
            await world.ExecuteAsync("production", $"DROP OWNED BY {app} CASCADE; DROP ROLE {app}");
        }
    }

    [Fact]
    public async Task Progress_tells_phases_and_bytes()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("staging", "CREATE TABLE t (a int, b text); INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 20000) i");
        var told = new System.Collections.Concurrent.ConcurrentQueue<DataMigrationProgress>();
        await world.MoveAsync(new Told(told));
        Assert.Equal([DataMigrationPhase.Capturing, DataMigrationPhase.Copying, DataMigrationPhase.Committing, DataMigrationPhase.Done], told.Select(p => p.Phase).Distinct().Order());
        Assert.True(told.Last().Bytes > 1_000_000);
        Assert.True(told.Last().BytesDone > 2_000_000);
        Assert.Equal(2, told.Last().ItemsDone);
    }

    private static async Task WriteAsync(PostgreSqlDataWorld world, CancellationToken cancellationToken)
    {
        for (int i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            int a = 1 + (i * 7 % 500);
            int b = 1 + (i * 13 % 500);
            await world.ExecuteAsync("staging", FormattableString.Invariant(
                $"UPDATE accounts_a SET amount = amount - 3 WHERE id = {a}; INSERT INTO moves (a, b, amount) VALUES ({a}, {b}, 3); UPDATE accounts_b SET amount = amount + 3 WHERE id = {b}"));
        }
    }

    private sealed class Told(System.Collections.Concurrent.ConcurrentQueue<DataMigrationProgress> queue) : IProgress<DataMigrationProgress>
    {
        public void Report(DataMigrationProgress value) => queue.Enqueue(value);
    }
}
