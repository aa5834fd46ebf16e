using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Stores;
using Varai.State;
using Varai.Tests.Configuration;
using Varai.Tests.Configuration.History;

namespace Varai.Tests.FeatureFlags.Stores;

public sealed class StateFeatureFlagStoreTests : IDisposable
{
    private const string DocumentV1 =
        """{"format":1,"changes":2,"last":"{0}","feature_flags":{"größe":{"enabled":true,"parameters":{"rate":0.10}},"b":true},"feature_segments":{"s":{"users":["x"]}}}""";

    private static readonly string[] HistoryV1 =
    [
        """{"format":1,"version":"1","time":"2026-03-01T12:00:00Z","author":"maria","reason":"opening","previous":"","changes":[{"name":"größe","after":{"enabled":false}}]}""",
        """{"format":1,"version":"2","time":"2026-03-01T12:01:00Z","author":"yves","reason":"more","previous":"{0}","changes":[{"name":"größe","before":{"enabled":false},"after":{"enabled":true,"parameters":{"rate":0.10}}},{"name":"b","after":true},{"name":"s","segment":true,"after":{"users":["x"]}}]}""",
    ];

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeLogCollector _logs = new();
    private readonly InMemoryStateStore _state = new(new StateOptions(), TimeProvider.System);
    private readonly List<StateFeatureFlagStore> _stores = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stores.ForEach(s => s.Dispose());

