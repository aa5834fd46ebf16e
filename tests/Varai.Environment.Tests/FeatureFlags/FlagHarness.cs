using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;
using Varai.FeatureFlags.Exposures;
using Varai.FeatureFlags.Stores;

namespace Varai.Tests.FeatureFlags;

/// <summary>The flag engine over a store or a text, without a host.</summary>
internal sealed class FlagHarness : IDisposable
{
    private readonly List<IFeatureFilter> _filters = [];

    public FakeLogCollector Logs { get; } = new();

    public FakeTimeProvider Time { get; init; } = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public IFlagContextAccessor Ambient { get; } = new AmbientFlagContext();

    public FlagExposures Exposures { get; init; } = new();

    public FeatureFlagFeed? Feed { get; private set; }

    public ILogger<FeatureFlagFeed>? FeedLogger { get; init; }

    public FlagHarness With(params IFeatureFilter[] filters)
    {
        _filters.AddRange(filters);
        return this;
    }

    /// <summary>The flags of a document.</summary>
    public FeatureFlagEvaluator OverJson(string json) => Over(new ConfigurationFeatureFlagStore(ScriptedConfiguration.Create(json).Configuration));

    /// <summary>The flags of the component <c>feature_flags</c> alone.</summary>
    public FeatureFlagEvaluator OverFlags(string flags) => OverJson($"{{ \"feature_flags\": {flags} }}");

    public FeatureFlagEvaluator Over(IFeatureFlagStore store)
    {
        Feed?.Dispose();
        var reports = new FlagReports(new FakeLogger<IFeatureFlags>(Logs));
        IEnvironmentConfiguration configuration = ScriptedConfiguration.Create("{ }").Configuration;
        Feed = new FeatureFlagFeed(
            store, new FlagSetCompiler(_filters, reports), configuration, Time, FeedLogger ?? new FakeLogger<FeatureFlagFeed>(Logs));
        return new FeatureFlagEvaluator(Feed, Ambient, Exposures, reports, Time);
    }

    /// <summary>What is wrong in a document.</summary>
    public List<ConfigurationError> Validate(string json)
    {
        var errors = new List<ConfigurationError>();
        var compiler = new FlagSetCompiler(_filters, new FlagReports(new FakeLogger<IFeatureFlags>(Logs)));
        ConfigurationNode root = Nodes.Parse(json);
        new FeatureFlagRule(compiler).Validate(new ConfigurationRuleContext("feature_flags", "staging", root, ["staging"], _ => null, errors.Add));
        return errors;
    }

    public void Dispose() => Feed?.Dispose();
}
