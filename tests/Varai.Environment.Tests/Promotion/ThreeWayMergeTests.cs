using CsCheck;
using Varai.Configuration;
using Varai.Promotion;
using Varai.Promotion.Merging;

namespace Varai.Tests.Promotion;

public sealed class ThreeWayMergeTests
{
    private static readonly Gen<string> Names = OneOf("a", "b", "c", "d");

    private static readonly Gen<ConfigurationNode> Documents = Gen.Recursive<ConfigurationNode>((depth, inner) => depth >= 3
        ? Leaf
        : Gen.Frequency((2, Leaf), (3, Gen.Select(Names, inner).Array[0, 4].Select(ToObject))));

    private static readonly Gen<ConfigurationNode?> Sides =
        Gen.Select(Gen.Int[0, 9], Documents).Select((n, d) => n == 0 ? null : (ConfigurationNode?)d);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static Gen<ConfigurationNode> Leaf => Gen.Frequency(
        (4, Gen.Int[0, 3].Select(n => Parse(n.ToString(System.Globalization.CultureInfo.InvariantCulture)))),
        (1, OneOf("\"x\"", "null", "true", "[1,2]", "[]").Select(Parse)));

    [Fact]
    public void Merge_SourceUnchanged_IsTheTarget() => Gen.Select(Sides, Sides).Sample((b, t) =>
    {
        MergeResult merge = ThreeWayMerge.Merge("k", b, b, t);
        Assert.True(Canonical.AreSame(merge.Result, t));
        Assert.Empty(merge.Changes);
        Assert.Empty(merge.Conflicts);
    }, iter: 5000);

    [Fact]
    public void Merge_TargetUnchanged_IsTheSource() => Gen.Select(Sides, Sides).Sample((b, s) =>
    {
        MergeResult merge = ThreeWayMerge.Merge("k", b, s, b);
        Assert.True(Canonical.AreSame(merge.Result, s));
        Assert.Empty(merge.Conflicts);
    }, iter: 5000);

    [Fact]
    public void Merge_BothChangedAlike_IsThat() => Gen.Select(Sides, Sides).Sample((b, x) =>
    {
        MergeResult merge = ThreeWayMerge.Merge("k", b, x, x);
        Assert.True(Canonical.AreSame(merge.Result, x));
        Assert.Empty(merge.Changes);
        Assert.Empty(merge.Conflicts);
    }, iter: 5000);

    [Fact]
    public void Merge_ChangesMadeInMemory_GiveTheResult() => Gen.Select(Sides, Sides, Sides).Sample((b, s, t) =>
    {
        MergeResult merge = ThreeWayMerge.Merge("k", b, s, t);
        ConfigurationNode? patched = ChangePatch.Apply(new PromotionComponent { Name = "k", Changes = merge.Changes }, t);
        Assert.True(Canonical.AreSame(merge.Result, patched), $"{Text(b)} {Text(s)} {Text(t)}: {Text(merge.Result)} != {Text(patched)} by {string.Join("; ", merge.Changes)}");
    }, iter: 20_000);

    [Fact]
    public void Merge_KeysOutsideChanges_AreTheTargets() => Gen.Select(Sides, Sides, Sides).Sample((b, s, t) =>
    {
        MergeResult merge = ThreeWayMerge.Merge("k", b, s, t);
        Dictionary<string, string> before = Leaves(t);
        Dictionary<string, string> after = Leaves(merge.Result);
        foreach (string key in before.Keys.Union(after.Keys).Where(k => !merge.Changes.Any(c => Covers(c.Key, k))))
            Assert.Equal(before.GetValueOrDefault(key), after.GetValueOrDefault(key));
    }, iter: 20_000);

    // For documents of one level the rule can be said key by key, without the code that is under test.
    [Fact]
    public void Merge_FlatDocuments_ConflictExactlyWhereBothChangedDifferently()
    {
        Gen<Dictionary<string, int>> flat = Gen.Dictionary(Names, Gen.Int[0, 2])[0, 4];
        Gen.Select(flat, flat, flat).Sample((b, s, t) =>
        {
            MergeResult merge = ThreeWayMerge.Merge("k", ToObject(b), ToObject(s), ToObject(t));
            string[] expected = [.. "abcd".Select(c => c.ToString()).Where(k =>
                Get(s, k) != Get(b, k) && Get(t, k) != Get(b, k) && Get(s, k) != Get(t, k)).Select(k => $"k:{k}")];
            if (s.Count == 0 || t.Count == 0)
                return; // an object that was emptied may be one conflict as a whole
            Assert.Equal(expected, merge.Conflicts.Select(c => c.Key).Order(StringComparer.Ordinal));
            foreach (string key in "abcd".Select(c => c.ToString()))
            {
                int? wanted = Get(s, key) != Get(b, key) && !expected.Contains($"k:{key}") ? Get(s, key) : Get(t, key);
                Assert.Equal(wanted?.ToString(System.Globalization.CultureInfo.InvariantCulture), merge.Result!.Find(key)?.Text);
            }
        }, iter: 20_000);
    }