    [Fact]
    public async Task Write_persists_the_bytes_of_format_1()
    {
        StateFeatureFlagStore store = Open(_state);
        await store.WriteAsync(Write("maria", "opening", ("größe", """{ "enabled": false }""")), Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        await store.WriteAsync(
            Write("yves", "more", ("GRÖSSE", null), ("Größe", """{ "enabled": true, "parameters": { "rate": 0.10 } }"""), ("b", "true")) with
            {
                Segments = [new("s", ConfigurationJson.Parse("""{ "users": ["x"] }""", "s"))],
            },
            Token);

        List<string> history = await _state.ReadStreamAsync(new StreamQuery("flags/production/history"), Token)
            .Select(e => Encoding.UTF8.GetString(e.Content.Span)).ToListAsync(Token);
        string[] expected = [HistoryV1[0], HistoryV1[1].Replace("{0}", Hash(HistoryV1[0]), StringComparison.Ordinal)];
        Assert.Equal(expected, history);
        StateDocument document = (await _state.GetAsync("flags/production/set", Token))!;
        Assert.Equal(Document(expected[1]), Encoding.UTF8.GetString(document.Content.Span));
    }

    [Fact]
    public async Task Load_reads_the_bytes_of_format_1_and_members_of_later_versions()
    {
        string[] history = [HistoryV1[0], HistoryV1[1].Replace("{0}", Hash(HistoryV1[0]), StringComparison.Ordinal)];
        await _state.CommitAsync(
            new StateTransaction()
                .Put("flags/production/set", Utf8(Document(history[1]).Replace("\"format\":1,", "\"format\":1,\"later\":{},", StringComparison.Ordinal)))
                .Append("flags/production/history", Utf8(history[0])).Append("flags/production/history", Utf8(history[1])),
            Token);
        StateFeatureFlagStore store = Open(_state);

        FeatureFlagSet set = await store.LoadAsync(Token);

        Assert.Equal(["größe", "b"], set.Definitions.Select(d => d.Name));
        Assert.Equal("x", set.FindSegment("S")!.Node.Find("users")!.Items[0].Text);
        Assert.Equal("1", set.Version);
        FeatureFlagRevision[] revisions = await store.GetHistoryAsync(Token).ToArrayAsync(Token);
        Assert.Equal(["more", "opening"], revisions.Select(r => r.Reason));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 1, 0, TimeSpan.Zero), revisions[0].Time);
        Assert.Equal(new FeatureFlagDifference("s", IsSegment: true, Before: null, """{"users":["x"]}"""), revisions[0].Changes[2]);
    }

    [Theory]
    [InlineData("""{"format":2}""", "its format is 2, and this version of the library knows 1")]
    [InlineData("{}", "its format is not given")]
    [InlineData("[", "is not valid JSON")]
    [InlineData("""{"format":1,"feature_flags":7}""", "no object of names")]
    [InlineData("""{"format":1,"feature_flags":{"":true}}""", "The name is empty")]
    public async Task Load_of_what_is_no_document_says_what_is_wrong(string content, string expected)
    {
        await _state.CommitAsync(new StateTransaction().Put("flags/production/set", Utf8(content)), Token);
        var error = await Assert.ThrowsAsync<StateException>(() => Open(_state).LoadAsync(Token).AsTask());
        Assert.StartsWith("'flags/production/set' in the state store can't be read: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environments_have_flags_of_their_own()
    {
        await Open(_state).WriteAsync(Write("m", "r", ("a", "true")), Token);
        Assert.Empty((await Open(_state, "staging").LoadAsync(Token)).Definitions);
    }

    [Fact]
    public async Task History_is_read_page_by_page_and_ends_at_the_set_that_was_read()
    {
        StateFeatureFlagStore store = Open(_state);
        for (int i = 0; i < 150; i++)
            await store.WriteAsync(Write("m", $"number {i}", ("a", $$"""{ "enabled": true, "parameters": { "i": {{i}} } }""")), Token);

        List<string> reasons = [];
        await foreach (FeatureFlagRevision revision in store.GetHistoryAsync(Token))
        {
            if (reasons.Count == 10)
                await store.WriteAsync(Write("m", "meanwhile", ("b", "true")), Token);
            reasons.Add(revision.Reason);
        }

        Assert.Equal(Enumerable.Range(0, 150).Select(i => $"number {149 - i}"), reasons);
    }

    [Theory]
    [InlineData(0, "entry 1 is not the one that was written")]
    [InlineData(1, "entry 2 is not the one that was written")]
    public async Task History_that_was_changed_by_hand_is_not_believed(int changed, string expected)
    {
        string[] history = [HistoryV1[0], HistoryV1[1].Replace("{0}", Hash(HistoryV1[0]), StringComparison.Ordinal)];
        string document = Document(history[1]);
        history[changed] = history[changed].Replace("maria", "mario", StringComparison.Ordinal).Replace("yves", "yvon", StringComparison.Ordinal);
        await _state.CommitAsync(
            new StateTransaction().Put("flags/production/set", Utf8(document))
                .Append("flags/production/history", Utf8(history[0])).Append("flags/production/history", Utf8(history[1])),
            Token);
        var error = await Assert.ThrowsAsync<StateException>(() => Open(_state).GetHistoryAsync(Token).ToListAsync(Token).AsTask());
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_that_was_cut_off_is_not_believed()
    {
        await _state.CommitAsync(new StateTransaction().Put("flags/production/set", Utf8(Document("an entry"))), Token);
        var error = await Assert.ThrowsAsync<StateException>(() => Open(_state).GetHistoryAsync(Token).ToListAsync(Token).AsTask());
        Assert.Contains("do not go back to the first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_that_was_deleted_is_an_empty_set_and_its_history_goes_on()
    {
        StateFeatureFlagStore store = Open(_state);
        await store.WriteAsync(Write("m", "first", ("a", "true")), Token);
        await _state.CommitAsync(new StateTransaction().Delete("flags/production/set"), Token);
        Assert.Equal("0", (await store.LoadAsync(Token)).Version);

        FeatureFlagSet set = await store.WriteAsync(Write("m", "second", ("b", "true")) with { ExpectedVersion = "0" }, Token);

        Assert.Equal("2", set.Version);
        Assert.Equal([("second", "2"), ("first", "1")], (await store.GetHistoryAsync(Token).ToListAsync(Token)).Select(r => (r.Reason, r.Version)));
    }

    [Fact]
    public async Task Write_without_an_expected_version_is_made_again_when_others_are_faster()
    {
        var observed = new ObservedStateStore(_state);
        StateFeatureFlagStore other = Open(_state);
        int left = 3;
        observed.BeforeCommit = async _ =>
        {
            if (left-- > 0)
                await other.WriteAsync(Write("other", "faster", ("b", left % 2 == 0 ? "true" : "false")), Token);
        };
        StateFeatureFlagStore store = Open(observed);

        FeatureFlagSet set = await store.WriteAsync(Write("m", "mine", ("a", "true")), Token);

        Assert.Equal(["b", "a"], set.Definitions.Select(d => d.Name));
        left = 2;
        FeatureFlagSet seen = await store.LoadAsync(Token);
        var conflict = await Assert.ThrowsAsync<FeatureFlagConflictException>(
            () => store.WriteAsync(Write("m", "mine", ("c", "true")) with { ExpectedVersion = seen.Version }, Token));
        Assert.Equal((seen.Version, (await other.LoadAsync(Token)).Version), (conflict.Expected, conflict.Found));
    }

    [Fact]
    public async Task Write_of_what_could_not_be_read_again_is_refused()
    {
        StateFeatureFlagStore store = Open(_state);
        string deep = string.Concat(Enumerable.Repeat("[", 62)) + string.Concat(Enumerable.Repeat("]", 62));
        await Assert.ThrowsAsync<ConfigurationException>(() => store.WriteAsync(Write("m", "r", ("a", $$"""{"p":{{deep}}}""")), Token));
        Assert.Equal("0", (await store.LoadAsync(Token)).Version);
    }

    [Fact]
    public async Task Write_of_more_than_the_state_store_takes_is_an_error_of_the_store()
    {
        StateFeatureFlagStore store = Open(new InMemoryStateStore(new StateOptions { MaxDocumentBytes = 2000 }, TimeProvider.System));
        var error = await Assert.ThrowsAsync<StateException>(() => store.WriteAsync(Write("m", "r", ("a", $$"""{"p":"{{new string('x', 3000)}}"}""")), Token));
        Assert.Contains("Varai:State:MaxDocumentBytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangeToken_fires_for_writes_of_this_process_and_of_others_and_not_for_other_documents()
    {
        StateFeatureFlagStore store = Open(_state);
        using var mine = new Watcher(store);
        FeatureFlagSet seen = await store.LoadAsync(Token);
        await store.WriteAsync(Write("m", "r", ("a", "true")), Token);
        Assert.Equal(1, mine.Fired);

        await Open(_state, "staging").WriteAsync(Write("m", "r", ("a", "true")), Token);
        await Open(_state).WriteAsync(Write("m", "r", ("a", "false")), Token);
        await ConfigurationHost.UntilAsync(() => mine.Fired == 2);
        Assert.Equal("2", (await store.LoadAsync(Token)).Version);
        Assert.Equal("0", seen.Version);

        await _state.CommitAsync(new StateTransaction().Delete("flags/production/set"), Token);
        await ConfigurationHost.UntilAsync(() => mine.Fired == 3);
    }

    [Fact]
    public async Task ChangeToken_fires_when_another_reader_was_first_to_see_a_change()
    {
        // The watch tells of nothing.
        var deaf = new ScriptedWatch(_state) { Follow = static (_, token) => Forever(token) };
        StateFeatureFlagStore store = Open(deaf);
        using var mine = new Watcher(store);
        await store.LoadAsync(Token);
        await Open(_state).WriteAsync(Write("m", "r", ("a", "true")), Token);

        await store.LoadAsync(Token);

        Assert.Equal(1, mine.Fired);
    }

    [Fact]
    public async Task Watch_that_fails_is_tried_again_told_once_and_misses_nothing()
    {
        int sessions = 0;
        bool isAway = true;
        var scripted = new ScriptedWatch(_state)
        {
            Follow = (revision, token) =>
            {
                Interlocked.Increment(ref sessions);
                return Volatile.Read(ref isAway) ? throw new StateException("The store is away.") : _state.WatchAsync(revision, token);
            },
        };
        StateFeatureFlagStore store = Open(scripted);
        using var mine = new Watcher(store);
        await store.LoadAsync(Token);
        for (int i = 1; i <= 4; i++)
        {
            await AdvanceUntilAsync(() => Volatile.Read(ref sessions) >= i);
        }

        await Open(_state).WriteAsync(Write("m", "r", ("a", "true")), Token);
        await AdvanceUntilAsync(() => mine.Fired == 1);
        Volatile.Write(ref isAway, false);
        await AdvanceUntilAsync(() => Ids().Contains(1311));

        Assert.Equal([1310, 1311], Ids());
        await Open(_state).WriteAsync(Write("m", "r", ("a", "false")), Token);
        await ConfigurationHost.UntilAsync(() => mine.Fired == 2);
    }

    [Fact]
    public async Task Watch_starts_with_the_first_token_and_ends_with_the_store()
    {
        int open = 0;
        var scripted = new ScriptedWatch(_state)
        {
            Follow = (_, token) =>
            {
                Interlocked.Increment(ref open);
                return Closing(() => Interlocked.Decrement(ref open), token);
            },
        };
        StateFeatureFlagStore store = Open(scripted);
        await store.LoadAsync(Token);
        Assert.Equal(0, scripted.Watches);
        store.GetChangeToken();
        store.GetChangeToken();
        await ConfigurationHost.UntilAsync(() => Volatile.Read(ref open) == 1);
        store.Dispose();
        _stores.Clear();
        await ConfigurationHost.UntilAsync(() => Volatile.Read(ref open) == 0);
        Assert.Equal(1, scripted.Watches);
    }

    [Fact]
    public async Task Listener_that_throws_fails_neither_the_write_nor_the_watch()
    {
        StateFeatureFlagStore store = Open(_state);
        using IDisposable registration = store.GetChangeToken().RegisterChangeCallback(_ => throw new InvalidOperationException("no"), null);
        Assert.Equal("1", (await store.WriteAsync(Write("m", "r", ("a", "true")), Token)).Version);
        Assert.Equal([1305], Ids());
    }

    [Fact]
    public async Task UseStateFeatureFlags_keeps_the_last_good_flags_while_the_state_store_is_away()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "feature_flags": { "from_files": true } }""");
        HistoryHost host = await folder.StartAsync(configure: builder => builder.UseStateFeatureFlags());
        IFeatureFlags flags = host.Get<IFeatureFlags>();
        Assert.Empty(flags.FeatureNames);

        FeatureFlagSet set = await host.Get<IFeatureFlagEditor>().ApplyAsync(new FeatureFlagEdit("maria", "opening").Set("a", "true"), Token);

        Assert.Equal("1", set.Version);
        Assert.True(flags.IsFeatureEnabled("a"));
        folder.Store.IsAway = true;
        await Assert.ThrowsAsync<StateException>(() => host.Get<IFeatureFlagEditor>().GetAsync(Token));
        Assert.True(flags.IsFeatureEnabled("a"));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Document(string last) => DocumentV1.Replace("{0}", Hash(last), StringComparison.Ordinal);

    private static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static async IAsyncEnumerable<StateChange> Forever([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        yield break;
    }

    private static async IAsyncEnumerable<StateChange> Closing(Action closed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        finally
        {
            closed();
        }

        yield break;
    }

    private static FeatureFlagWrite Write(string author, string reason, params IEnumerable<(string Name, string? Json)> flags) => new()
    {
        Author = author,
        Reason = reason,
        Flags = [.. flags.Select(f => KeyValuePair.Create(f.Name, f.Json is null ? null : ConfigurationJson.Parse(f.Json, f.Name)))],
    };

    private StateFeatureFlagStore Open(IStateStore state, string environment = "production")
    {
        var store = new StateFeatureFlagStore(state, environment, _time, new FakeLogger<StateFeatureFlagStore>(_logs));
        _stores.Add(store);
        return store;
    }

    private int[] Ids() => [.. _logs.GetSnapshot().Select(l => l.Id.Id)];

    private Task AdvanceUntilAsync(Func<bool> condition) => ConfigurationHost.UntilAsync(() =>
    {
        if (condition())
            return true;
        _time.Advance(TimeSpan.FromMinutes(1));
        return false;
    });

    private sealed class Watcher : IDisposable
    {
        private readonly IDisposable _registration;
        private int _fired;

        public Watcher(StateFeatureFlagStore store) => _registration =
            Microsoft.Extensions.Primitives.ChangeToken.OnChange(store.GetChangeToken, () => Interlocked.Increment(ref _fired));

        public int Fired => Volatile.Read(ref _fired);

        public void Dispose() => _registration.Dispose();
    }
}
