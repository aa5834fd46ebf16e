using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Varai.Configuration;
using Varai.Tests.TestResources;

namespace Varai.Tests.Hosting;

/// <summary>The rows of the table in <c>docs/configuration.md</c>, weakest first: each overrides all before it.</summary>
public sealed partial class PrecedenceTests
{
    private const string Key = "probe:value";

    /// <summary>Each source as the page names it, and how to make it say its own row number.</summary>
    private static readonly (string Source, Action<Setup, string> Write)[] Rows =
    [
        ("appsettings.json", (s, v) => s.Folder.Write("appsettings.json", Json(v))),
        ("appsettings.Production.json", (s, v) => s.Folder.Write("appsettings.Production.json", Json(v))),
        ("base.json", (s, v) => s.Folder.Write("config/environments/base.json", Json(v))),
        ("production.json", (s, v) => s.Folder.Write("config/environments/production.json", Json(v))),
        ("production.local.json", (s, v) => s.Folder.Write("config/environments/production.local.json", Json(v))),
        ("environment variables", (s, v) => s.Variable = v),
        ("command line", (s, v) => s.Arguments = [$"--{Key}={v}"]),
        ("sources that the service adds itself", (s, v) => s.Own = v),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Counts => [.. Enumerable.Range(1, Rows.Length)];

    [Theory]
    [MemberData(nameof(Counts))]
    public async Task Value_WithTheFirstRows_IsTheLastOfThem(int count)
    {
        using var setup = new Setup();
        // An environment with a file must exist, or the name counts as misspelt.
        setup.Folder.Write("config/environments/production.json", "{}");
        for (int i = 0; i < count; i++)
            Rows[i].Write(setup, Rows[i].Source);
        using IHost host = setup.Build();
        await host.StartAsync(Token);

        Assert.Equal(Rows[count - 1].Source, host.Services.GetRequiredService<IConfiguration>()[Key]);
        Assert.Equal(Rows[count - 1].Source, host.Services.GetRequiredService<IVaraiEnvironment>().GetConfiguration<Probe>("probe").Value);
        await host.StopAsync(Token);
    }

    [Fact]
    public void Page_ThePrecedenceTable_HasTheseRows()
    {
        string page = File.ReadAllText(Repository.Path("docs", "configuration.md"));
        string table = page[page.IndexOf("## Precedence", StringComparison.Ordinal)..];

        Assert.Equal(Rows.Select(r => r.Source), Row().Matches(table[..table.IndexOf("\n## ", StringComparison.Ordinal)]).Select(m => m.Groups["source"].Value));
    }

    [Fact]
    public void Value_OfAFileAddedAfterTheHostsOwn_LeavesVariablesAboveOurFiles()
    {
        using var setup = new Setup { Variable = "variable", OwnFile = true };
        setup.Folder.Write("config/environments/production.json", Json("ours"));
        setup.Folder.Write("own.json", """{ "other": 1 }""");
        using IHost host = setup.Build();

        Assert.Equal("variable", host.Services.GetRequiredService<IConfiguration>()[Key]);
    }

    [Theory]
    [InlineData(null, null, "Production", "production")]
    [InlineData(null, "Staging", "Production", "staging")]
    [InlineData("DEV", "Staging", "Production", "dev")]
    [InlineData("", "", "Production", "production")]
    public void Environment_VariableThenOptionThenHost_IsChosen(string? variable, string? option, string host, string expected) =>
        Assert.Equal(expected, EnvironmentSelection.Decide(variable, option, host));

    [Fact]
    public async Task Environment_OptionInCode_GoesBeforeTheSection()
    {
        await using VaraiHost host = new VaraiHost().Set(("Varai:Environment", "staging"));
        host.Builder.AddVarai(o => o.Environment = "Canary");

        Assert.Equal("canary", host.Varai.Name);
    }

    private static string Json(string value) => $$"""{ "probe": { "value": "{{value}}" } }""";

    [GeneratedRegex(@"^\| \d+ \| `?(?<source>[^|`]+?)`? \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    internal sealed class Probe
    {
        public string Value { get; init; } = "";
    }

    private sealed class Setup : IDisposable
    {
        // Read by these tests alone, which run one after the other: variables belong to the whole process.
        private const string VariableName = "probe__value";

        public TemporaryFolder Folder { get; } = new();

        public string? Variable { get; set; }

        public string[] Arguments { get; set; } = [];

        public string? Own { get; set; }

        public bool OwnFile { get; init; }

        public IHost Build()
        {
            Environment.SetEnvironmentVariable(VariableName, Variable);
            HostApplicationBuilder builder = Host.CreateApplicationBuilder(
                new HostApplicationBuilderSettings { ContentRootPath = Folder.Root, EnvironmentName = Environments.Production, Args = Arguments });
            builder.Logging.ClearProviders();
            if (OwnFile)
                builder.Configuration.AddJsonFile("own.json");
            builder.AddVarai().UseInMemoryState();
            if (Own is not null)
                builder.Configuration.AddInMemoryCollection([new(Key, Own)]);
            return builder.Build();
        }

        public void Dispose()
        {
            Environment.SetEnvironmentVariable(VariableName, null);
            Folder.Dispose();
        }
    }
}