    [Fact]
    public void Merge_DecidedForTheSource_HasNoOpenConflictAndTakesIt() => Gen.Select(Documents, Documents, Documents).Sample((b, s, t) =>
    {
        MergeResult merge = ThreeWayMerge.Merge("k", b, s, t, decide: k => new PromotionResolution(k, PromotionChoice.TakeSource, "why"));
        Assert.All(merge.Conflicts, c => Assert.Equal(PromotionChoice.TakeSource, c.Choice));
        Dictionary<string, string> source = Leaves(s);
        Dictionary<string, string> result = Leaves(merge.Result);
        foreach (PromotionConflict conflict in merge.Conflicts)
        {
            foreach (string key in source.Keys.Where(k => Covers(conflict.Key, k)))
                Assert.Equal(source[key], result.GetValueOrDefault(key));
        }
    }, iter: 5000);

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":3}""", PromotionConflictKind.BothChanged)]
    [InlineData("{}", """{"a":2}""", """{"a":3}""", PromotionConflictKind.BothAdded)]
    [InlineData("""{"a":1,"b":1}""", """{"b":1}""", """{"a":3,"b":1}""", PromotionConflictKind.RemovedInSource)]
    [InlineData("""{"a":1,"b":1}""", """{"a":3,"b":1}""", """{"b":1}""", PromotionConflictKind.RemovedInTarget)]
    public void Merge_AConflict_HasItsKindAndBothValues(string b, string s, string t, PromotionConflictKind kind)
    {
        PromotionConflict conflict = Assert.Single(ThreeWayMerge.Merge("k", Parse(b), Parse(s), Parse(t)).Conflicts);

        Assert.Equal(("k:a", kind), (conflict.Key, conflict.Kind));
        Assert.Equal(Parse(s).Find("a")?.Text, conflict.Source);
        Assert.Equal(Parse(t).Find("a")?.Text, conflict.Target);
    }

    [Fact]
    public void Merge_ProtectedKeys_StayWhateverHappensAroundThem()
    {
        var policies = new KeyPolicies(["k:*:url"], []);

        MergeResult removed = ThreeWayMerge.Merge("k", Parse("""{"a":{"url":"x","n":1}}"""), Parse("{}"), Parse("""{"a":{"url":"x","n":1}}"""), policies);
        MergeResult added = ThreeWayMerge.Merge("k", null, Parse("""{"a":{"url":"dev","n":1}}"""), null, policies);

        Assert.Equal("""{"a":{"url":"x"}}""", Text(removed.Result));
        Assert.Equal("""{"a":{"n":1}}""", Text(added.Result));
        Assert.Equal(["k:a:url"], added.Kept.Select(k => k.Key));
    }

    [Fact]
    public void Merge_CreateOnlyKeys_ComeOnce()
    {
        var policies = new KeyPolicies([], ["k:limit"]);

        Assert.Equal("""{"limit":1}""", Text(ThreeWayMerge.Merge("k", null, Parse("""{"limit":1}"""), Parse("{}"), policies).Result));
        Assert.Equal("""{"limit":1}""", Text(ThreeWayMerge.Merge("k", Parse("""{"limit":1}"""), Parse("""{"limit":2}"""), Parse("""{"limit":1}"""), policies).Result));
        Assert.Equal("{}", Text(ThreeWayMerge.Merge("k", Parse("""{"limit":1}"""), Parse("""{"limit":2}"""), Parse("{}"), policies).Result));
    }

    [Fact]
    public void CommonKeys_OfAFirstPromotion_LetTheTargetsOwnStay()
    {
        ConfigurationNode source = Parse("""{"a":1,"o":{"x":1}}""");
        ConfigurationNode target = Parse("""{"a":2,"own":3,"o":{"x":2,"y":3}}""");

        MergeResult merge = ThreeWayMerge.Merge("k", ThreeWayMerge.CommonKeys(source, target), source, target);

        Assert.Empty(merge.Conflicts);
        Assert.Equal("""{"a":1,"o":{"x":1,"y":3},"own":3}""", Text(merge.Result));
    }

    private static int? Get(Dictionary<string, int> values, string key) => values.TryGetValue(key, out int value) ? value : null;

    private static bool Covers(string above, string key) => key == above || key.StartsWith(above + ":", StringComparison.Ordinal);

    private static Dictionary<string, string> Leaves(ConfigurationNode? node)
    {
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node is not null)
            Collect("k", node, leaves);
        return leaves;
    }

    private static void Collect(string key, ConfigurationNode node, Dictionary<string, string> leaves)
    {
        if (node.Kind == ConfigurationNodeKind.Object && node.Members.Count > 0)
        {
            foreach (ConfigurationMember member in node.Members)
                Collect($"{key}:{member.Name}", member.Value, leaves);
        }
        else if (node.Kind != ConfigurationNodeKind.Object)
        {
            leaves[key] = Canonical.Text(node);
        }
    }

    private static ConfigurationNode ToObject((string Name, ConfigurationNode Value)[] members) =>
        ConfigurationNode.Object([.. members.DistinctBy(m => m.Name).Select(m => new ConfigurationMember(m.Name, m.Value))]);

    private static ConfigurationNode ToObject(Dictionary<string, int> members) => ToObject(
        [.. members.Select(m => (m.Key, Parse(m.Value.ToString(System.Globalization.CultureInfo.InvariantCulture))))]);

    private static ConfigurationNode Parse(string json) => ConfigurationJson.Parse(json, "test");

    private static string Text(ConfigurationNode? node) => node is null ? "(none)" : Canonical.Text(node);
}
