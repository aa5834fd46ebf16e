using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;
using Varai.FeatureFlags.Stores;
using Varai.Testing;
using Varai.Testing.FeatureFlags;

namespace Varai.Tests.FeatureFlags;

public sealed class FeatureFlagEvaluatorTests : IDisposable
{
    private readonly FlagHarness _harness = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private FakeLogCollector Logs => _harness.Logs;

    private FakeTimeProvider Time => _harness.Time;

    private FeatureFlagFeed Feed => _harness.Feed!;

    public void Dispose() => _harness.Dispose();

    [Fact]
    public void IsFeatureEnabled_answers_as_defined_whatever_the_case()
    {
        FeatureFlagEvaluator flags = OverJson("""{ "feature_flags": { "on": true, "off": false, "rich": { "enabled": true, "parameters": { "rate": 0.5 } } } }""");

        Assert.True(flags.IsFeatureEnabled("on"));
        Assert.True(flags.IsFeatureEnabled("ON"));
        Assert.False(flags.IsFeatureEnabled("off"));
        Assert.True(flags.IsFeatureEnabled("rich"));
        Assert.Equal(0.5, flags.GetFeatureParameters("Rich").Get("rate", 0.0));
        Assert.Same(FeatureParameters.Empty, flags.GetFeatureParameters("on"));
        Assert.Equal(["on", "off", "rich"], flags.FeatureNames);
        Assert.Equal(0, Logs.Count);
    }

    [Fact]
    public void Evaluate_on_for_everybody_gives_the_variant_of_the_ambient_context()
    {
        FeatureFlagEvaluator flags = OverJson("""
            { "feature_flags": { "a": {
              "enabled": true, "variants": [{ "name": "one" }, { "name": "two" }],
              "allocation": { "default_when_enabled": "one", "user": [{ "variant": "two", "users": ["ann"] }] } } } }
            """);

        Assert.Equal("one", flags.Evaluate("a").Variant?.Name);
        Assert.True(flags.IsFeatureEnabled("a"));
        _harness.Ambient.Current = new FlagContext("ann");
        Assert.Equal("two", flags.Evaluate("a").Variant?.Name);
        Assert.Equal("two", flags.Explain("a").Evaluation.Variant?.Name);
    }

    [Fact]
    public void IsFeatureEnabled_unknown_is_off_and_logged_once_per_name()
    {
        FeatureFlagEvaluator flags = OverJson("""{ "feature_flags": { "advanced_analytics": true } }""");

        for (int i = 0; i < 3; i++)
        {
            Assert.False(flags.IsFeatureEnabled("advanced_analitics"));
            Assert.Same(FeatureParameters.Empty, flags.GetFeatureParameters("Advanced_Analitics"));
        }

        Assert.False(flags.IsFeatureEnabled("other"));
        Assert.Equal(
            [
                "The feature flag 'advanced_analitics' is asked for but not defined; it counts as off. Did you mean 'advanced_analytics'?",
                "The feature flag 'other' is asked for but not defined; it counts as off.",
            ],
            Logs.GetSnapshot().Select(record => record.Message));
    }

    [Fact]
    public void IsFeatureEnabled_endless_unknown_names_do_not_fill_log_and_memory()
    {
        FeatureFlagEvaluator flags = OverJson("{ }");
        for (int i = 0; i < LogOnce.MaximumKeys + 100; i++)
            Assert.False(flags.IsFeatureEnabled($"name-{i}"));
        Assert.Equal(LogOnce.MaximumKeys, Logs.Count);
    }

    [Fact]
    public void Get_wrong_type_is_logged_once_per_flag_and_parameter_also_after_a_reload()
    {
        (IEnvironmentConfiguration configuration, Action<string> replace) = ScriptedConfiguration.Create("""{ "feature_flags": { "a": { "enabled": true, "parameters": { "rate": "fast" } } } }""");
        FeatureFlagEvaluator flags = Over(new ConfigurationFeatureFlagStore(configuration));

        Assert.Equal(0.1, flags.GetFeatureParameters("a").Get("rate", 0.1));
        Assert.Equal(0.1, flags.GetFeatureParameters("a").Get("rate", 0.1));
        replace("""{ "feature_flags": { "a": { "enabled": true, "parameters": { "rate": "slow" } } } }""");
        Assert.Equal(0.1, flags.GetFeatureParameters("a").Get("rate", 0.1));

        Assert.Equal(
            "The parameter 'rate' of the feature flag 'a' can't be read as asked: expected a number, found a string at flags.json:1:70. The fallback is used.",
            Assert.Single(Logs.GetSnapshot()).Message);
    }

