using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.Testing.FeatureFlags;

namespace Snippets;

internal static partial class FlagSnippets
{
    public static void Read(IVaraiEnvironment varai)
    {
        // snippet: flags-read
        if (varai.IsFeatureEnabled("advanced_analytics"))
        {
            double rate = varai.GetFeatureParameters("advanced_analytics").Get("sampling_rate", 0.1);
            Console.WriteLine($"sampling {rate:P0}");
        }
        // end-snippet
    }

    public static void Ask(IVaraiEnvironment varai)
    {
        // snippet: flags-ask
        var shopper = new FlagContext("user-4711")
        {
            Groups = ["beta"],
            ["country"] = "AT",
            ["plan"] = "pro",
            ["orders"] = 12,
        };

        bool isOn = varai.IsFeatureEnabled("new_checkout", shopper);
        string button = varai.GetVariant("button_color", "grey", shopper);
        Banner banner = varai.GetVariant("banner", Banner.None, ShopJson.Default.Banner, shopper);

        FlagEvaluation evaluation = varai.FeatureFlags.Evaluate("new_checkout", shopper);
        Console.WriteLine($"{evaluation.IsEnabled}: {evaluation.Reason}, {evaluation.MatchedRule}");
        Console.WriteLine(varai.FeatureFlags.Explain("new_checkout", shopper));
        // end-snippet
        Console.WriteLine($"{isOn} {button} {banner}");
    }

    public static void UseDeclared(HostApplicationBuilder builder, FlagContext shopper)
    {
        // snippet: flags-declared-use
        builder.AddVarai().AddFlags(typeof(ShopFlags));
        IHost host = builder.Build();
        var flags = host.Services.GetRequiredService<IFeatureFlags>();
        bool isOn = flags.IsFeatureEnabled(ShopFlags.NewEngine, shopper);
        string color = flags.GetValue(ShopFlags.ButtonColor, shopper);
        // end-snippet
        Console.WriteLine($"{isOn} {color}");
    }

    public static void AddFilter(HostApplicationBuilder builder)
    {
        // snippet: flags-filter-add
        builder.AddVarai().AddFeatureFilter<BrowserFilter>();
        // end-snippet
    }

    public static void Test(HostApplicationBuilder builder)
    {
        // snippet: flags-test
        var store = new InMemoryFeatureFlagStore(FeatureFlagDefinition.Parse("new_checkout", """
            { "enabled": true, "conditions": { "client_filters": [ { "name": "Match", "parameters": {
                "attribute": "country", "operator": "equals", "value": "AT" } } ] } }
            """));
        builder.AddVarai().UseFeatureFlagStore(_ => store);
        // end-snippet
    }

    public static async Task EditAsync(IFeatureFlagEditor editor, CancellationToken cancellationToken)
    {
        // snippet: flags-edit
        FeatureFlagSet present = await editor.GetAsync(cancellationToken);
        await editor.ApplyAsync(
            new FeatureFlagEdit("ann@example.com", "SHOP-1234: half of all shoppers") { ExpectedVersion = present.Version }
                .Set("new_checkout", """
                    { "enabled": true, "conditions": { "client_filters": [ { "name": "Rollout", "parameters": { "percentage": 50 } } ] } }
                    """)
                .SetEnabled("old_banner", false)
                .SetKillSwitch("flaky_feature", true),
            cancellationToken);

        await foreach (FeatureFlagRevision revision in editor.GetHistoryAsync("new_checkout", cancellationToken))
            Console.WriteLine($"{revision.Time:u} {revision.Author}: {revision.Reason}");
        // end-snippet
    }

    public static void AddRollouts(HostApplicationBuilder builder, IMetrics metrics)
    {
        // snippet: flags-rollout-add
        builder.AddVarai()
            .AddFlagRollouts()
            .AddRolloutGuard("errors", async (context, cancellationToken) =>
            {
                double? rate = await metrics.GetErrorRateAsync(context.Flag, cancellationToken);
                return rate switch
                {
                    null => RolloutGuardResult.Unknown("too few requests"),
                    > 0.02 => RolloutGuardResult.Fail($"{rate:P1} of the requests fail"),
                    _ => RolloutGuardResult.Pass,
                };
            });
        // end-snippet
    }

    public static async Task RollOutAsync(IFlagRollouts rollouts, CancellationToken cancellationToken)
    {
        // snippet: flags-rollout-start
        RolloutPlan plan = new RolloutPlan("new_recommendation_engine") { Guard = "errors" }
            .Step(5)
            .Step(25, after: TimeSpan.FromHours(1))
            .Step(100, after: TimeSpan.FromDays(1));
        RolloutStatus status = await rollouts.StartAsync(plan, "ann@example.com", "SHOP-1234", cancellationToken);
        // end-snippet
        Console.WriteLine(status);
    }

    public static async Task FollowAsync(IFlagExposures exposures, IWarehouse warehouse, CancellationToken stoppingToken)
    {
        // snippet: flags-exposures
        await foreach (FlagExposure exposure in exposures.ReadAllAsync(stoppingToken))
            await warehouse.AppendAsync(exposure.Flag, exposure.Variant, exposure.TargetingKey, exposure.Time, stoppingToken);
        // end-snippet
    }

    public static async Task ReportAsync(IFlagUsage usage, CancellationToken cancellationToken)
    {
        // snippet: flags-usage
        FlagUsageReport report = await usage.GetReportAsync(cancellationToken);
        IReadOnlyList<FlagUsage> unused = report.NotEvaluatedFor(TimeSpan.FromDays(30)); // nobody asks for them
        IReadOnlyList<FlagUsage> done = report.AtFullFor(TimeSpan.FromDays(30));         // on for everybody: keep the code, remove the flag
        Console.WriteLine(report);
        // end-snippet
        Console.WriteLine($"{unused.Count} {done.Count}");
    }

    public static void Serve(WebApplication app)
    {
        // snippet: flags-serve
        app.UseVaraiFlagContext();                          // flags of a request are those of the signed-in user
        app.MapVaraiFlags("/api", o =>
        {
            o.Include = name => name.StartsWith("web_", StringComparison.Ordinal);
            o.CompleteContext = (http, sent) =>
                FlagContext.Create(http.User.FindFirstValue("sub"), groups: [], sent.Attributes);
        }).RequireAuthorization();
        // end-snippet
    }

    internal interface IMetrics
    {
        Task<double?> GetErrorRateAsync(string flag, CancellationToken cancellationToken);
    }

    internal interface IWarehouse
    {
        Task AppendAsync(string flag, string? variant, string? targetingKey, DateTimeOffset time, CancellationToken cancellationToken);
    }

    // snippet: flags-declared
    internal static class ShopFlags
    {
        public static readonly Flag<bool> NewEngine = Flag.Boolean("new_recommendation_engine", defaultValue: false);
        public static readonly Flag<string> ButtonColor = Flag.String("button_color", "grey");
    }
    // end-snippet

    // snippet: flags-filter
    internal sealed class BrowserFilter : IFeatureFilter
    {
        public string Name => "Contoso.Browser";

        public object? Bind(ConfigurationNode? parameters) =>
            parameters?.Find("is")?.Text ?? throw new FormatException("'is' is missing: the browser's name.");

        public bool IsEnabled(in FeatureFilterContext context) =>
            context.Context?["browser"].String == (string?)context.Settings;
    }
    // end-snippet

    internal sealed record Banner(string Color, int Size)
    {
        public static Banner None { get; } = new("none", 0);
    }

    [JsonSerializable(typeof(Banner))]
    internal sealed partial class ShopJson : JsonSerializerContext;
}
