using Varai.Data;
using Varai.PostgreSql.Tests.Server;

namespace Varai.PostgreSql.Tests.Data;

public sealed class PostgreSqlMaskingTests(PostgreSqlServer server)
{
    private const string People = """
        CREATE TABLE people (id int PRIMARY KEY, email text UNIQUE, phone varchar(20), card char(30), age smallint, big bigint UNIQUE, share numeric(8, 2), ratio float8,
            doc jsonb, raw json, token bytea, ref uuid, notes text, mood text NOT NULL, born date);
        INSERT INTO people SELECT i, 'ann' || i || '@shop.com', '+49 30 ' || 100000 + i, '4000-1234-5678-' || 1000 + i, i % 90, i * 1000003, i + 0.25, i / 3.0,
            jsonb_build_object('secret', 'canary-' || i), '["canary"]', 'canary'::bytea, md5(i::text)::uuid, E'tab\there \\ and\nline ' || i, 'fine', '2000-01-01' FROM generate_series(1, 300) i;
        INSERT INTO people (id, mood) VALUES (1000, 'none');
        CREATE TABLE letters (email text, seen text);
        INSERT INTO letters SELECT email, 'x' FROM people WHERE id % 2 = 0;
        """;

    [Fact]
    public async Task Mask_applies_every_rule_and_the_same_value_stays_the_same_in_all_tables()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("production", People);
        DataMaskingPolicy policy = PostgreSqlDataWorld.Policy()
            .Mask("*", "email", MaskingRule.Hmac)
            .Mask("people", "phone", MaskingRule.Fake)
            .Mask("people", "card", MaskingRule.KeepLast(4))
            .Mask("people", "age", MaskingRule.Hmac)
            .Mask("people", "big", MaskingRule.Fake)
            .Mask("people", "share", MaskingRule.Hmac)
            .Mask("people", "ratio", MaskingRule.Hmac)
            .Mask("people", "doc", MaskingRule.Fake)
            .Mask("people", "raw", MaskingRule.Hmac)
            .Mask("people", "token", MaskingRule.Hmac)
            .Mask("people", "ref", MaskingRule.Hmac)
            .Mask("people", "notes", MaskingRule.Fake)
            .Keep("people", "mood")
            .Mask("letters", "seen", MaskingRule.Null);

        DataComponentReport report = await world.MaskAsync(policy);

        Assert.Equal([("letters", 151L), ("people", 301L)], report.Tables.Select(t => (t.Name, t.TargetRows)));
        string[] rules =
        [
            "email ~ '^x[a-z2-7]{26}$'", @"phone ~ '^\+\d\d \d\d \d{6}$'", "card LIKE '***************10__' || repeat(' ', 11) OR card LIKE repeat('*', 15) || '1___%'",
            "age >= 0", "length(big::text) = length((id::bigint * 1000003)::text)", "share >= 0 AND scale(share) = 2", "ratio >= 0",
            "jsonb_typeof(doc) = 'string'", "json_typeof(raw) = 'string'", "length(token) = 32", "ref IS NOT NULL", "notes NOT LIKE '%here%'", "mood = 'fine'", "born = '2000-01-01'",
        ];
        foreach (string rule in rules)
            Assert.Equal(["300"], await world.QueryAsync("staging", $"SELECT count(*) FROM people WHERE id <> 1000 AND ({rule})"));
        Assert.Equal(["300"], await world.QueryAsync("staging", "SELECT count(DISTINCT notes) FROM people"));
        Assert.Equal(["150"], await world.QueryAsync("staging", "SELECT count(*) FROM people JOIN letters USING (email) WHERE seen IS NULL AND id % 2 = 0"));
        Assert.Equal([@"1000	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	none	\N"], await world.QueryAsync("staging", "SELECT * FROM people WHERE id = 1000"));
        Assert.DoesNotContain("canary", await world.ContentAsync("staging"), StringComparison.Ordinal);

