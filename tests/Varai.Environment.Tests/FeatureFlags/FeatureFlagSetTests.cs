using CsCheck;
using Varai.Configuration;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags;

public sealed class FeatureFlagSetTests
{
    private static readonly Gen<string> Names = Of("a", "A", "b", "größe", "GRÖßE", "日本");

    private static readonly Gen<KeyValuePair<string, ConfigurationNode?>[]> Changes = Gen.Select(
        Names, Of<string?>(null, "null", "true", "false", """{"enabled":true}""", """{"p":[1,{"q":null}]}"""),
        (name, json) => KeyValuePair.Create(name, json is null ? null : ConfigurationJson.Parse(json, name))).Array[0, 6];

    [Fact]
    public void With_is_the_last_entry_of_each_name_over_what_was_there() => Gen.Select(Changes, Changes, Changes).Sample((first, second, segments) =>
    {
        FeatureFlagSet before = FeatureFlagSet.Empty.With(Write(first, []), "1");
        FeatureFlagSet after = before.With(Write(second, segments), "2");

        Dictionary<string, ConfigurationNode?> model = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, ConfigurationNode? node) in first.Concat(second))
            model[name] = node is { Kind: ConfigurationNodeKind.Null } ? null : node;
        Assert.Equal(model.Where(m => m.Value is not null).Select(m => m.Key.ToUpperInvariant()).Order(StringComparer.Ordinal), after.Definitions.Select(d => d.Name.ToUpperInvariant()).Order(StringComparer.Ordinal));
        Assert.All(after.Definitions, d => Assert.True(d.Node.HasSameValues(model[d.Name]!)));
        Assert.Equal("2", after.Version);

        // What stays keeps its place and its spelling.
        string[] stayed = [.. before.Definitions.Select(d => d.Name).Where(n => after.Find(n) is not null)];
        Assert.Equal(stayed, after.Definitions.Select(d => d.Name).Take(stayed.Length));

        // The differences lead back.
        FeatureFlagWrite back = Write(
            [.. after.GetDifferences(before).Where(d => !d.IsSegment).Select(d => KeyValuePair.Create(d.Name, d.Before is null ? null : ConfigurationJson.Parse(d.Before, d.Name)))],
            [.. after.Segments.Select(s => KeyValuePair.Create(s.Name, (ConfigurationNode?)null))]);
        Assert.Empty(after.With(back, "3").GetDifferences(before));
    });

    [Fact]
    public void FromNode_reads_what_ToNode_made() => Gen.Select(Changes, Changes).Sample((flags, segments) =>
    {
        FeatureFlagSet set = FeatureFlagSet.Empty.With(Write(flags, segments), "1");
        FeatureFlagSet read = FeatureFlagSet.FromNode(ConfigurationJson.Parse(ConfigurationJson.ToJson(set.ToNode()), "set"), "7");
        Assert.Empty(read.GetDifferences(set));
        Assert.Equal(set.Definitions.Select(d => d.Name), read.Definitions.Select(d => d.Name));
        Assert.Equal("7", read.Version);
    });

    [Fact]
    public void FromNode_of_another_form_names_every_place()
    {
        var error = Assert.Throws<ConfigurationException>(() => FeatureFlagSet.FromNode(ConfigurationJson.Parse(
            """
            { "feature_flags": { "": true, "a:b": true },
              "feature_segments": [] }
            """,
            "flags.json")));
        Assert.Equal(
            """
            The feature flags can't be read.
              flags.json:1:22: feature_flags:: The name is empty.
              flags.json:1:32: feature_flags:a:b: The name holds ':', which separates configuration keys.
              flags.json:2:23: feature_segments: They are no object of names with their definitions but Array.
            """,
            error.Message);
    }

    [Fact]
    public void Version_that_takes_work_is_found_out_once_when_asked_for()
    {
        int calls = 0;
        var set = new FeatureFlagSet([], null, () => $"{++calls}");
        Assert.Equal(0, calls);
        Assert.Equal(("1", "1"), (set.Version, set.Version));
    }

    [Fact]
    public void ToNode_of_Microsofts_schema_is_refused() => Assert.Contains(
        "'m'",
        Assert.Throws<InvalidOperationException>(
            () => new FeatureFlagSet([new FeatureFlagDefinition("m", ConfigurationJson.Parse("true", "m"), FeatureFlagSchema.MicrosoftV1)]).ToNode()).Message,
        StringComparison.Ordinal);

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static FeatureFlagWrite Write(KeyValuePair<string, ConfigurationNode?>[] flags, KeyValuePair<string, ConfigurationNode?>[] segments) => new()
    {
        Author = "m",
        Reason = "r",
        Flags = flags,
        Segments = segments,
    };
}
