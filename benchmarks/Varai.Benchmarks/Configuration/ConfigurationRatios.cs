using System.Collections.Frozen;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Varai.Benchmarks.Ratios;
using Varai.Configuration;
using Varai.Configuration.Layers;

namespace Varai.Benchmarks.Configuration;

/// <summary>Configuration against what a service would use without us.</summary>
internal static class ConfigurationRatios
{
    public static async Task RunAsync(RatioRunner runner)
    {
        await ReadAsync(runner);
        await LoadAsync(runner);
        await YamlAsync(runner);
        await HostStartAsync(runner);
    }

    /// <summary>A bound value from the current snapshot against one lookup in a frozen dictionary.</summary>
    private static async Task ReadAsync(RatioRunner runner)
    {
        using var files = new SampleFiles();
        files.Write("production.json", """{ "api_config": { "timeout": 30 }, "other": { "timeout": 1 } }""");
        using IHost host = Build(files.Root, varai: true);
        IEnvironmentConfiguration configuration = host.Services.GetRequiredService<IVaraiEnvironment>().Configuration;
        FrozenDictionary<string, string> peer = Enumerable.Range(0, 100)
            .ToDictionary(i => $"component_{i}:timeout", i => $"{i}", StringComparer.Ordinal)
            .Append(new("api_config:timeout", "30"))
            .ToFrozenDictionary(StringComparer.Ordinal);
        await runner.CompareAsync(
            new RatioClaim("configuration.read", atMost: 1.5, TimeUnit.Nanoseconds) { AtMostBytes = 0 },
            n =>
            {
                long sum = 0;
                for (int i = 0; i < n; i++)
                    sum += configuration.Get<Api>("api_config").Timeout;
                RatioRunner.Consume(sum);
            },
            n =>
            {
                long sum = 0;
                for (int i = 0; i < n; i++)
                    sum += peer["api_config:timeout"].Length;
                RatioRunner.Consume(sum);
            });
    }

    /// <summary>10,000 keys from disk to readers, ours with the origin of every value, against Microsoft's JSON provider.</summary>
    private static async Task LoadAsync(RatioRunner runner)
    {
        const int Keys = 10_000;
        using var files = new SampleFiles();
        string path = files.Write("production.json", SampleFiles.Json(Keys));
        var options = new EnvironmentConfigurationOptions();
        await runner.CompareAsync(
            new RatioClaim("configuration.load-10k", atMost: 1.5, TimeUnit.Microseconds),
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    using var engine = new ConfigurationEngine(new EnvironmentFolder(files.Folder, "config"), "production", options, TimeProvider.System);
                    engine.LoadFirst();
                    Check(engine.View.Index.Count, Keys);
                }
            },
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    var provider = new JsonConfigurationProvider(new JsonConfigurationSource { Path = path });
                    provider.Source.ResolveFileProvider();
                    provider.Load();
                    Check(provider.TryGet("component_999:settings:key_9", out _) ? Keys : 0, Keys);
                    provider.Dispose();
                }
            });
    }

    /// <summary>A YAML file of 600 keys, parsed and held against a schema that describes each of them.</summary>
    private static async Task YamlAsync(RatioRunner runner)
    {
        const int Keys = 600;
        using var files = new SampleFiles();
        files.Write("production.yaml", SampleFiles.Yaml(Keys));
        files.Write("schema.json", SampleFiles.Schema(Keys));
        using var engine = new ConfigurationEngine(
            new EnvironmentFolder(files.Folder, "config"), "production", new EnvironmentConfigurationOptions(), TimeProvider.System);
        await runner.MeasureAsync(
            new RatioClaim("configuration.yaml-600", atMost: 10, TimeUnit.Milliseconds),
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    LoadedConfiguration loaded = engine.LoadCandidate("production");
                    Check(loaded.Errors.Count, 0);
                    Check(loaded.Root.Members.Count, Keys / 10);
                }
            });
    }

    /// <summary>A host from its builder to started, with <c>AddVarai()</c> and nothing configured, against the same without.</summary>
    private static async Task HostStartAsync(RatioRunner runner)
    {
        using var files = new SampleFiles();
        await runner.CompareAsync(
            new RatioClaim("host.start", atMost: 1.15, TimeUnit.Microseconds),
            n => StartAsync(n, files.Root, varai: true),
            n => StartAsync(n, files.Root, varai: false));

        static async Task StartAsync(int n, string root, bool varai)
        {
            for (int i = 0; i < n; i++)
            {
                using IHost host = Build(root, varai);
                await host.StartAsync();
                await host.StopAsync();
            }
        }
    }

    private static IHost Build(string root, bool varai)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = root });
        builder.Logging.ClearProviders();
        if (varai)
            builder.AddVarai();
        return builder.Build();
    }

    private static void Check(int found, int expected)
    {
        if (found != expected)
            throw new InvalidOperationException($"Expected {expected}, found {found}: what is measured does not work.");
    }

    private sealed class Api
    {
        public int Timeout { get; set; }
    }
}
