using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai;
using Varai.Data;

namespace Snippets;

internal static class DataSnippets
{
    public static void Register(HostApplicationBuilder builder)
    {
        // snippet: data-register
        builder.AddVarai()
            .AddDataFiles("files", o => o
                .Directory("staging", "/srv/shop/staging/uploads")
                .Directory("production", "/srv/shop/production/uploads"))
            .AddSqliteDatabase("database", o => o
                .File("staging", "/srv/shop/staging/shop.db")
                .File("production", "/srv/shop/production/shop.db"));
        // end-snippet
    }

    public static void RegisterPostgreSql(HostApplicationBuilder builder)
    {
        // snippet: data-register-postgresql
        builder.AddVarai()
            .AddDataMigration()
            .AddPostgreSqlDatabase("database", o => o
                .Database("staging", "Host=staging-db;Database=shop;Username=shop", passwordSecret: "staging-db")
                .Database("production", "Host=db;Database=shop;Username=shop", passwordSecret: "production-db"));
        // end-snippet
    }

    public static async Task MigrateAsync(IDataMigrator migrator, CancellationToken cancellationToken)
    {
        // snippet: data-migrate
        var masking = new DataMaskingPolicy { KeySecret = "masking-key" }
            .Mask("*", "email", MaskingRule.Fake)                   // in every table that has the column
            .Mask("customers", "name", MaskingRule.Hmac)
            .Mask("customers", "card", MaskingRule.KeepLast(4))
            .Mask("customers", "notes", MaskingRule.Null)
            .Keep("orders", "status", "currency")                   // looked at, and harmless
            .Where("orders", "created >= '2026-01-01'")             // the rows that refer to others are dropped
            .Exclude("audit_log");

        DataMigrationReport report = await migrator.MigrateAsync(
            new DataMigrationRequest("production", "staging") { Components = ["database", "files"], Masking = masking },
            new Progress<DataMigrationProgress>(p => Console.WriteLine($"{p.Component}: {p.Phase}, {p.BytesDone:N0} of {p.Bytes:N0} bytes, {p.Remaining} left")),
            cancellationToken);

        foreach (DataComponentReport component in report.Components)
            Console.WriteLine($"{component.Component}: {component.Copied} copied, {component.Unchanged} unchanged in {component.Duration}");
        // end-snippet
    }

    public static async Task CompareAsync(IEnumerable<IDataComponent> components, CancellationToken cancellationToken)
    {
        // snippet: data-fingerprint
        IDataComponent database = components.Single(c => c.Name == "database");
        IReadOnlyList<DataFingerprint> staging = await database.FingerprintAsync("staging", cancellationToken);
        IReadOnlyList<DataFingerprint> production = await database.FingerprintAsync("production", cancellationToken);
        foreach (DataFingerprint table in staging.Except(production))
            Console.WriteLine($"{table.Name} differs: {table.Count} rows in staging");
        // end-snippet
    }
}
