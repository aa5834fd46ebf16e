using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Stores;
using Varai.Tests.Configuration.History;

namespace Varai.Tests.FeatureFlags.Stores;

public sealed class ConfigurationFeatureFlagStoreTests : IAsyncDisposable
{
    private const string Json = """
        {
          // flags of the shop
          "feature_flags": {
            "Checkout": { "enabled": false /* not yet */, "parameters": { "rate":0.10, "steps": [ 1, 2 ] } }, // agreed
            "gifts":    true,
            "old": { "enabled": true }
          },
          "name": "shop"
        }

        """;

    private const string Yaml = """
        # flags of the shop
        feature_flags:
          checkout:
            enabled: false   # not yet
            parameters: { rate: 0.10 }
          gifts: yes_please
        """;

    private readonly HistoryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Write_changes_the_text_of_what_differs_and_nothing_else()
    {
        (IFeatureFlagStore store, _) = await StartAsync(Json);

        FeatureFlagSet set = await store.WriteAsync(
            Write(
                ("CHECKOUT", """{ "enabled": true, "parameters": { "steps": [1, 2], "rate": 0.10, "limit": 5 } }"""),
                ("gifts", """{ "enabled": true }"""),
                ("old", null)),
            Token);

        Assert.Equal(["Checkout", "gifts"], set.Definitions.Select(d => d.Name));
        Assert.Equal(
            Json.Replace("false", "true", StringComparison.Ordinal)
                .Replace("[ 1, 2 ] }", "[ 1, 2 ], \"limit\": 5 }", StringComparison.Ordinal)
                .Replace("\"gifts\":    true,\n    \"old\": { \"enabled\": true }", "\"gifts\":    {\"enabled\":true}", StringComparison.Ordinal),
            _folder.Read("production.json"));
    }

    [Fact]
    public async Task Write_of_yaml_changes_the_text_of_what_differs_and_nothing_else()
    {
        string yaml = Yaml.Replace("yes_please", "true", StringComparison.Ordinal);
        _folder.Write("production.yaml", yaml);
        HistoryHost host = await _folder.StartAsync();

        await host.Get<IFeatureFlagStore>().WriteAsync(Write(("checkout", """{ "enabled": true, "parameters": { "rate": 0.10 } }""")), Token);

        Assert.Equal(yaml.Replace("enabled: false", "enabled: true", StringComparison.Ordinal), _folder.Read("production.yaml"));
    }

    [Fact]
    public async Task Write_over_the_shared_file_hides_what_would_show_through()
    {
        _folder.Write("base.json", """
            { "feature_flags": {
                "a": { "enabled": true, "parameters": { "x": 1, "y": { "z": 1, "w": 2 } } },
                "b": true,
                "c": { "enabled": true, "parameters": { "x": 1 } } } }
            """);
        (IFeatureFlagStore store, _) = await StartAsync("""{ "feature_flags": { "c": false } }""");
        string shared = _folder.Read("base.json");

        FeatureFlagSet set = await store.WriteAsync(
            Write(
                ("a", """{ "enabled": true, "parameters": { "y": { "z": 3 } } }"""),
                ("b", null),
                ("c", """{ "enabled": false, "parameters": { "v": 1 } }""")),
            Token);

        Assert.Equal(["a", "c"], set.Definitions.Select(d => d.Name));
        Assert.Equal(shared, _folder.Read("base.json"));
        Assert.Equal(
            """{ "feature_flags": { "c": {"enabled":false,"parameters":{"v":1,"x":null}}, "a": {"parameters": {"y": {"z": 3, "w": null}, "x": null}}, "b": null } }""",
            _folder.Read("production.json"));

        set = await store.WriteAsync(Write(("a", """{ "enabled": true, "parameters": { "x": 1, "y": { "z": 1, "w": 2 } } }"""), ("b", "false")), Token);
        Assert.Equal(3, set.Definitions.Count);
        Assert.True(set.Find("a")!.Node.HasSameValues(ConfigurationJson.Parse("""{ "enabled": true, "parameters": { "x": 1, "y": { "z": 1, "w": 2 } } }""", "a")));
        Assert.False(set.Find("b")!.Enabled);
    }

    [Fact]
    public async Task Write_of_a_member_whose_name_looks_like_a_key_is_refused_and_taken_for_no_key()
    {
        const string Own = """{ "feature_flags": { "a": { "enabled": true, "parameters": { "x": { "y": 1 } } } } }""";
        (IFeatureFlagStore store, _) = await StartAsync(Own);
        var error = await Assert.ThrowsAsync<ConfigurationException>(
            () => store.WriteAsync(Write(("a", """{ "enabled": true, "parameters": { "x": { "y": 1 }, "x:y": 2 } }""")), Token));
        Assert.Contains("the name 'x:y' holds a ':'", error.Message, StringComparison.Ordinal);
        Assert.Equal(Own, _folder.Read("production.json"));
    }

