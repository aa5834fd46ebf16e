using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Varai.Data;
using Varai.FeatureFlags;
using Varai.Monitoring;
using Varai.Promotion;
using Varai.Secrets;
using Varai.State;

namespace Varai.AotApp;

/// <summary>Compiled ahead of time and run by a test: what a service does with us on its way up must work without reflection and
/// without a just-in-time compiler. Run in a folder with <c>config/environments</c>; prints one line per area.</summary>
internal static class Program
{
    private static readonly Flag<long> Size = Flag.Integer("size", 1);

    private static async Task<int> Main(string[] args)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
        // The refused Vault is in the log too, and its place among the lines is not certain.
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Varai.Secrets.SecretStore", LogLevel.Error);
        builder.AddVarai()
            .AddPromotion()
            .AddDataFiles("files", o => o.Directory("production", "data/production").Directory("staging", "data/staging"))
            .AddSqliteDatabase("database", o => o.File("production", "production.db").File("staging", "staging.db"))
            .AddPostgreSqlDatabase("elsewhere", o => o.Database("production", "Host=127.0.0.1;Port=1;Password=x"))
            .AddComponent("orders", section => section.Get<Orders>()!)
            .AddAwsSecretsManager(o => o.Region = "eu-central-1")
            .AddAzureKeyVault(o => o.VaultUri = new Uri("https://orders.vault.azure.net/"))
            .AddVault(o => (o.Address, o.Auth.Token) = ("http://127.0.0.1:1", "token"))
            .RouteSecrets("vault/*", "vault")
            .RouteSecrets("written", "local")
            .ConfigureSecrets(o => o.Resilience.MaxRetries = 0)
            .AddMonitoring(o => o.Meters.Add("System.Runtime"));
        using IHost host = builder.Build();
        await host.StartAsync();
        var varai = host.Services.GetRequiredService<IVaraiEnvironment>();

        Console.WriteLine($"environment {varai.Name}");
        Console.WriteLine($"configuration {varai.GetConfiguration<Orders>("orders").Limit} from {(await varai.Configuration.ExplainAsync("orders:limit")).Origin}");
        Console.WriteLine($"secret of {(await varai.GetSecretAsync("ORDERS_KEY")).Length} characters");
        Console.WriteLine($"field {varai.GetSecret("ORDERS_LOGIN#user")}");
        await varai.SetSecretAsync("written", "value");
        Console.WriteLine($"written {await varai.GetSecretAsync("written")}");
        try
        {
            await varai.GetSecretAsync("vault/orders");
        }
        catch (SecretProviderException e)
        {
            Console.WriteLine($"vault refused: {e.IsTransient}");
        }

        await AskSharedStateAsync();
        Console.WriteLine($"flag {varai.IsFeatureEnabled("gift_cards")} with limit {varai.GetFeatureParameters("gift_cards").Get("limit", 1)}");
        var flags = host.Services.GetRequiredService<IFeatureFlags>();
        var anna = new FlagContext("anna") { ["plan"] = "pro", ["version"] = "2.1.0" };
        FlagEvaluation banner = flags.Evaluate("banner", anna);
        Console.WriteLine($"variant {banner.Variant} of {flags.GetValue(Size, anna)} in {flags.GetVariant("banner", DayOfWeek.Sunday, anna)} by {banner.MatchedRule}");
        Console.WriteLine($"explained in {flags.Explain("banner", anna).Steps.Count} steps, {flags.EvaluateAll(anna).Count} flags");
        varai.Record("orders", 3, ("plan", "pro"));
        MetricQuery orders = MetricQuery.Of("orders").Where(new LabelMatcher("plan", LabelComparison.Matches, "p.*")).Sum();
        Console.WriteLine($"metric {host.Services.GetRequiredService<IMetricWindows>().GetValue(orders)}");
        var promotions = host.Services.GetRequiredService<IPromotionEngine>();
        PromotionRecord promoted = await promotions.PromoteAsync("staging", "production", ["orders"], "anna", "release");
        Console.WriteLine($"promoted {promoted.Plan.Changes.Count()} keys: {promoted.State}");
        Console.WriteLine($"rolled back: {(await promotions.RollbackAsync(promoted.Id, "anna", "too early")).State}");
        await MoveDataAsync(promotions);
        await host.StopAsync();
        return 0;
    }

    private static async Task MoveDataAsync(IPromotionEngine promotions)
    {
        using (SqliteConnection production = Open("production.db"))
        {
            using SqliteCommand create = production.CreateCommand();
            create.CommandText = "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT); INSERT INTO customers VALUES (1, 'anna@example.com')";
            create.ExecuteNonQuery();
        }

        var masking = new DataMaskingPolicy { KeySecret = "MASKING_KEY" }.Mask("customers", "email", MaskingRule.Fake);
        PromotionRecord moved = await promotions.MigrateDataAsync(new PromotionDataMigration(
            new DataMigrationRequest("production", "staging") { Components = ["files", "database"], Masking = masking }, "anna", "fresh data"));
        Console.WriteLine($"moved {string.Join(", ", moved.Data!.Components.Select(c => $"{c.Component} {c.Copied}"))}: {moved.State}");
        using SqliteConnection staging = Open("staging.db");
        using SqliteCommand read = staging.CreateCommand();
        read.CommandText = "SELECT email FROM customers";
        string email = (string)read.ExecuteScalar()!;
        Console.WriteLine($"masked {email != "anna@example.com" && email.Contains('@', StringComparison.Ordinal)}");
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    // In a container of its own: the service above keeps its state in a file.
    private static async Task AskSharedStateAsync()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        new VaraiBuilder(services).UsePostgreSqlState("Host=127.0.0.1;Port=1;Database=orders;Username=orders;Password=x");
        await using ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            await provider.GetRequiredService<IStateStore>().GetRevisionAsync(default);
        }
        catch (StateException e)
        {
            Console.WriteLine($"state refused: {e.IsTransient}");
        }
    }
}
