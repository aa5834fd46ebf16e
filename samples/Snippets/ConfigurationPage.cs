using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Varai;
using Varai.Configuration;

namespace Snippets.ConfigurationPage;

internal static class Page
{
    public static void SetUp(HostApplicationBuilder builder)
    {
        // snippet: configuration-set-up
        builder.AddVarai(options =>
            {
                options.Configuration.Directory = "settings";
                options.Configuration.MergeArraysBy["orders:shipping_zones"] = "name";
            })
            .AddComponent<OrderConfig>("orders")
            .RequireSameKeys("staging", "production")
            .AddConfigurationRule("limits", context =>
            {
                if (context.EnvironmentName == "production" && context.Root.FindKey("orders:limits") is null)
                    context.Error("orders:limits", "Production needs limits.");
            });
        // end-snippet
    }

    // snippet: configuration-read
    public static void Read(IVaraiEnvironment varai, IOptionsMonitor<OrderConfig> monitor, IConfiguration configuration)
    {
        OrderConfig orders = varai.GetConfiguration<OrderConfig>("orders"); // checked, shared until the files change
        OrderConfig same = monitor.CurrentValue;                            // as everywhere in .NET
        string? one = configuration["orders:default_currency"];             // a single value
        Console.WriteLine($"{orders.DefaultCurrency} {same.DefaultCurrency} {one}");
    }
    // end-snippet

    // snippet: configuration-pipeline
    public static async Task<int> CheckAsync(IEnvironmentConfiguration configuration, CancellationToken cancellationToken)
    {
        int errors = 0;
        foreach (string environment in new[] { "development", "staging", "production" })
        {
            ConfigurationValidationResult result = await configuration.ValidateAsync(environment, checkSecrets: false, cancellationToken);
            foreach (ConfigurationError error in result.Errors)
                Console.WriteLine($"{environment}: {error}");
            errors += result.Errors.Count;
        }

        return errors == 0 ? 0 : 1;
    }
    // end-snippet

    // snippet: configuration-versions
    public static async Task ChangeAsync(IEnvironmentConfiguration configuration, CancellationToken cancellationToken)
    {
        ConfigurationVersion version = await configuration.UpdateAsync(
            new ConfigurationUpdate("maria", "black friday") { ExpectedContentHash = configuration.Current.ContentHash }
                .Set("orders:limits:items_per_order", 100)
                .Remove("orders:limits:order_total"),
            cancellationToken);

        await foreach (ConfigurationVersion past in configuration.GetHistoryAsync(cancellationToken: cancellationToken))
            Console.WriteLine($"{past.Number} {past.Time:u} {past.Author}: {past.Reason}");

        foreach (ConfigurationDifference difference in await configuration.DiffAsync(
            ConfigurationReference.Version(version.Number - 1), ConfigurationReference.Files("staging"), cancellationToken))
        {
            Console.WriteLine(difference);
        }

        Console.WriteLine(await configuration.ExplainAsync("orders:limits:items_per_order", cancellationToken));
        await configuration.RestoreAsync(new ConfigurationRestore(version.Number - 1, "maria", "it is over"), cancellationToken);
        ConfigurationHistoryReport report = await configuration.VerifyHistoryAsync(cancellationToken: cancellationToken);
        Console.WriteLine(report.IsIntact ? "intact" : string.Join('\n', report.Findings));
    }
    // end-snippet

    public static void SetUpInState(HostApplicationBuilder builder)
    {
        // snippet: configuration-state
        builder.AddVarai(options => options.UseStateEnvironments(seedDirectory: "config/environments"))
            .UsePostgreSqlState("Host=db;Database=shop;Username=shop", o => o.PasswordSecret = "db#password");
        // end-snippet
    }

    // snippet: configuration-transfer
    public static async Task MoveAsync(IEnvironmentTransfer transfer, CancellationToken cancellationToken)
    {
        var import = new EnvironmentImport("config/environments", "maria", "moving in") { DryRun = true };
        EnvironmentTransferResult would = await transfer.ImportAsync(import, cancellationToken);
        Console.WriteLine($"{would.Documents.Count} documents would change: {string.Join(", ", would.Documents)}");

        await transfer.ImportAsync(new EnvironmentImport("config/environments", "maria", "moving in"), cancellationToken);
        await transfer.ExportAsync("backup", overwrite: true, cancellationToken);
    }
    // end-snippet

    public static void Follow(IEnvironmentConfiguration configuration)
    {
        // snippet: configuration-reload
        using IDisposable registration = ChangeToken.OnChange(
            configuration.GetChangeToken, () => Console.WriteLine($"now {configuration.Current.ContentHash}"));
        // end-snippet
    }

    public static string Show(IConfiguration configuration)
    {
        // snippet: configuration-debug-view
        string shown = ((IConfigurationRoot)configuration).GetDebugView(VaraiDebugView.Redact);
        // end-snippet
        return shown;
    }
}

// snippet: configuration-type
internal sealed class OrderConfig
{
    [ConfigurationKeyName("default_currency")]
    [RegularExpression("^[A-Z]{3}$")]
    public required string DefaultCurrency { get; init; }

    public OrderLimits Limits { get; init; } = new();
}

internal sealed class OrderLimits
{
    [ConfigurationKeyName("items_per_order")]
    [Range(1, 1000)]
    public int ItemsPerOrder { get; init; } = 50;

    [ConfigurationKeyName("order_total")]
    public decimal? OrderTotal { get; init; }
}
// end-snippet
