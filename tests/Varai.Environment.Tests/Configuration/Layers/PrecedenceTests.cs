using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;
using Varai.Configuration;

namespace Varai.Tests.Configuration.Layers;

/// <summary>The table of precedence in the documentation, every pair of it.</summary>
public sealed class PrecedenceTests
{
    private static readonly string[] LowestFirst =
    [
        "appsettings.json",
        "appsettings.Production.json",
        "user secrets",
        "base.json",
        "production.yaml",
        "production.local.json",
        "environment variable",
        "command line",
    ];

    // Variables are the whole process's, so each test has a component of its own.
    private readonly string _component = "precedence_" + Guid.NewGuid().ToString("N");

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        for (int high = 1; high < LowestFirst.Length; high++)
        {
            for (int low = 0; low < high; low++)
                pairs.Add(LowestFirst[high], LowestFirst[low]);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Read_KeyInTwoSources_TheHigherWinsAndTheLowerKeepsTheRest(string high, string low)
    {
        await using var host = new ConfigurationHost { Environment = "Production", WithDefaults = true };
        try
        {
            Put(host, low, "both", low);
            Put(host, low, "low", low);
            Put(host, high, "both", high);
            Put(host, high, "high", high);
            await host.StartAsync();

            Assert.Equal(high, host.Root[$"{_component}:both"]);
            Assert.Equal(low, host.Root[$"{_component}:low"]);
            Assert.Equal(high, host.Root[$"{_component}:high"]);
            Assert.Equal(new Component { Both = high, Low = low, High = high }, host.Configuration.Get<Component>(_component));
        }
        finally
        {
            foreach (string key in new[] { "both", "low", "high" })
                Environment.SetEnvironmentVariable($"{_component}__{key}", null);
        }
    }

    private readonly Dictionary<string, List<string>> _files = [];

    private void Put(ConfigurationHost host, string source, string key, string value)
    {
        switch (source)
        {
            case "environment variable":
                Environment.SetEnvironmentVariable($"{_component}__{key}", value);
                break;
            case "command line":
                host.Arguments = [.. host.Arguments, $"--{_component}:{key}={value}"];
                break;
            default:
                if (!_files.TryGetValue(source, out List<string>? members))
                {
                    _files.Add(source, members = []);
                    if (source == "user secrets")
                        host.Before(builder => AddUserSecrets(builder.Configuration, host.ContentRoot));
                }

                // Also YAML: a flow mapping is JSON.
                members.Add($"\"{key}\": \"{value}\"");
                string text = $$"""{ "{{_component}}": { {{string.Join(", ", members)}} } }""";
                if (source.StartsWith("appsettings", StringComparison.Ordinal))
                    host.WriteRoot(source, text);
                else if (source == "user secrets")
                    host.WriteRoot("user/secrets.json", text);
                else
                    host.Write(source, text);
                break;
        }
    }

    // Where the host puts them in Development: after the last appsettings file.
    private static void AddUserSecrets(ConfigurationManager configuration, string contentRoot)
    {
        IList<IConfigurationSource> sources = configuration.Sources;
        int last = sources.IndexOf(sources.Last(s => s is JsonConfigurationSource));
        sources.Insert(last + 1, new JsonConfigurationSource
        {
            Path = "secrets.json",
            FileProvider = new PhysicalFileProvider(Path.Combine(contentRoot, "user")),
        });
    }

    public sealed record Component
    {
        public string? Both { get; init; }

        public string? Low { get; init; }

        public string? High { get; init; }
    }
}
