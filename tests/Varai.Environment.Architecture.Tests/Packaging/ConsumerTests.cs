using System.Xml.Linq;

namespace Varai.Architecture.Tests.Packaging;

/// <summary>A stranger's project, outside the tree, on our packages.</summary>
[Collection(DotnetCollection.Name)]
public sealed class ConsumerTests(PackedProduct packed)
{
    // Inside Varai.Shop the compiler looks for every name in Varai first, so this is where a careless name of ours hurts.
    private const string Program = """
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.Hosting;
        using Microsoft.Extensions.Options;
        using Varai.Configuration;

        namespace Varai.Shop;

        internal static class Program
        {
            private static void Main(string[] args)
            {
                HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
                IConfiguration inMemory = new ConfigurationBuilder().AddInMemoryCollection([new("key", "value")]).Build();
                IOptions<Settings> options = Options.Create(new Settings { Limit = 3 });
                using IHost host = builder.Build();

                var file = new ConfigurationFile("shop.json", "3"u8.ToArray());
                ConfigurationNode node = ConfigurationNode.Scalar(ConfigurationNodeKind.Number, "3", file, 0, 1);

                Console.Write($"{Environments.Production}|{inMemory["key"]}|{options.Value.Limit}|{node.Text} at {node.Origin}{Environment.NewLine}");
            }
        }

        internal sealed class Settings
        {
            public int Limit { get; init; }
        }
        """;

    [Theory]
    [InlineData("Microsoft.NET.Sdk.Worker")]
    [InlineData("Microsoft.NET.Sdk.Web")]
    public async Task Build_InANamespaceBesideOurs_CompilesAndRuns(string sdk)
    {
        var packages = new Dictionary<string, string>(StringComparer.Ordinal) { ["Varai.Environment"] = PackedProduct.Version };
        if (sdk != "Microsoft.NET.Sdk.Web")
            packages.Add("Microsoft.Extensions.Hosting", ExtensionsVersion());

        string output = await packed.RunConsumerAsync(sdk, packages, Program, TestContext.Current.CancellationToken);

        Assert.Equal("Production|value|3|3 at shop.json:1:1", output.Trim());
    }

    [Fact]
    public async Task Build_OfAProvider_NeedsTheContractsOnly()
    {
        const string Provider = """
            using Varai.Configuration;

            Console.WriteLine(ConfigurationNode.Scalar(ConfigurationNodeKind.Boolean, "true").Kind);
            """;
        var packages = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Varai.Environment.Abstractions"] = PackedProduct.Version,
            ["Varai.Environment.Testing"] = PackedProduct.Version,
        };

        Assert.Equal("Boolean", (await packed.RunConsumerAsync("Microsoft.NET.Sdk", packages, Provider, TestContext.Current.CancellationToken)).Trim());
    }

    private static string ExtensionsVersion() =>
        XDocument.Load(Repository.Path("Directory.Packages.props")).Descendants("ExtensionsVersion").Single().Value;
}
