using System.Text.Json.Serialization;
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
