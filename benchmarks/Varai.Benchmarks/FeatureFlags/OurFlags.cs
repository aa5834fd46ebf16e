using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;
using Varai.FeatureFlags.Evaluation;
using Varai.Testing.FeatureFlags;

namespace Varai.Benchmarks.FeatureFlags;

/// <summary>Our engine as a host wires it, over a store in memory.</summary>
internal sealed class OurFlags : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly InMemoryFeatureFlagStore _store;

    public OurFlags(string document)
    {
        _store = new InMemoryFeatureFlagStore(Read(document).Definitions);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<IFeatureFlagStore>(_store);
        services.AddSingleton<IEnvironmentConfiguration>(new NamedEnvironment());
        services.AddVaraiFeatureFlags();
        _services = services.BuildServiceProvider();
        Flags = _services.GetRequiredService<IFeatureFlags>();
    }

    public IFeatureFlags Flags { get; }

    public static FeatureFlagSet Read(string document)
    {
        var found = new List<ConfigurationError>();
        FeatureFlagSet set = FlagDocument.Read(ConfigurationJson.Parse(document, "flags.json"), new FlagErrors(found.Add));
        return found.Count == 0 ? set : throw new ConfigurationException("The benchmark's flags are wrong.", found);
    }

    /// <summary>From text to a snapshot that can be asked.</summary>
    public static FeatureFlagSnapshot Load(ReadOnlyMemory<byte> utf8)
    {
        var found = new List<ConfigurationError>();
        FeatureFlagSet set = FlagDocument.Read(ConfigurationJson.Parse(utf8, "flags.json"), new FlagErrors(found.Add));
        FeatureFlagSnapshot snapshot = new FlagSetCompiler([], new FlagReports(NullLogger<IFeatureFlags>.Instance)).Compile(set, "production", version: 1);
        return found.Count == 0 ? snapshot : throw new ConfigurationException("The benchmark's flags are wrong.", found);
    }

    /// <summary>Replaces the flags by those of a text, as a changed file does.</summary>
    public void Reload(string document) => _store.Replace(Read(document).Definitions);

    public void Dispose()
    {
        _services.Dispose();
        _store.Dispose();
    }
}
