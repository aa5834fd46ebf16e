using System.Globalization;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Configuration;
using Varai.Configuration;
using Varai.Configuration.Documents;
using Varai.Configuration.Layers;

namespace Varai.Tests.Configuration.Layers;

/// <summary>A document shows in <c>IConfiguration</c> exactly as Microsoft's JSON provider shows it.</summary>
public sealed class MicrosoftJsonTests
{
    private static readonly Gen<string> Scalar = Gen.OneOf(
        "null", "true", "false", "0", "-0", "1.50", "1e3", "-2.5E-7", "12345678901234567890", "\"\"", "\"x\"", "\"True\"", "\" a b \"",
        "\"\\u00e9\\n\"", "\"é😀\"", "\"a:b\"", "\"1\"");

    private static readonly Gen<string> Name = Gen.OneOf(
        "a", "B", "c", "key", "Key2", "10", "9", "1a", "x y", "é", "\\u0041b", "$", "a.b", "a__b", "-1", "01");

    [Fact]
    public void Read_RandomDocuments_ShowsWhatMicrosoftShows() => ObjectOf(depth: 4).Sample(AssertSame, iter: 500);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "a": {} }""")]
    [InlineData("""{ "a": [] }""")]
    [InlineData("""{ "a": null }""")]
    [InlineData("""{ "a": [null, {}, [], [[]], ""] }""")]
    [InlineData("""{ "a": { "b": { } , "c": [ { "d": [] } ] } }""")]
    [InlineData("""{ "a": [0,1,2,3,4,5,6,7,8,9,10,11], "10": 1, "9": 2 }""")]
    [InlineData("{ /* c */ \"a\": 1, // d\n \"b\": [1,2,], }")]
    public void Read_Corners_ShowsWhatMicrosoftShows(string text) => AssertSame(text);

    [Fact]
    public void Read_EmptyName_ShowsWhatMicrosoftShows() => AssertSame("""{ "a": { "": 1, "b": { "": {} } }, "": 2 }""");

    private static void AssertSame(string text)
    {
        IConfigurationRoot theirs = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(text))).Build();
        using var ours = new ConfigurationRoot([Provider(text)]);

        Assert.Equal(theirs.AsEnumerable(), ours.AsEnumerable());
        Assert.Equal(Walk(theirs, 0), Walk(ours, 0));
        foreach ((string key, _) in theirs.AsEnumerable())
        {
            foreach (string probe in new[] { key, key.ToUpperInvariant(), key + ":0", key + ":none", key + ":" })
            {
                IConfigurationSection their = theirs.GetSection(probe);
                IConfigurationSection our = ours.GetSection(probe);
                Assert.Equal((probe, their.Exists(), their.Value, their.Key), (probe, our.Exists(), our.Value, our.Key));
                Assert.Equal(their.GetChildren().Select(c => c.Path), our.GetChildren().Select(c => c.Path));
            }
        }

        Assert.Equal(theirs.GetSection("").GetChildren().Select(c => c.Path), ours.GetSection("").GetChildren().Select(c => c.Path));
    }

    private static IEnumerable<string> Walk(IConfiguration configuration, int depth)
    {
        foreach (IConfigurationSection child in configuration.GetChildren())
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{depth} {child.Key} {child.Path} {child.Value ?? "(null)"} {child.Exists()}");
            foreach (string below in Walk(child, depth + 1))
                yield return below;
        }
    }

    private static EnvironmentConfigurationProvider Provider(string text)
    {
        var errors = new List<ConfigurationError>();
        var file = new ConfigurationFile("a.json", Encoding.UTF8.GetBytes(text));
        ConfigurationNode root = DocumentReader.Parse(file, new DocumentLimits(1 << 20, 64, 10_000), errors)!;
        Assert.Empty(errors);
        var view = new ConfigurationView(new LoadedConfiguration("production", [], root, errors), DateTimeOffset.UnixEpoch);
        return new EnvironmentConfigurationProvider(() => view, (_, node) => node.Text!);
    }

    private static Gen<string> ObjectOf(int depth)
    {
        Gen<string> value = depth == 0
            ? Scalar
            : Gen.Frequency<string>((4, Scalar), (2, ObjectOf(depth - 1)), (2, Gen.OneOf<string>(Scalar, ObjectOf(depth - 1)).List[0, 12].Select(v => $"[{string.Join(",", v)}]")));
        return Gen.Select(Name, value).List[0, 5].Select(members =>
            $"{{{string.Join(",", members.DistinctBy(m => m.Item1.ToUpperInvariant()).Select(m => $"\"{m.Item1}\":{m.Item2}"))}}}");
    }
}
