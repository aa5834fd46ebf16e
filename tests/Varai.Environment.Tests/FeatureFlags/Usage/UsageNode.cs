using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;
using Varai.FeatureFlags.Usage;
using Varai.State;
using Varai.Testing.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Usage;

/// <summary>One process of a service that watches its flags.</summary>
internal sealed class UsageNode : IDisposable
{
    private readonly FlagHarness _harness;

    public UsageNode(IStateStore state, FakeTimeProvider time, params FeatureFlagDefinition[] flags)
    {
        _harness = new FlagHarness { Time = time };
        Store = new InMemoryFeatureFlagStore(flags);
        Flags = _harness.Over(Store);
        Usage = new FlagUsageService(
            _harness.Feed!, state, ScriptedConfiguration.Create("{ }").Configuration, Options.Create(new FeatureFlagOptions()), time,
            new FakeLogger<FlagUsageService>(Logs));
    }

    public FakeLogCollector Logs { get; } = new();

    public InMemoryFeatureFlagStore Store { get; }

    public FeatureFlagEvaluator Flags { get; }

    public FlagUsageService Usage { get; }

    public void Dispose()
    {
        Usage.Dispose();
        _harness.Dispose();
        Store.Dispose();
    }
}