    [Fact]
    public async Task Write_of_a_flag_that_this_machines_file_overrides_is_refused_with_its_place()
    {
        _folder.Write("production.local.json", "{ \"feature_flags\": {\n  \"a\": false } }");
        (IFeatureFlagStore store, _) = await StartAsync("""{ "feature_flags": { "a": true, "b": true } }""");
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => store.WriteAsync(Write(("a", "true")), Token));
        Assert.Equal(("config/environments/production.local.json", 2, "feature_flags:a"), (error.Errors[0].Origin.File, error.Errors[0].Origin.Line, error.Errors[0].Key));
        Assert.False((await store.WriteAsync(Write(("b", "false")), Token)).Find("b")!.Enabled);
    }

    [Fact]
    public async Task Write_of_something_invalid_names_the_key_and_writes_nothing()
    {
        (IFeatureFlagStore store, _) = await StartAsync(Json);
        var error = await Assert.ThrowsAsync<ConfigurationException>(
            () => store.WriteAsync(Write(("gifts", """{ "enabled": "perhaps" }"""), ("new", "true")), Token));
        Assert.Equal("feature_flags:gifts:enabled", Assert.Single(error.Errors).Key);
        Assert.Equal(Json, _folder.Read("production.json"));
    }

    [Fact]
    public async Task Write_after_another_process_is_a_conflict_even_where_this_one_has_not_read_the_files()
    {
        (IFeatureFlagStore store, _) = await StartAsync(Json);
        FeatureFlagSet seen = await store.LoadAsync(Token);
        HistoryHost other = await _folder.StartAsync();
        ConfigurationVersion written = await other.UpdateAsync("limit", 1);

        var error = await Assert.ThrowsAsync<FeatureFlagConflictException>(
            () => store.WriteAsync(Write(("gifts", "false")) with { ExpectedVersion = seen.Version }, Token));

        Assert.Equal((seen.Version, written.ContentHash), (error.Expected, error.Found));
        await Assert.ThrowsAsync<FeatureFlagConflictException>(() => store.WriteAsync(Write(("gifts", "false")), Token));
        Assert.True((await other.Get<IFeatureFlagStore>().LoadAsync(Token)).Find("gifts")!.Enabled);
    }

    [Fact]
    public async Task Load_does_not_compute_the_hash_until_the_version_is_asked_for()
    {
        int hashes = 0;
        var snapshot = new ConfigurationSnapshot("staging", Nodes.Parse("""{ "feature_flags": { "a": true } }"""), [], DateTimeOffset.UnixEpoch, _ =>
        {
            hashes++;
            return "hash";
        });
        FeatureFlagSet set = await new ConfigurationFeatureFlagStore(CurrentOnly.Of(snapshot)).LoadAsync(Token);
        Assert.Equal(0, hashes);
        Assert.Equal(("hash", "hash", 1), (set.Version, set.Version, hashes));
    }

    [Fact]
    public async Task History_has_whole_definitions_of_every_change_whoever_made_it()
    {
        (IFeatureFlagStore store, HistoryHost host) = await StartAsync("""{ "feature_flags": { "a": true }, "other": 1 }""");
        await store.WriteAsync(Write(("a", """{ "enabled": true, "parameters": { "n": 1, "l": [1] } }"""), ("b", "true")), Token);
        await host.UpdateAsync("other", 2);
        await host.Configuration.UpdateAsync(new ConfigurationUpdate("yves", "by key").Set("feature_flags:a:parameters:n", 2L), Token);
        await store.WriteAsync(Write(("a", """{ "enabled": true, "parameters": {} }"""), ("b", null)) with { Segments = [new("s", ConfigurationJson.Parse("""{ "users": ["x"] }""", "s"))] }, Token);
        FeatureFlagSet last = await store.WriteAsync(Write(("a", null)), Token);

        List<FeatureFlagRevision> history = await store.GetHistoryAsync(Token).ToListAsync(Token);

        Assert.Equal(
            [
                """a: {"enabled":true,"parameters":{}} -> """,
                """a: {"enabled":true,"parameters":{"l":[1],"n":2}} -> {"enabled":true,"parameters":{}}, b: true -> , segment s:  -> {"users":["x"]}""",
                """a: {"enabled":true,"parameters":{"l":[1],"n":1}} -> {"enabled":true,"parameters":{"l":[1],"n":2}}""",
                """a: true -> {"enabled":true,"parameters":{"l":[1],"n":1}}, b:  -> true""",
                "a:  -> true",
            ],
            history.Select(r => string.Join(", ", r.Changes.OrderBy(c => c.IsSegment).ThenBy(c => c.Name, StringComparer.Ordinal)
                .Select(c => $"{(c.IsSegment ? "segment " : "")}{c.Name}: {c.Before} -> {c.After}"))));
        Assert.Equal(["maria", "maria", "yves", "maria", "somebody"], history.Select(r => r.Author));
        Assert.Equal(last.Version, history[0].Version);
    }

    [Fact]
    public async Task History_of_a_process_that_is_behind_has_what_others_wrote()
    {
        (IFeatureFlagStore behind, _) = await StartAsync("""{ "feature_flags": { "a": true, "b": true } }""");
        HistoryHost ahead = await _folder.StartAsync();
        await ahead.Get<IFeatureFlagStore>().WriteAsync(Write(("a", "false")), Token);
        await ahead.Get<IFeatureFlagStore>().WriteAsync(Write(("a", """{ "enabled": false }""")), Token);

        List<FeatureFlagRevision> history = await behind.GetHistoryAsync(Token).ToListAsync(Token);

        Assert.Equal(
            [new FeatureFlagDifference("a", IsSegment: false, "false", """{"enabled":false}""")], history[0].Changes);
        Assert.Equal([new FeatureFlagDifference("a", IsSegment: false, "true", "false")], history[1].Changes);
        Assert.Equal(3, history.Count);
        Assert.True((await behind.LoadAsync(Token)).Find("a")!.Enabled);
    }

    private async Task<(IFeatureFlagStore Store, HistoryHost Host)> StartAsync(string own)
    {
        _folder.Write("production.json", own);
        HistoryHost host = await _folder.StartAsync();
        return (host.Get<IFeatureFlagStore>(), host);
    }

    private static FeatureFlagWrite Write(params IEnumerable<(string Name, string? Json)> flags) => new()
    {
        Author = "maria",
        Reason = "a test",
        Flags = [.. flags.Select(f => KeyValuePair.Create(f.Name, f.Json is null ? null : ConfigurationJson.Parse(f.Json, f.Name)))],
    };
}
