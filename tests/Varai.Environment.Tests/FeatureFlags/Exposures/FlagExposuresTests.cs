using System.Diagnostics;
using System.Diagnostics.Metrics;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;
using Varai.FeatureFlags.Exposures;
using Varai.Tests.Secrets;

namespace Varai.Tests.FeatureFlags.Exposures;

public sealed class FlagExposuresTests
{
    private const string Evaluations = "varai.feature_flag.evaluations";
    private const string Canary = "c4nary-user@example.org";

    private const string Flags = """
        {
          "plain": true,
          "told": { "enabled": true, "telemetry": { "enabled": true, "metadata": { "team": "shop", "feature_flag.key": "forged" } } },
          "sized": {
            "enabled": true,
            "telemetry": { "enabled": true },
            "variants": [{ "name": "Big", "configuration_value": 20 }, { "name": "Small", "configuration_value": 5 }],
            "allocation": { "default_when_enabled": "Small", "user": [{ "variant": "Big", "users": ["ann"] }] }
          }
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Evaluations_AreCounted_ByFlagVariantAndReason()
    {
        using var meters = new TestMeterFactory();
        using var harness = new FlagHarness { Meters = meters };
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);

        flags.IsFeatureEnabled("plain");
        flags.IsFeatureEnabled("PLAIN", new FlagContext(Canary));
        flags.IsFeatureEnabled(Flag.Boolean("plain"));
        flags.Evaluate("sized", new FlagContext("ann"));
        flags.Evaluate("sized", new FlagContext(Canary));

        Assert.Equal(3, meters.Count($"{Evaluations} plain on static 1"));
        Assert.Equal(1, meters.Count($"{Evaluations} sized Big targeting_match 1"));
        Assert.Equal(1, meters.Count($"{Evaluations} sized Small default 1"));
        Assert.Equal(5, meters.Seen.Count);
    }

    [Fact]
    public void Evaluations_ThatAskForNoFlagInParticular_AreNotCounted()
    {
        using var meters = new TestMeterFactory();
        using var harness = new FlagHarness { Meters = meters };
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);

        flags.EvaluateAll();
        flags.Explain("told");
        flags.IsFeatureEnabled("nobody-defines-me");

        Assert.Empty(meters.Seen);
    }

    [Fact]
    public void Evaluations_BeforeTheListenerComes_KeepTheirAnswerAndAreCountedAfterwards()
    {
        using var meters = new TestMeterFactory { IsListening = false };
        using var harness = new FlagHarness { Meters = meters };
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);
        Assert.True(flags.IsFeatureEnabled("plain"));
        Assert.True(flags.IsFeatureEnabled("plain"));
        FlagEvaluation uncounted = flags.Evaluate("plain");
        Assert.Equal(uncounted, flags.Evaluate("plain"));

        int counted = 0;
        using var late = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Name == Evaluations)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        late.SetMeasurementEventCallback<long>((_, value, _, _) => counted += (int)value);
        late.Start();
        Assert.True(flags.IsFeatureEnabled("plain"));
        Assert.True(flags.IsFeatureEnabled("told"));
        Assert.Equal(uncounted, flags.Evaluate("plain"));

        Assert.Equal(3, counted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Evaluations_OfFlagsThatAreToldOf_AllocateNothing(bool isCounted)
    {
        using var meters = new TestMeterFactory { IsListening = false };
        using var harness = new FlagHarness { Meters = meters };
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);
        Flag<bool> told = Flag.Boolean("told");
        var ann = new FlagContext("ann");
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (isCounted && instrument.Meter.Scope == meters)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.Start();

        Ask();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            Ask();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Ask()
        {
            flags.IsFeatureEnabled("plain");
            flags.IsFeatureEnabled(told);
            flags.IsFeatureEnabled("told", ann);
            flags.Evaluate("sized", ann);
        }
    }

    [Fact]
    public void Activity_ThatIsRecorded_IsToldOncePerFlagAndVariant()
    {
        using ActivityListener listener = Record();
        using var source = new ActivitySource(nameof(FlagExposuresTests));
        using var harness = new FlagHarness();
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);
        using Activity activity = source.StartActivity("work")!;

        for (int i = 0; i < 3; i++)
        {
            flags.IsFeatureEnabled("plain");
            flags.IsFeatureEnabled("told");
            flags.Evaluate("sized", new FlagContext("ann"));
            flags.Evaluate("sized", new FlagContext("bob"));
        }

        ActivityEvent[] events = [.. activity.Events];
        Assert.All(events, e => Assert.Equal("feature_flag.evaluation", e.Name));
        Assert.Equal(
            [
                "feature_flag.key=told feature_flag.provider.name=Varai feature_flag.result.reason=static feature_flag.result.variant=on feature_flag.set.id=staging feature_flag.version=hash team=shop",
                "feature_flag.context.id=ann feature_flag.key=sized feature_flag.provider.name=Varai feature_flag.result.reason=targeting_match feature_flag.result.variant=Big feature_flag.set.id=staging feature_flag.version=hash",
                "feature_flag.context.id=bob feature_flag.key=sized feature_flag.provider.name=Varai feature_flag.result.reason=default feature_flag.result.variant=Small feature_flag.set.id=staging feature_flag.version=hash",
            ],
            events.Select(e => string.Join(' ', e.Tags.Select(t => $"{t.Key}={t.Value}").Order(StringComparer.Ordinal))));
    }

    [Fact]
    public void Activity_ThatComesAfterAFastAnswer_IsToldToo()
    {
        using ActivityListener listener = Record();
        using var source = new ActivitySource(nameof(FlagExposuresTests));
        using var harness = new FlagHarness();
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);
        Assert.True(flags.IsFeatureEnabled("told"));
        Assert.True(flags.IsFeatureEnabled("told"));

        using Activity activity = source.StartActivity("work")!;
        Assert.True(flags.IsFeatureEnabled("told"));

        Assert.Single(activity.Events);
    }

    [Fact]
    public async Task ReadAllAsync_FlagWithTelemetry_TellsWhatItGaveWhom()
    {
        using var harness = new FlagHarness();
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);
        await using IAsyncEnumerator<FlagExposure> reader = harness.Exposures.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = reader.MoveNextAsync();

        flags.IsFeatureEnabled("plain");
        flags.Evaluate("sized", new FlagContext("ann"));
        Assert.True(await next);

        FlagExposure exposure = reader.Current;
        Assert.Equal(("sized", true, "Big", FlagReason.TargetingMatch, "ann", 1L), (
            exposure.Flag, exposure.IsEnabled, exposure.Variant, exposure.Reason, exposure.TargetingKey, exposure.SnapshotVersion));
        Assert.Equal(harness.Time.GetUtcNow(), exposure.Time);
        Assert.Equal(flags.Evaluate("sized", new FlagContext("ann")).MatchedRule, exposure.MatchedRule);
        Assert.DoesNotContain("ann", exposure.ToString(), StringComparison.Ordinal);

        flags.IsFeatureEnabled("told");
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal(("told", (string?)null, (string?)null), (reader.Current.Flag, reader.Current.Variant, reader.Current.TargetingKey));
        Assert.Contains(new KeyValuePair<string, string>("team", "shop"), reader.Current.Metadata);
    }

    [Fact]
    public async Task ReadAllAsync_ExposeAllFlags_TellsOfEachFlag()
    {
        using var harness = new FlagHarness();
        harness.Options.ExposeAllFlags = true;
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);
        flags.IsFeatureEnabled("plain");
        await using IAsyncEnumerator<FlagExposure> reader = harness.Exposures.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = reader.MoveNextAsync();

        flags.IsFeatureEnabled("plain");
        Assert.True(await next);

        Assert.Equal("plain", reader.Current.Flag);
    }

    [Fact]
    public async Task ReadAllAsync_SameExposure_ComesOncePerWindowAndReader()
    {
        using var harness = new FlagHarness();
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);
        await using IAsyncEnumerator<FlagExposure> first = harness.Exposures.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = first.MoveNextAsync();
        Ask("ann");
        Ask("ann");
        Ask("bob");
        harness.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Ask("ann");
        await using IAsyncEnumerator<FlagExposure> second = harness.Exposures.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> nextOfSecond = second.MoveNextAsync();
        harness.Time.Advance(TimeSpan.FromTicks(1));
        Ask("ann");

        var seen = new List<string?>();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(await next);
            seen.Add(first.Current.TargetingKey);
            next = first.MoveNextAsync();
        }

        Assert.Equal(["ann", "bob", "ann"], seen);
        Assert.False(next.IsCompleted);
        Assert.True(await nextOfSecond);
        Assert.Equal("ann", second.Current.TargetingKey);
        harness.Exposures.Dispose();
        Assert.False(await next);

        void Ask(string user) => flags.Evaluate("sized", new FlagContext(user));
    }

    [Fact]
    public async Task ReadAllAsync_SlowReader_LosesTheOldestAndIsTold()
    {
        using var meters = new TestMeterFactory();
        using var harness = new FlagHarness { Meters = meters };
        harness.Options.ExposureBufferSize = 2;
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);
        await using IAsyncEnumerator<FlagExposure> reader = harness.Exposures.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = reader.MoveNextAsync();
        flags.Evaluate("sized", new FlagContext("zoe"));
        Assert.True(await next);
        Assert.Equal(("zoe", 0L), (reader.Current.TargetingKey, reader.Current.LostBefore));

        foreach (string user in (string[])["a", "b", "c", "d", "e"])
            flags.Evaluate("sized", new FlagContext(user));

        Assert.True(await reader.MoveNextAsync());
        Assert.Equal(("d", 3L), (reader.Current.TargetingKey, reader.Current.LostBefore));
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal(("e", 0L), (reader.Current.TargetingKey, reader.Current.LostBefore));
        Assert.Equal(3, harness.Exposures.Lost);
        Assert.Equal(3, meters.Count("varai.feature_flag.exposures.lost  1"));
    }

    [Fact]
    public async Task ReadAllAsync_ReaderThatEnds_IsForgotten()
    {
        using var harness = new FlagHarness();
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);
        await foreach (FlagExposure exposure in AskAndRead())
        {
            Assert.Equal("told", exposure.Flag);
            break;
        }

        Assert.False(harness.Exposures.IsTelling);

        async IAsyncEnumerable<FlagExposure> AskAndRead()
        {
            await using IAsyncEnumerator<FlagExposure> reader = harness.Exposures.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
            ValueTask<bool> next = reader.MoveNextAsync();
            Assert.True(harness.Exposures.IsTelling);
            flags.IsFeatureEnabled("told");
            Assert.True(await next);
            yield return reader.Current;
        }
    }

    [Fact]
    public async Task ReadAllAsync_Cancelled_Throws()
    {
        using var harness = new FlagHarness();
        harness.OverFlags(Flags);
        using var cancellation = new CancellationTokenSource();
        await using IAsyncEnumerator<FlagExposure> reader = harness.Exposures.ReadAllAsync(cancellation.Token).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = reader.MoveNextAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await harness.Exposures.ReadAllAsync(cancellation.Token).GetAsyncEnumerator(Cancellation).MoveNextAsync());
    }

    [Fact]
    public async Task TargetingKeys_AreInNoTagAndNoLog()
    {
        using var meters = new TestMeterFactory();
        using var harness = new FlagHarness { Meters = meters };
        harness.Options.ExposureBufferSize = 1;
        FeatureFlagEvaluator flags = harness.OverFlags(Flags);
        await using IAsyncEnumerator<FlagExposure> reader = harness.Exposures.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = reader.MoveNextAsync();

        foreach (string suffix in (string[])["", "2", "3", "4"])
        {
            flags.Evaluate("sized", new FlagContext(Canary + suffix));
            flags.IsFeatureEnabled("unknown", new FlagContext(Canary));
        }

        Assert.True(await next);
        Assert.NotEmpty(meters.Seen);
        Assert.All(meters.Seen, line => Assert.DoesNotContain(Canary, line, StringComparison.Ordinal));
        Assert.NotEmpty(harness.Logs.GetSnapshot());
        Assert.All(harness.Logs.GetSnapshot(), record => Assert.DoesNotContain(Canary, record.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void NameOf_EachReason_HasOne()
    {
        Assert.Equal(
            ["static", "default", "targeting_match", "split", "disabled", "unknown", "error"],
            Enum.GetValues<FlagReason>().Select(ExposedFlag.NameOf));
    }

    private static ActivityListener Record()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == nameof(FlagExposuresTests),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
