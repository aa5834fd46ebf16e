using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.Testing.FeatureFlags;

namespace Varai.Tests.FeatureFlags;

public sealed class FlagHandleTests : IDisposable
{
    private static readonly Flag<bool> Engine = Flag.Boolean("engine", defaultValue: false);
    private static readonly Flag<bool> Missing = Flag.Boolean("missing", defaultValue: true);
    private static readonly Flag<string> Colour = Flag.String("colour", "grey");
    private static readonly Flag<double> Rate = Flag.Number("rate", 0.1);
    private static readonly Flag<FlagTestValue> Limits = Flag.Variant("limits", new FlagTestValue(1, "default"), FlagTestJson.Default.FlagTestValue);

    private readonly FakeLogCollector _logs = new();
    private readonly InMemoryFeatureFlagStore _store;
    private readonly FeatureFlagFeed _feed;
    private readonly FeatureFlagEvaluator _flags;

    public FlagHandleTests()
    {
        _store = new InMemoryFeatureFlagStore(Read("""
            {
              "engine": { "enabled": true, "conditions": [ { "user": "alice" } ] },
              "colour": { "enabled": true, "variants": { "a": "red", "b": 7 }, "allocation": { "default_when_enabled": "a" } },
              "rate": { "enabled": true, "variants": { "a": 0.5 }, "allocation": { "user": [ { "variant": "a", "users": [ "alice" ] } ] } },
              "limits": { "enabled": true, "variants": { "a": { "value": { "limit": 5, "name": "x" } } }, "allocation": { "default_when_enabled": "a" } }
            }
            """));
        _feed = new FeatureFlagFeed(_store, new FakeTimeProvider(), new FakeLogger<FeatureFlagFeed>(_logs));
        _flags = new FeatureFlagEvaluator(_feed, new FakeLogger<FeatureFlagEvaluator>(_logs));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _feed.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void Handle_gives_the_value_or_its_default()
    {
        var alice = new FlagContext("alice");
        Assert.True(_flags.IsFeatureEnabled(Engine, alice));
        Assert.False(_flags.IsFeatureEnabled(Engine));
        Assert.Equal("red", _flags.Get(Colour));
        Assert.Equal(0.5, _flags.Get(Rate, alice));
        Assert.Equal(0.1, _flags.Get(Rate));
        Assert.Equal(new FlagTestValue(5, "x"), _flags.Get(Limits));
        for (int i = 0; i < 3; i++)
            Assert.True(_flags.IsFeatureEnabled(Missing));
        Assert.Equal("The feature flag 'missing' is asked for but not defined; it counts as off.", Assert.Single(_logs.GetSnapshot()).Message);
    }

    [Fact]
    public void Handle_sees_every_change()
    {
        Flag<bool> handle = Flag.Boolean("changing", defaultValue: false);
        for (int i = 0; i < 4; i++)
        {
            _store.Replace(new FeatureFlagDefinition("changing", i % 2 == 0));
            Assert.Equal(i % 2 == 0, _flags.IsFeatureEnabled(handle));
        }

        _store.Replace();
        Assert.False(_flags.IsFeatureEnabled(handle));
    }

    [Fact]
    public void Handle_asked_of_several_flags_in_turn_keeps_them_apart()
    {
        using var store = new InMemoryFeatureFlagStore(new FeatureFlagDefinition("engine", true));
        using var feed = new FeatureFlagFeed(store, new FakeTimeProvider(), new FakeLogger<FeatureFlagFeed>(_logs));
        var other = new FeatureFlagEvaluator(feed, new FakeLogger<FeatureFlagEvaluator>(_logs));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(other.IsFeatureEnabled(Engine));
            Assert.False(_flags.IsFeatureEnabled(Engine));
        }
    }

    [Fact]
    public void Handle_allocates_nothing()
    {
        var alice = new FlagContext("alice");
        int on = 0;
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(on > 0);

        void Run()
        {
            for (int i = 0; i < 1000; i++)
            {
                if (_flags.IsFeatureEnabled(Engine, alice) && _flags.Get(Colour).Length == 3 && _flags.Get(Rate, alice) > 0 && _flags.Get(Limits).Limit == 5
                    && _flags.GetVariant("rate", 0.0, alice) > 0 && _flags.Evaluate("engine", alice).IsEnabled)
                    on++;
            }
        }
    }