    [Fact]
    public void IsFeatureEnabled_allocates_nothing()
    {
        FeatureFlagEvaluator flags = OverJson("""{ "feature_flags": { "on": true, "off": false } }""");
        string known = "ON", unknown = "unknown";
        flags.IsFeatureEnabled(known);
        flags.IsFeatureEnabled(unknown);

        int on = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            if (flags.IsFeatureEnabled(known) && !flags.IsFeatureEnabled("off") && !flags.IsFeatureEnabled(unknown)
                && ReferenceEquals(flags.GetFeatureParameters(known), FeatureParameters.Empty))
                on++;
        }

        Assert.Equal((10_000, 0L), (on, GC.GetAllocatedBytesForCurrentThread() - before));
    }

    [Fact]
    public void Change_is_seen_by_whoever_made_it()
    {
        (IEnvironmentConfiguration configuration, Action<string> replace) = ScriptedConfiguration.Create("""{ "feature_flags": { "a": false } }""");
        FeatureFlagEvaluator flags = Over(new ConfigurationFeatureFlagStore(configuration));
        Assert.False(flags.IsFeatureEnabled("a"));

        replace("""{ "feature_flags": { "a": true } }""");
        Assert.True(flags.IsFeatureEnabled("a"));
        replace("""{ "feature_flags": { "a": false } }""");
        Assert.False(flags.IsFeatureEnabled("a"));
    }

    [Fact]
    public async Task Change_that_is_invalid_keeps_the_last_good_flags_and_health_says_so()
    {
        (IEnvironmentConfiguration configuration, Action<string> replace) = ScriptedConfiguration.Create("""{ "feature_flags": { "a": true } }""");
        FeatureFlagEvaluator flags = Over(new ConfigurationFeatureFlagStore(configuration));

        replace("""{ "feature_flags": { "a": "s3cr3t", "b": true } }""");

        Assert.True(flags.IsFeatureEnabled("a"));
        HealthCheckResult health = await CheckHealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("flags.json:1:27: feature_flags:a: The definition of a feature flag has the wrong type.", health.Description, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Error, Assert.Single(Logs.GetSnapshot()).Level);
        Assert.DoesNotContain("s3cr3t", health.Description, StringComparison.Ordinal);

        replace("""{ "feature_flags": { "b": true } }""");
        Assert.True(flags.IsFeatureEnabled("b"));
        Assert.Equal(HealthStatus.Healthy, (await CheckHealthAsync()).Status);
    }

    [Fact]
    public async Task Load_that_fails_is_tried_again_at_growing_intervals()
    {
        using var store = new InMemoryFeatureFlagStore(new FeatureFlagDefinition("a", true)) { Failure = () => new TimeoutException("away") };
        FeatureFlagEvaluator flags = Over(store);

        Assert.False(flags.IsFeatureEnabled("a"));
        Assert.Equal(HealthStatus.Unhealthy, (await CheckHealthAsync()).Status);
        await Assert.ThrowsAsync<TimeoutException>(() => Feed.FirstLoad);
        foreach (int seconds in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        {
            int before = store.Loads;
            Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.Equal(before, store.Loads);
            Time.Advance(TimeSpan.FromTicks(1));
            Assert.Equal(before + 1, store.Loads);
        }

        store.Failure = null;
        Time.Advance(TimeSpan.FromSeconds(300));
        Assert.True(flags.IsFeatureEnabled("a"));
        Assert.Equal(HealthStatus.Healthy, (await CheckHealthAsync()).Status);
        Assert.Equal([1302, 1300, 1303], Logs.GetSnapshot().Select(record => record.Id.Id));
    }

    [Fact]
    public async Task Changes_during_a_load_make_one_more_load()
    {
        using var store = new InMemoryFeatureFlagStore(new FeatureFlagDefinition("a", false));
        FeatureFlagEvaluator flags = Over(store);
        var gate = new TaskCompletionSource();
        store.Gate = gate.Task;
        store.Replace(new FeatureFlagDefinition("a", false));
        Assert.Equal(2, store.Loads);

        for (int i = 0; i < 5; i++)
            store.Replace(new FeatureFlagDefinition("a", i == 4));
        Assert.Equal(2, store.Loads);
        Assert.False(flags.IsFeatureEnabled("a"));
        store.Gate = Task.CompletedTask;
        gate.SetResult();
        await WaitUntilAsync(() => flags.IsFeatureEnabled("a"));

        Assert.Equal(3, store.Loads);
    }

    [Fact]
    public async Task Snapshot_two_flags_of_one_definition_are_never_torn()
    {
        using var store = new InMemoryFeatureFlagStore(Definitions(even: true));
        FeatureFlagEvaluator flags = Over(store);
        using var done = new CancellationTokenSource();
        Task<int> reader = Task.Run(
            () =>
            {
                int read = 0;
                for (; !done.IsCancellationRequested || read < 1000; read++)
                {
                    FeatureFlagSnapshot snapshot = Feed.Current;
                    Assert.NotEqual(snapshot.Find("even")!.Enabled, snapshot.Find("odd")!.Enabled);
                }

                return read;
            },
            Cancellation);
        for (int i = 0; i < 500; i++)
            store.Replace(Definitions(i % 2 == 0));
        await done.CancelAsync();

        Assert.True(await reader >= 1000);
        Assert.False(flags.IsFeatureEnabled("even"));

        static FeatureFlagDefinition[] Definitions(bool even) => [new("even", even), new("odd", !even)];
    }

    [Fact]
    public async Task Contract_is_kept_by_default_and_fake()
    {
        (IEnvironmentConfiguration configuration, Action<string> replace) = ScriptedConfiguration.Create("{ }");
        await new FeatureFlagStoreContract(new ConfigurationFeatureFlagStore(configuration), (definitions, _) =>
        {
            replace($"{{\"feature_flags\":{{{string.Join(',', definitions.Select(d => $"\"{d.Name}\":{(d.Enabled ? "true" : "false")}"))}}}}}");
            return Task.CompletedTask;
        }).RunAsync(Cancellation);

        using var fake = new InMemoryFeatureFlagStore();
        await Contract(fake, fake).RunAsync(Cancellation);
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("inverted")]
    [InlineData("ignores cancellation")]
    [InlineData("mutates")]
    public async Task Contract_broken_store_is_found_out(string fault)
    {
        using var inner = new InMemoryFeatureFlagStore();
        Task run = Contract(new BrokenStore(inner, fault), inner).RunAsync(Cancellation);
        if (fault == "silent")
            Time.Advance(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<ContractException>(() => run);
    }

    [Fact]
    public async Task Feed_throwing_logger_does_not_end_the_loading()
    {
        using var inner = new InMemoryFeatureFlagStore();
        var store = new FailingStore(inner) { IsFailing = true };
        using var harness = new FlagHarness { FeedLogger = new ThrowingLogger(), Time = Time };
        harness.Over(store);
        FeatureFlagFeed feed = harness.Feed!;
        await Assert.ThrowsAsync<InvalidOperationException>(() => feed.FirstLoad);
        Assert.Equal("down", feed.Failure!.Message);

        // The failure is tried again after a second, though it could not be logged; and so is the recovery.
        store.IsFailing = false;
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(feed.IsLoaded);
        Assert.Null(feed.Failure);
        inner.Replace([new FeatureFlagDefinition("later", enabled: true)]);
        Assert.Equal("later", Assert.Single(feed.Current.Names));
    }

    private FeatureFlagStoreContract Contract(IFeatureFlagStore store, InMemoryFeatureFlagStore backend) => new(
        store,
        (definitions, _) =>
        {
            backend.Replace(definitions);
            return Task.CompletedTask;
        },
        Time);

    private FeatureFlagEvaluator OverJson(string json) => _harness.OverJson(json);

    private FeatureFlagEvaluator Over(IFeatureFlagStore store) => _harness.Over(store);

    private Task<HealthCheckResult> CheckHealthAsync() =>
        new FeatureFlagHealthCheck(Feed, Time).CheckHealthAsync(new HealthCheckContext(), Cancellation);

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class FailingStore(InMemoryFeatureFlagStore inner) : IFeatureFlagStore
    {
        public bool IsFailing { get; set; }

        public ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken) =>
            IsFailing ? throw new InvalidOperationException("down") : inner.LoadAsync(cancellationToken);

        public Microsoft.Extensions.Primitives.IChangeToken GetChangeToken() => inner.GetChangeToken();
    }

    private sealed class ThrowingLogger : Microsoft.Extensions.Logging.ILogger<FeatureFlagFeed>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel,
            Microsoft.Extensions.Logging.EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => throw new InvalidOperationException("logger");
    }

    private sealed class BrokenStore(InMemoryFeatureFlagStore inner, string fault) : IFeatureFlagStore
    {
        private FeatureFlagSet? _first;

        public async ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
        {
            FeatureFlagSet set = await inner.LoadAsync(fault == "ignores cancellation" ? CancellationToken.None : cancellationToken);
            _first ??= set;
            return fault switch
            {
                "inverted" => new FeatureFlagSet(set.Definitions.Select(d => new FeatureFlagDefinition(d.Name, !d.Enabled))),
                "mutates" => _first,
                _ => set,
            };
        }

        public Microsoft.Extensions.Primitives.IChangeToken GetChangeToken() => fault == "silent"
            ? new Microsoft.Extensions.Primitives.CancellationChangeToken(CancellationToken.None)
            : inner.GetChangeToken();
    }
}