        // The same key gives the same again.
        string first = await world.ContentAsync("staging");
        await world.MaskAsync(policy);
        Assert.Equal(first, await world.ContentAsync("staging"));
    }

    [Fact]
    public async Task Mask_without_a_rule_for_a_column_that_can_hold_text_copies_nothing()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("production", """
            CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN word AS text; CREATE DOMAIN amount AS int; CREATE TYPE pair AS (a int, b text); CREATE TYPE numbers AS (a int, b date);
            CREATE TABLE t (a text, b varchar, c char(3), d json, e jsonb, f xml, g bytea, h text[], i word, j pair, k word[], l inet, m "char", n name, o tsvector, p bit(8), q point, r pair[],
                ok1 int, ok2 numeric, ok3 timestamptz, ok4 mood, ok5 mood[], ok6 amount, ok7 numbers, ok8 int4range, ok9 uuid, gen text GENERATED ALWAYS AS ('x') STORED);
            """);
        await world.ExecuteAsync("staging", "CREATE TABLE old (a int)");

        var error = await Assert.ThrowsAsync<DataMaskingException>(() => world.MaskAsync(policy: null));
        Assert.Equal("abcdefghijklmnopqr".Select(c => $"t.{c}"), error.Columns);
        Assert.Equal(["old"], await world.QueryAsync("staging", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"));

        // And with all of them, it goes.
        await world.MaskAsync(new DataMaskingPolicy().Keep("t", [.. "abcdefghijklmnopqr".Select(c => c.ToString())]));
        Assert.Equal(["t"], await world.QueryAsync("staging", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Theory]
    [InlineData("people.nothing names what the database has not", "people", "nothing", "hmac")]
    [InlineData("people.mood must not be NULL", "people", "mood", "null")]
    [InlineData("people.born has the type date, which can only be kept or made NULL", "people", "born", "hmac")]
    [InlineData("people.phone has room for 20 characters, and a hash has 27", "people", "phone", "hmac")]
    public async Task Mask_with_a_rule_that_does_not_fit_says_why(string expected, string table, string column, string kind)
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("production", People);
        DataMaskingPolicy policy = PostgreSqlDataWorld.Policy()
            .Keep("*", "email", "phone", "card", "doc", "raw", "token", "notes", "mood", "seen")
            .Mask(table, column, kind == "null" ? MaskingRule.Null : MaskingRule.Hmac);
        var error = await Assert.ThrowsAsync<DataMaskingException>(() => world.MaskAsync(policy));
        Assert.Equal([$"{table}.{column}"], error.Columns);
        Assert.Contains(expected.StartsWith($"{table}.{column} names", StringComparison.Ordinal) ? "names what the database has not" : expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mask_that_makes_unique_values_one_leaves_the_target_and_quotes_nothing()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("production", "CREATE TABLE t (card text UNIQUE); INSERT INTO t VALUES ('s3cr3t-canary-1111'), ('s3cr3t-kanary-1111')");
        await world.ExecuteAsync("staging", "CREATE TABLE old (a int)");
        var error = await Assert.ThrowsAsync<DataComponentException>(() => world.MaskAsync(PostgreSqlDataWorld.Policy().Mask("t", "card", MaskingRule.KeepLast(4))));
        Assert.Contains("the rule makes two values one", error.Message, StringComparison.Ordinal);
        Assert.Contains("t_card_key", error.Message, StringComparison.Ordinal);
        Assert.Equal(["old"], await world.QueryAsync("staging", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"));
        Assert.Empty(await world.LeftoversAsync("staging"));
        await AssertNoCanaryAsync(world, error);
    }

    [Fact]
    public async Task Mask_that_a_type_or_check_refuses_quotes_no_value()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("production", "CREATE TABLE t (a text CHECK (a LIKE 's3cr3t%'), b varchar(19)); INSERT INTO t VALUES ('s3cr3t-canary', 's3cr3t-canary@x.com')");
        var check = await Assert.ThrowsAsync<DataComponentException>(() => world.MaskAsync(PostgreSqlDataWorld.Policy().Mask("t", "a", MaskingRule.Hmac).Keep("t", "b")));
        Assert.Contains("t_a_check", check.Message, StringComparison.Ordinal);
        var raised = await Assert.ThrowsAsync<DataComponentException>(async () =>
        {
            await world.ExecuteAsync("production", """
                ALTER TABLE t DROP CONSTRAINT t_a_check;
                CREATE FUNCTION loud(x text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF x NOT LIKE '%s3cr3t%' THEN RAISE EXCEPTION 'I found s3cr3t-canary %', x; END IF; RETURN true; END $$;
                ALTER TABLE t ADD CHECK (loud(b));
                """);
            await world.MaskAsync(PostgreSqlDataWorld.Policy().Keep("t", "a").Mask("t", "b", MaskingRule.KeepLast(4)));
        });
        Assert.Contains("a value was not accepted", raised.Message, StringComparison.Ordinal);
        await AssertNoCanaryAsync(world, check, raised);
    }

    [Fact]
    public async Task Where_and_exclude_drop_what_refers_to_rows_left_out()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("production", """
            CREATE TABLE regions (id int PRIMARY KEY);
            CREATE TABLE customers (id int PRIMARY KEY, region int REFERENCES regions, best int);
            CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers, again int REFERENCES orders);
            ALTER TABLE customers ADD CONSTRAINT best_order FOREIGN KEY (best) REFERENCES orders DEFERRABLE INITIALLY DEFERRED;
            CREATE TABLE lines (id int, "order" int REFERENCES orders ON DELETE CASCADE);
            CREATE VIEW named_regions AS SELECT id FROM regions;
            INSERT INTO regions VALUES (1); INSERT INTO customers SELECT i, CASE WHEN i = 9 THEN 1 END, NULL FROM generate_series(1, 9) i;
            INSERT INTO orders SELECT i, i, CASE WHEN i > 1 THEN i - 1 END FROM generate_series(1, 9) i; UPDATE customers SET best = id WHERE id < 3;
            INSERT INTO lines SELECT i, i FROM generate_series(1, 9) i;
            """);
        DataComponentReport report = await world.MaskAsync(new DataMaskingPolicy().Where("customers", "id <> (SELECT min(id) + 4 FROM customers) -- not the fifth").Exclude("regions"));
        Assert.Equal(["1", "2", "3", "4", "6", "7", "8"], await world.QueryAsync("staging", "SELECT id FROM customers ORDER BY 1"));
        Assert.Equal(["1", "2", "3", "4"], await world.QueryAsync("staging", "SELECT id FROM orders ORDER BY 1"));
        Assert.Equal(["1", "2", "3", "4"], await world.QueryAsync("staging", "SELECT id FROM lines ORDER BY 1"));
        Assert.Contains("The table regions was left out.", report.Notes);
        Assert.Contains("The table customers was filtered.", report.Notes);
        Assert.Contains("5 rows of orders were dropped, since they refer to rows that were left out.", report.Notes);
        Assert.Contains(report.Notes, n => n.Contains("named_regions", StringComparison.Ordinal) && n.Contains("left out", StringComparison.Ordinal));
        DataTableReport orders = report.Tables.Single(t => t.Name == "orders");
        Assert.Equal((9, 4), (orders.SourceRows, orders.TargetRows));
        Assert.Equal(orders.Fingerprint, (await world.Component.FingerprintAsync("staging", TestContext.Current.CancellationToken)).Single(f => f.Name == "orders").Hash);
        Assert.Equal(["4"], await world.QueryAsync("staging", "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"));
    }

    [Fact]
    public async Task Large_objects_go_down_only_when_somebody_has_said_so()
    {
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("production", "CREATE TABLE t (id int, picture oid); INSERT INTO t VALUES (1, lo_from_bytea(0, 'canary'))");
        var error = await Assert.ThrowsAsync<DataMaskingException>(() => world.MaskAsync(new DataMaskingPolicy()));
        Assert.Equal(["pg_largeobject.data"], error.Columns);
        error = await Assert.ThrowsAsync<DataMaskingException>(() => world.MaskAsync(PostgreSqlDataWorld.Policy().Mask("pg_largeobject", "data", MaskingRule.Hmac)));
        Assert.Contains("can only be kept, or left out", error.Message, StringComparison.Ordinal);
        await world.MaskAsync(new DataMaskingPolicy().Exclude("pg_largeobject"));
        Assert.Equal(["0"], await world.QueryAsync("staging", "SELECT count(*) FROM pg_largeobject_metadata"));
        await world.MaskAsync(new DataMaskingPolicy().Keep("pg_largeobject", "data"));
        Assert.Equal(["canary"], await world.QueryAsync("staging", "SELECT convert_from(lo_get(picture), 'UTF8') FROM t"));
    }

    private static async Task AssertNoCanaryAsync(PostgreSqlDataWorld world, params Exception[] errors)
    {
        string told = string.Join('\n', errors.Select(e => e.ToString()).Concat(world.Logs.Collector.GetSnapshot().Select(r => $"{r.Message} {r.Exception}")));
        await foreach (var document in world.State.ListAsync("", TestContext.Current.CancellationToken))
            told += System.Text.Encoding.UTF8.GetString(document.Content.Span);
        Assert.DoesNotContain("s3cr3t", told, StringComparison.Ordinal);
    }
}
