using System.Text.Json.Nodes;
using CsCheck;
using Varai.Configuration;
using Varai.Configuration.Documents;
using Varai.Configuration.Layers;

namespace Varai.Tests.Configuration.Layers;

/// <summary>Merging against a model that knows nothing of ours: <see cref="JsonNode"/> and twelve lines.</summary>
public sealed class MergePropertyTests
{
    private static readonly Gen<string> Scalar = Gen.OneOf("1", "2.50", "true", "false", "null", "\"x\"", "\"\"", "\"true\"");

    // Few names, so that layers meet; cases, because keys are compared without.
    private static readonly Gen<string> Name = Gen.OneOf("a", "A", "b", "B", "c", "dd", "DD");

    private static readonly Gen<string> Document = ObjectOf(depth: 4);

    [Fact]
    public void Merge_RandomDocuments_EqualsTheModel() => Gen.Select(Document, Document).Sample(
        (lower, upper) => Assert.Equal(Normal(Model(JsonNode.Parse(lower), JsonNode.Parse(upper))), Normal(Merge(Parse(lower), Parse(upper)))),
        iter: 1000);

    [Fact]
    public void Merge_EmptyDocument_ChangesNothing() => Document.Sample(
        text =>
        {
            string itself = CanonicalJson.WriteText(Parse(text));
            Assert.Equal(itself, CanonicalJson.WriteText(Merge(Parse(text), Parse("{}"))));
            Assert.Equal(itself, CanonicalJson.WriteText(Merge(Parse("{}"), Parse(text))));
            Assert.Equal(itself, CanonicalJson.WriteText(Merge(Parse(text), Parse(text))));
        },
        iter: 700);

    // Where a scalar stands between two objects it can't hold: a={x:{p:1}}, b={x:5}, c={x:{q:2}} gives {q:2} one way and {p:1,q:2}
    // the other. Layers are merged from the bottom, so that is the one that counts; with kinds that stay, both are the same.
    [Fact]
    public void Merge_KindsThatStay_IsAssociative()
    {
        Gen<string> typed = TypedObject(depth: 3);
        Gen.Select(typed, typed, typed).Sample(
            (a, b, c) => Assert.Equal(
                CanonicalJson.WriteText(Merge(Merge(Parse(a), Parse(b)), Parse(c))),
                CanonicalJson.WriteText(Merge(Parse(a), Merge(Parse(b), Parse(c))))),
            iter: 700);
    }

    [Fact]
    public void Merge_AnyDocuments_EveryValueKeepsItsFile() => Gen.Select(Document, Document).Sample(
        (lower, upper) =>
        {
            ConfigurationNode low = Parse(lower, "low.json");
            ConfigurationNode up = Parse(upper, "up.json");
            foreach ((string key, ConfigurationNode node) in KeyIndex.Build(Merge(low, up)))
            {
                ConfigurationNode source = (node.File!.Path == "up.json" ? up : low).FindKey(key)!;
                Assert.Equal((source.Kind, source.Text, source.File, source.Start), (node.Kind, node.Text, node.File, node.Start));
            }
        },
        iter: 1000);

    private static JsonNode? Model(JsonNode? lower, JsonNode? upper)
    {
        if (lower is not JsonObject low || upper is not JsonObject up)
            return upper?.DeepClone();
        var merged = new JsonObject();
        foreach ((string name, JsonNode? value) in low.Where(l => !up.Any(u => u.Key.Equals(l.Key, StringComparison.OrdinalIgnoreCase))))
            merged.Add(name.ToUpperInvariant(), value?.DeepClone());
        foreach ((string name, JsonNode? value) in up)
        {
            KeyValuePair<string, JsonNode?> below = low.FirstOrDefault(l => l.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            merged.Add(name.ToUpperInvariant(), below.Key is null ? value?.DeepClone() : Model(below.Value, value));
        }

        return merged;
    }

    private static string Normal(JsonNode? node) => node switch
    {
        JsonObject o => $"{{{string.Join(",", o.OrderBy(m => m.Key.ToUpperInvariant(), StringComparer.Ordinal).Select(m => $"{m.Key.ToUpperInvariant()}:{Normal(m.Value)}"))}}}",
        JsonArray a => $"[{string.Join(",", a.Select(Normal))}]",
        null => "null",
        _ => node.ToJsonString(),
    };

    private static string Normal(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationNodeKind.Object => $"{{{string.Join(",", node.Members.OrderBy(m => m.Name.ToUpperInvariant(), StringComparer.Ordinal).Select(m => $"{m.Name.ToUpperInvariant()}:{Normal(m.Value)}"))}}}",
        ConfigurationNodeKind.Array => $"[{string.Join(",", node.Items.Select(Normal))}]",
        ConfigurationNodeKind.String => $"\"{node.Text}\"",
        _ => node.Text ?? "null",
    };

    private static Gen<string> ObjectOf(int depth)
    {
        Gen<string> value = depth == 0
            ? Scalar
            : Gen.Frequency<string>((3, Scalar), (3, ObjectOf(depth - 1)), (1, ArrayOf(depth - 1)));
        return Gen.Select(Name, value).List[0, 4].Select(members =>
            $"{{{string.Join(",", members.DistinctBy(m => m.Item1.ToUpperInvariant()).Select(m => $"\"{m.Item1}\":{m.Item2}"))}}}");
    }

    private static Gen<string> ArrayOf(int depth) =>
        (depth == 0 ? Scalar : ObjectOf(depth - 1)).List[0, 3].Select(items => $"[{string.Join(",", items)}]");

    // A name says its kind: o... is an object, a... an array, s... a scalar.
    private static Gen<string> TypedObject(int depth)
    {
        Gen<(string, string)> scalar = Gen.Select(Gen.OneOf("s1", "s2"), Scalar);
        Gen<(string, string)> array = Gen.Select(Gen.OneOf("a1", "a2"), ArrayOf(1));
        Gen<(string, string)> member = depth == 0
            ? Gen.OneOf<(string, string)>(scalar, array)
            : Gen.Frequency<(string, string)>((1, scalar), (1, array), (2, Gen.Select(Gen.OneOf("o1", "o2"), TypedObject(depth - 1))));
        return member.List[0, 4].Select(members =>
            $"{{{string.Join(",", members.DistinctBy(m => m.Item1).Select(m => $"\"{m.Item1}\":{m.Item2}"))}}}");
    }

    private static ConfigurationNode Merge(ConfigurationNode lower, ConfigurationNode upper)
    {
        var errors = new List<ConfigurationError>();
        ConfigurationNode merged = new LayerMerger(new Dictionary<string, string>(), errors).Merge(lower, upper);
        Assert.Empty(errors);
        return merged;
    }

    private static ConfigurationNode Parse(string text, string path = "a.json")
    {
        var errors = new List<ConfigurationError>();
        var file = new ConfigurationFile(path, System.Text.Encoding.UTF8.GetBytes(text));
        ConfigurationNode? root = DocumentReader.Parse(file, new DocumentLimits(1 << 20, 64, 10_000), errors);
        Assert.Empty(errors);
        return root!;
    }
}
