using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Editing;
using Varai.FeatureFlags.Evaluation;
using Varai.Testing.FeatureFlags;
using Varai.Tests.Configuration;

namespace Varai.Tests.FeatureFlags.Editing;

public sealed class FeatureFlagEditorTests : IDisposable
{
    private readonly InMemoryFeatureFlagStore _store = new(
        FeatureFlagDefinition.Parse("new_checkout", """{ "enabled": false, "parameters": { "rate": 0.5 } }"""),
        new FeatureFlagDefinition("gifts", true));

    private readonly FakeTimeProvider _time = new();
    private readonly Snapshots _snapshots = Snapshots.Create();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _snapshots.Dispose();
    }

    [Fact]
    public async Task Apply_changes_in_place_whatever_the_case_and_later_steps_see_earlier_ones()
    {
        FeatureFlagSet set = await Editor().ApplyAsync(
            new FeatureFlagEdit("maria", "opening")
                .SetEnabled("NEW_CHECKOUT", true)
                .SetMember("New_Checkout", "parameters", """{ "rate": 1 }""")
                .SetKillSwitch("gifts", true)
                .Set("fresh", "true")
                .SetEnabled("FRESH", false)
                .Add(seen => new FeatureFlagEditStep("counted", IsSegment: true, ConfigurationJson.Parse($$"""{ "n": {{seen.Definitions.Count}} }""", "n"))),
            Token);

        Assert.Equal(
            """{"feature_flags":{"new_checkout":{"enabled":true,"parameters":{"rate":1}},"gifts":{"enabled":true,"kill_switch":true},"fresh":{"enabled":false}},"feature_segments":{"counted":{"n":3}}}""",
            ConfigurationJson.ToJson(set.ToNode()));
        FeatureFlagRevision revision = Assert.Single(await HistoryAsync());
        Assert.Equal(("maria", "opening", set.Version), (revision.Author, revision.Reason, revision.Version));
        Assert.Equal(["new_checkout", "gifts", "fresh", "counted"], revision.Changes.Select(c => c.Name));
    }

    [Fact]
    public async Task Apply_that_changes_nothing_writes_nothing()
    {
        FeatureFlagSet before = await Editor().GetAsync(Token);
        _store.WriteFailure = () => new InvalidOperationException("written");
        FeatureFlagSet after = await Editor().ApplyAsync(
            new FeatureFlagEdit("m", "r").SetEnabled("gifts", false).Set("GIFTS", "true").Remove("never_was").RemoveSegment("nor_this"), Token);
        Assert.Equal(before.Version, after.Version);
        Assert.Empty(await HistoryAsync());
        Assert.Same(before, await Editor(refuses: "anything is invalid").ApplyAsync(new FeatureFlagEdit("m", "r"), Token));
    }

    [Fact]
    public async Task Apply_validates_the_whole_result_and_writes_nothing_that_is_invalid()
    {
        FeatureFlagSet? checkedSet = null;
        var validator = new Validator((set, report) =>
        {
            checkedSet = set;
            report(new ConfigurationError("It is wrong.", new ConfigurationOrigin("", 0, 0), "feature_flags:gifts"));
        });
        var error = await Assert.ThrowsAsync<ConfigurationException>(
            () => new FeatureFlagEditor(_store, validator, _snapshots.Flags, _snapshots, _time).ApplyAsync(new FeatureFlagEdit("m", "r").Remove("gifts"), Token));
        Assert.Equal("The feature flags would not be valid:\n  feature_flags:gifts: It is wrong.", error.Message);
        Assert.Equal(["new_checkout"], checkedSet!.Definitions.Select(d => d.Name));
        Assert.Equal("1", (await Editor().GetAsync(Token)).Version);
    }

    [Fact]
    public async Task Apply_of_a_step_that_fails_writes_nothing()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(
            () => Editor().ApplyAsync(new FeatureFlagEdit("m", "r").Set("a", "true").SetEnabled("no_such_flag", true), Token));
        Assert.Equal("There is no feature flag 'no_such_flag' to change.", error.Message);
        Assert.Equal("1", (await Editor().GetAsync(Token)).Version);
    }

    [Fact]
    public async Task Apply_for_another_version_is_refused()
    {
        _store.Replace(new FeatureFlagDefinition("a", true));
        var error = await Assert.ThrowsAsync<FeatureFlagConflictException>(
            () => Editor().ApplyAsync(new FeatureFlagEdit("m", "r") { ExpectedVersion = "1" }.Set("b", "true"), Token));
        Assert.Equal(("1", "2"), (error.Expected, error.Found));
        await Editor().ApplyAsync(new FeatureFlagEdit("m", "r") { ExpectedVersion = "2" }.Set("b", "true"), Token);
    }

    [Fact]
    public async Task Apply_that_meets_others_is_computed_again_from_what_is_there_then()
    {
        int computed = 0;
        Task<FeatureFlagSet> applying = Editor().ApplyAsync(
            new FeatureFlagEdit("m", "count").Add(set =>
            {
                if (++computed < 6)
                    Assert.True(_store.WriteAsync(Write($"other_{computed}"), Token).IsCompletedSuccessfully);
                return new FeatureFlagEditStep("seen", IsSegment: false, ConfigurationJson.Parse($$"""{ "n": {{set.Definitions.Count}} }""", "n"));
            }),
            Token);
        await ConfigurationHost.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return applying.IsCompleted;
        });
        Assert.Equal("7", (await applying).Find("seen")!.Node.Find("n")!.Text);
        Assert.Equal(6, computed);
    }

    [Fact]
    public async Task Apply_gives_up_when_others_are_always_faster()
    {
        int computed = 0;
        Task<FeatureFlagSet> applying = Editor().ApplyAsync(
            new FeatureFlagEdit("m", "count").Add(_ =>
            {
                Assert.True(_store.WriteAsync(Write($"other_{++computed}"), Token).IsCompletedSuccessfully);
                return new FeatureFlagEditStep("mine", IsSegment: false, ConfigurationJson.Parse("true", "n"));
            }),
            Token);
        await ConfigurationHost.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return applying.IsCompleted;
        });
        await Assert.ThrowsAsync<FeatureFlagConflictException>(() => applying);
        Assert.Equal(10, computed);
    }

    [Fact]
    public async Task Apply_in_many_threads_loses_no_edit()
    {
        FeatureFlagEditor editor = Editor(time: TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                await editor.ApplyAsync(
                    new FeatureFlagEdit("m", "count").Add(set => new FeatureFlagEditStep("n", IsSegment: false, ConfigurationJson.Parse(
                        $$"""{ "n": {{int.Parse(set.Find("n")?.Node.Find("n")?.Text ?? "0", null) + 1}} }""", "n"))),
                    Token);
            }
        }, Token)));
        Assert.Equal("200", (await editor.GetAsync(Token)).Find("n")!.Node.Find("n")!.Text);
        Assert.Equal(200, (await HistoryAsync()).Count);
    }

    [Fact]
    public async Task Apply_to_a_flag_of_Microsofts_section_names_its_place()
    {
        ConfigurationNode root = ConfigurationJson.Parse("{\n \"beta\": true }", "appsettings.json");
        _store.Replace(new FeatureFlagDefinition("beta", root.Find("beta")!, FeatureFlagSchema.MicrosoftV1));
        foreach (FeatureFlagEdit edit in (FeatureFlagEdit[])[new FeatureFlagEdit("m", "r").SetEnabled("Beta", false), new FeatureFlagEdit("m", "r").Remove("beta")])
        {
            var error = await Assert.ThrowsAsync<ConfigurationException>(() => Editor().ApplyAsync(edit, Token));
            Assert.Equal(("appsettings.json", 2), (error.Errors[0].Origin.File, error.Errors[0].Origin.Line));
            Assert.Contains("Microsoft's schema", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task History_of_one_name_has_its_changes_alone()
    {
        await Editor().ApplyAsync(new FeatureFlagEdit("m", "both").SetEnabled("gifts", false).SetEnabled("new_checkout", true), Token);
        await Editor().ApplyAsync(new FeatureFlagEdit("m", "other").SetEnabled("new_checkout", false), Token);
        FeatureFlagRevision revision = Assert.Single(await Editor().GetHistoryAsync("GIFTS", Token).ToListAsync(Token));
        Assert.Equal(("both", "gifts"), (revision.Reason, Assert.Single(revision.Changes).Name));
        Assert.Equal(2, (await HistoryAsync()).Count);
    }

    [Fact]
    public async Task Watch_tells_what_each_snapshot_changed_from_the_moment_of_the_call()
    {
        _snapshots.Publish(new FeatureFlagSet([new("a", true)], version: "1"));
        IAsyncEnumerable<FeatureFlagsChanged> watch = Editor().WatchAsync(Token);
        _snapshots.Publish(new FeatureFlagSet([new("a", false)], version: "2"));
        await using IAsyncEnumerator<FeatureFlagsChanged> changes = watch.GetAsyncEnumerator(Token);

        Assert.True(await changes.MoveNextAsync());
        Assert.Equal((2, "2", new FeatureFlagDifference("a", IsSegment: false, "true", "false")), (changes.Current.SnapshotVersion, changes.Current.Version, changes.Current.Changes.Single()));

        ValueTask<bool> next = changes.MoveNextAsync();
        _snapshots.Publish(new FeatureFlagSet([new("a", false)], version: "3"));
        Assert.False(next.IsCompleted);
        _snapshots.Publish(new FeatureFlagSet([new("a", false), new("b", true)], version: "4"));
        Assert.True(await next);
        Assert.Equal((4, "b"), (changes.Current.SnapshotVersion, changes.Current.Changes.Single().Name));
    }

    [Fact]
    public async Task Watch_of_a_slow_reader_has_several_changes_in_one()
    {
        await using IAsyncEnumerator<FeatureFlagsChanged> changes = Editor().WatchAsync(Token).GetAsyncEnumerator(Token);
        for (int i = 1; i <= 1000; i++)
            _snapshots.Publish(new FeatureFlagSet([new("a", i % 2 == 0), new($"b{i}", true)], version: $"{i}"));
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(1000, changes.Current.SnapshotVersion);
        Assert.Equal(["a", "b1000"], changes.Current.Changes.Select(c => c.Name));
        ValueTask<bool> next = changes.MoveNextAsync();
        Assert.False(next.IsCompleted);
        _snapshots.Publish(new FeatureFlagSet([new("a", false), new("b1000", true)], version: "1001"));
        Assert.True(await next);
        Assert.Equal("true", changes.Current.Changes.Single().Before);
    }

    [Fact]
    public async Task Cancelled_token_ends_everything()
    {
        var cancelled = new CancellationToken(canceled: true);
        FeatureFlagEditor editor = Editor();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => editor.GetAsync(cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => editor.ApplyAsync(new FeatureFlagEdit("m", "r").Set("a", "true"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => editor.GetHistoryAsync(cancellationToken: cancelled).ToListAsync(Token).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => editor.WatchAsync(cancelled).ToListAsync(Token).AsTask());

        using var later = new CancellationTokenSource();
        await using IAsyncEnumerator<FeatureFlagsChanged> changes = editor.WatchAsync(later.Token).GetAsyncEnumerator(Token);
        ValueTask<bool> next = changes.MoveNextAsync();
        await later.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.AsTask());
    }

    [Fact]
    public async Task Apply_to_a_store_that_tells_of_nothing_is_in_use_when_it_ends()
    {
        using var harness = new FlagHarness();
        var store = new SilentStore();
        FeatureFlagEvaluator flags = harness.Over(store);
        await harness.Feed!.FirstLoad;
        var editor = new FeatureFlagEditor(store, new Validator((_, _) => { }), flags, harness.Feed, harness.Time);

        for (int i = 1; i <= 20; i++)
        {
            await editor.ApplyAsync(new FeatureFlagEdit("maria", "opening").Set("gifts", i % 2 == 1 ? "true" : "false"), Token);
            Assert.Equal(i % 2 == 1, flags.IsFeatureEnabled("gifts"));
        }

        harness.Feed.Dispose();
        FeatureFlagSet after = await editor.ApplyAsync(new FeatureFlagEdit("maria", "closing").Remove("gifts"), Token);
        Assert.Empty(after.Definitions);
    }

    private static FeatureFlagWrite Write(string name) => new()
    {
        Author = "other",
        Reason = "faster",
        Flags = [new(name, ConfigurationJson.Parse("true", name))],
    };

    private async Task<List<FeatureFlagRevision>> HistoryAsync() => await Editor().GetHistoryAsync(cancellationToken: Token).ToListAsync(Token);

    private FeatureFlagEditor Editor(string? refuses = null, TimeProvider? time = null) => new(
        _store,
        new Validator((_, report) =>
        {
            if (refuses is not null)
                report(new ConfigurationError(refuses, new ConfigurationOrigin("", 0, 0), ""));
        }),
        _snapshots.Flags,
        _snapshots,
        time ?? _time);

    /// <summary>Reads late, and never says that anything has changed.</summary>
    private sealed class SilentStore : IFeatureFlagStore
    {
        private FeatureFlagSet _set = FeatureFlagSet.Empty;
        private int _writes;

        public async ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
        {
            await Task.Yield();
            return Volatile.Read(ref _set);
        }

        public IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);

        public async Task<FeatureFlagSet> WriteAsync(FeatureFlagWrite write, CancellationToken cancellationToken)
        {
            await Task.Yield();
            _set = _set.With(write, $"v{++_writes}");
            return _set;
        }
    }

    private sealed class Validator(Action<FeatureFlagSet, Action<ConfigurationError>> validate) : IFlagSetValidator
    {
        public void Validate(FeatureFlagSet set, Action<ConfigurationError> report) => validate(set, report);
    }
}