    [Fact]
    public void GetVariant_is_the_default_where_there_is_none_of_the_type()
    {
        Assert.Equal("red", _flags.GetVariant("colour", "grey"));
        Assert.Equal(3, _flags.GetVariant("colour", 3));
        Assert.Equal(3, _flags.GetVariant("engine", 3));
        Assert.Equal(3, _flags.GetVariant("nothing", 3));
        Assert.Equal(5, _flags.GetVariant("limits", null, FlagTestJson.Default.FlagTestValue)?.Limit);
        Assert.Throws<NotSupportedException>(() => _flags.GetVariant("colour", Guid.Empty));
    }

    [Fact]
    public void Evaluate_unknown_has_a_reason_and_the_version()
    {
        FlagDecision decision = _flags.Evaluate("nothing");
        Assert.Equal((false, FlagReason.Unknown, 1L), (decision.IsEnabled, decision.Reason, decision.SnapshotVersion));
        Assert.Equal("nothing: off (Unknown)", _flags.Explain("nothing").ToString());
    }

    [Fact]
    public void EvaluateAll_is_in_the_order_of_the_definitions_and_of_one_snapshot()
    {
        IReadOnlyList<FlagDecision> all = _flags.EvaluateAll(new FlagContext("alice"));
        Assert.Equal(["engine", "colour", "rate", "limits"], all.Select(d => d.Flag));
        Assert.All(all, d => Assert.Equal((true, 1L), (d.IsEnabled, d.SnapshotVersion)));
    }

    [Fact]
    public void Pin_keeps_its_state()
    {
        IFeatureFlags pinned = _flags.Pin();
        _store.Replace(new FeatureFlagDefinition("engine", true));
        Assert.True(_flags.IsFeatureEnabled("engine"));
        Assert.False(pinned.IsFeatureEnabled("engine"));
        Assert.False(pinned.IsFeatureEnabled(Engine));
        Assert.Equal((1L, 2L), (pinned.Evaluate("engine").SnapshotVersion, _flags.Evaluate("engine").SnapshotVersion));
        Assert.Same(pinned, pinned.Pin());
    }

    [Fact]
    public async Task Ambient_context_follows_the_flow_and_the_scope_sees_one_state()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(ScriptedConfiguration.Create("{ }").Configuration);
        builder.AddVarai().UseFeatureFlagStore(_ => _store);
        using IHost host = builder.Build();
        await host.StartAsync(Cancellation);
        var flags = host.Services.GetRequiredService<IFeatureFlags>();
        var contexts = host.Services.GetRequiredService<IFlagContextAccessor>();
        Assert.False(flags.IsFeatureEnabled("engine"));
        await Task.Run(
            async () =>
            {
                contexts.Current = new FlagContext("alice");
                await Task.Yield();
                Assert.True(flags.IsFeatureEnabled("engine"));
                Assert.True(flags.IsFeatureEnabled(Engine));
                Assert.False(flags.IsFeatureEnabled("engine", new FlagContext("bob")));
            },
            Cancellation);
        Assert.False(flags.IsFeatureEnabled("engine"));

        using IServiceScope scope = host.Services.CreateScope(), later = host.Services.CreateScope();
        var scoped = scope.ServiceProvider.GetRequiredService<IScopedFeatureFlags>();
        Assert.False(scoped.IsFeatureEnabled("engine"));
        _store.Replace(new FeatureFlagDefinition("engine", true));
        Assert.False(scoped.IsFeatureEnabled("engine"));
        Assert.True(later.ServiceProvider.GetRequiredService<IScopedFeatureFlags>().IsFeatureEnabled("engine"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    public void Flag_with_a_name_that_is_not_allowed_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Flag.Boolean(name, defaultValue: false));

    private static IReadOnlyList<FeatureFlagDefinition> Read(string flags)
    {
        var errors = new List<ConfigurationError>();
        FeatureFlagSet set = FeatureFlagReader.Read(Nodes.Parse($$"""{ "feature_flags": {{flags}} }"""), errors.Add);
        Assert.Empty(errors);
        return set.Definitions;
    }
}
