using System.Xml.Linq;

namespace Varai.Architecture.Tests.Packaging;

/// <summary>A stranger's project, outside the tree, on our packages.</summary>
[Collection(DotnetCollection.Name)]
public sealed class ConsumerTests(PackedProduct packed)
{
    // Inside Varai.Shop the compiler looks for every name in Varai first, so this is where a careless name of ours hurts.
    private const string Program = """
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;
        using Microsoft.Extensions.Logging;
        using Microsoft.Extensions.Options;
        using Varai;
        using Varai.Configuration;
        using Varai.FeatureFlags;
        using Varai.Secrets;
        using Varai.State;

        namespace Varai.Shop;

        internal static class Program
        {
            private static async Task Main(string[] args)
            {
                HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
                builder.Logging.SetMinimumLevel(LogLevel.Warning);
                builder.AddVarai();
                using IHost host = builder.Build();
                await host.StartAsync();

                var varai = host.Services.GetRequiredService<IVaraiEnvironment>();
                string key = await varai.GetSecretAsync("SHOP_KEY");
                Console.Write($"{varai.Name}|{varai.GetConfiguration<Cart>("cart").Items}|{builder.Configuration["cart:items"]}");
                Console.Write($"|{varai.IsFeatureEnabled("gift_cards")}|{varai.GetFeatureParameters("gift_cards").Get("limit", 1)}|{key.Length}");

                IConfiguration inMemory = new ConfigurationBuilder().AddInMemoryCollection([new("key", "value")]).Build();
                IOptions<Cart> options = Options.Create(new Cart { Items = 3 });
                Console.Write($"|{Environments.Production}|{inMemory["key"]}|{options.Value.Items}{Environment.NewLine}");
                await host.StopAsync();
            }
        }

        internal sealed class Cart
        {
            public int Items { get; set; }
        }
        """;

    private static readonly Dictionary<string, string> Shop = new(StringComparer.Ordinal)
    {
        ["Program.cs"] = Program,
        ["config/environments/base.json"] = """
            {
              "cart": { "items": 50 },
              "feature_flags": { "gift_cards": { "enabled": true, "parameters": { "limit": 100 } } },
            }
            """,
        ["config/environments/staging.yaml"] = "cart: { items: 5 }\n",
    };

    [Theory]
    [InlineData("Microsoft.NET.Sdk.Worker")]
    [InlineData("Microsoft.NET.Sdk.Web")]
    public async Task Build_InANamespaceBesideOurs_CompilesAndRuns(string sdk)
    {
        var packages = new Dictionary<string, string>(StringComparer.Ordinal) { ["Varai.Environment"] = PackedProduct.Version };
        if (sdk != "Microsoft.NET.Sdk.Web")
            packages.Add("Microsoft.Extensions.Hosting", ExtensionsVersion());

        string output = await packed.RunConsumerAsync(sdk, packages, Shop, TestContext.Current.CancellationToken);

        Assert.Equal("staging|5|5|True|100|5|Production|value|3", output.Trim());
    }

    [Fact]
    public async Task Build_OfAProvider_NeedsTheContractsOnly()
    {
        const string Provider = """
            using Varai.Secrets;

            ISecretProvider provider = new FixedSecretProvider();
            Secret? secret = await provider.GetAsync(new SecretRequest("any"), CancellationToken.None);
            Console.WriteLine($"{provider.Name}: {secret?.Name}");

            internal sealed class FixedSecretProvider : ISecretProvider
            {
                public string Name => "fixed";

                public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) =>
                    ValueTask.FromResult<Secret?>(new Secret(request.Name, new SecretValue("value"), Name));
            }
            """;
        var packages = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Varai.Environment.Abstractions"] = PackedProduct.Version,
            ["Varai.Environment.Testing"] = PackedProduct.Version,
        };
        var files = new Dictionary<string, string>(StringComparer.Ordinal) { ["Program.cs"] = Provider };

        Assert.Equal("fixed: any", (await packed.RunConsumerAsync("Microsoft.NET.Sdk", packages, files, TestContext.Current.CancellationToken)).Trim());
    }

    private static string ExtensionsVersion() =>
        XDocument.Load(Repository.Path("Directory.Packages.props")).Descendants("ExtensionsVersion").Single().Value;
}
