using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Benchmarks.Ratios;
using Varai.Data;

namespace Varai.Benchmarks.Data;

/// <summary>Moving a PostgreSQL database, verified, against <c>pg_dump -Fc | pg_restore</c>, which verifies nothing.</summary>
internal static class PostgreSqlRatios
{
    private const int Rows = 1_000_000;
    private const int SmokeRows = 1000;
    private const int Runs = 3;

    public static async Task RunAsync(RatioRunner runner, string root)
    {
        PostgreSqlBenchServer? started = await PostgreSqlBenchServer.TryStartAsync();
        if (started is not { } server)
        {
            await Console.Error.WriteLineAsync("PostgreSQL is not installed: migrate.postgres-1m and migrate.postgres-1m-masked were not measured.");
            return;
        }

        await using (server)
        {
            foreach (string database in new[] { "production", "staging", "peer" })
                await server.ExecuteAsync("postgres", $"CREATE DATABASE {database} TEMPLATE template0");
            await FillAsync(server, runner.IsSmoke ? SmokeRows : Rows);
            using IHost host = CreateHost(server, root);
            var migrator = host.Services.GetRequiredService<IDataMigrator>();
            DataMaskingPolicy keep = new DataMaskingPolicy().Keep(DataMaskingPolicy.AnyTable, "email", "name", "city", "status");
            DataMaskingPolicy mask = new DataMaskingPolicy { KeySecret = "masking-key" }
                .Mask("customers", "email", MaskingRule.Hmac).Mask("customers", "name", MaskingRule.Hmac).Keep(DataMaskingPolicy.AnyTable, "city", "status");
            (TimeSpan plain, TimeSpan masked, TimeSpan peer) = (TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue);
            for (int i = 0; i < (runner.IsSmoke ? 1 : Runs); i++)
            {
                plain = Least(plain, await MoveAsync(server, migrator, keep));
                peer = Least(peer, await CopyByToolsAsync(server));
                masked = Least(masked, await MoveAsync(server, migrator, mask));
            }

            runner.Fact("migrate.postgres-1m.ours", plain.TotalMilliseconds, "ms");
            runner.Fact("migrate.postgres-1m-masked.ours", masked.TotalMilliseconds, "ms");
            runner.Fact("migrate.postgres-1m.tools", peer.TotalMilliseconds, "ms");
            runner.Fact("migrate.postgres-1m", plain / peer, "times", runner.IsSmoke ? null : 1.0);
            runner.Fact("migrate.postgres-1m-masked", masked / peer, "times", runner.IsSmoke ? null : 3.0);
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static async Task<TimeSpan> MoveAsync(PostgreSqlBenchServer server, IDataMigrator migrator, DataMaskingPolicy policy)
    {
        await CleanAsync(server, "staging");
        long start = TimeProvider.System.GetTimestamp();
        await migrator.MigrateAsync(new DataMigrationRequest("production", "staging") { Masking = policy });
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static async Task<TimeSpan> CopyByToolsAsync(PostgreSqlBenchServer server)
    {
        await CleanAsync(server, "peer");
        long start = TimeProvider.System.GetTimestamp();
        await server.CopyByToolsAsync("production", "peer");
        return TimeProvider.System.GetElapsedTime(start);
    }

    // Both write into an empty database, and neither into the other's checkpoint.
    private static async Task CleanAsync(PostgreSqlBenchServer server, string database)
    {
        await server.ExecuteAsync(database, "DROP TABLE IF EXISTS orders, customers");
        await server.ExecuteAsync(database, "CHECKPOINT");
    }

    private static async Task FillAsync(PostgreSqlBenchServer server, int rows)
    {
        string customers = (rows * 2 / 5).ToString(CultureInfo.InvariantCulture);
        string orders = (rows * 3 / 5).ToString(CultureInfo.InvariantCulture);
        foreach (string sql in new[]
        {
            "CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL, city text NOT NULL, balance numeric(12, 2) NOT NULL, created timestamptz NOT NULL)",
            "CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES customers, status text NOT NULL, total numeric(12, 2) NOT NULL, placed timestamptz NOT NULL)",
            $"INSERT INTO customers SELECT i, 'user' || i || '@shop.com', 'Name ' || md5(i::text), 'City ' || i % 1000, i * 0.07, timestamptz '2026-01-01' + i * interval '1 second' FROM generate_series(1, {customers}) i",
            $"INSERT INTO orders SELECT i, 1 + i::bigint * 7919 % {customers}, (ARRAY['new', 'paid', 'sent'])[1 + i % 3], i * 0.11, timestamptz '2026-02-01' + i * interval '1 second' FROM generate_series(1, {orders}) i",
            "CREATE INDEX customers_city ON customers (city)",
            "CREATE INDEX orders_customer ON orders (customer)",
            "VACUUM ANALYZE",
        })
        {
            await server.ExecuteAsync("production", sql);
        }
    }

    private static IHost CreateHost(PostgreSqlBenchServer server, string root)
    {
        var secrets = new Testing.Secrets.InMemorySecretProvider();
        secrets.Set("masking-key", "0123456789abcdef0123456789abcdef");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = root, EnvironmentName = "production" });
        builder.AddVarai()
            .AddSecretProvider(secrets)
            .AddDataMigration()
            .AddPostgreSqlDatabase("database", o => o
                .Database("production", server.ConnectionString("production"))
                .Database("staging", server.ConnectionString("staging")));
        return builder.Build();
    }
}
