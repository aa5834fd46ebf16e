using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Matching;

namespace Varai.Tests.FeatureFlags.Matching;

public sealed class SegmentTests
{
    private const string Beta =
        """
        { "description": "Who tests", "users": ["ann", "eve"], "groups": ["staff"], "excluded_users": ["eve"], "excluded_groups": ["suspended"],
          "match": { "attribute": "plan", "operator": "equals", "value": "pro" } }
        """;

    [Theory]
    [InlineData("ann", null, null, true, "in segment 'beta': the user 'ann' is one of its users")]
    [InlineData("ANN", null, "free", false, "not in segment 'beta': neither the user nor a group is listed, and its rule is not met")]
    [InlineData("bob", "staff", null, true, "in segment 'beta': the group 'staff' is one of its groups")]
    [InlineData("bob", null, "pro", true, "in segment 'beta': its rule is met")]
    [InlineData(null, null, "pro", true, "in segment 'beta': its rule is met")]
    [InlineData("bob", null, null, false, "whether its rule is met can't be told, which counts as not met (segment 'beta')")]
    [InlineData("eve", "staff", "pro", false, "not in segment 'beta': the user 'eve' is excluded")]
    [InlineData("ann", "suspended", "pro", false, "not in segment 'beta': the group 'suspended' is excluded")]
    public void IsMet_of_a_segment_and_its_explanation(string? user, string? group, string? plan, bool expected, string text)
    {
        FlagContext context = Context(user, group, plan);
        FlagCondition condition = Segment("""{ "segment": "BETA" }""", ("beta", Beta));

        Assert.Equal(expected, Rules.IsMet(condition, context));
        Assert.Equal(expected ? "filters[0] (Varai.Match) segment 'beta'" : null, Rules.RuleOf(condition, context));
        Assert.Equal(expected, Rules.IsMet(Rules.Sound("""{ "segment": "beta" }""", ("beta", Beta)), context));
        Assert.Contains(text, Rules.Explain(condition, context).Select(step => step.Text));
    }

    [Fact]
    public void IsMet_of_several_segments_is_any_of_them()
    {
        (string, string)[] segments = [("a", """{ "users": ["ann"] }"""), ("b", """{ "users": ["bob"] }"""), ("c", """{ "users": ["cid"] }""")];
        FlagCondition any = Segment("""{ "segments": ["a", "b"] }""", segments);
        FlagCondition none = Segment("""{ "segments": ["a", "b"], "not": true }""", segments);

        foreach ((string user, bool expected) in new[] { ("ann", true), ("bob", true), ("cid", false) })
        {
            Assert.Equal(expected, Rules.IsMet(any, new FlagContext(user)));
            Assert.Equal(!expected, Rules.IsMet(none, new FlagContext(user)));
        }

        Assert.Equal("filters[0] (Varai.Match) segment 'b'", Rules.RuleOf(any, new FlagContext("bob")));
        Assert.Equal(Rules.Name, Rules.RuleOf(none, new FlagContext("cid")));
        Assert.True(Rules.IsMet(none, new FlagContext()));
        Assert.False(Rules.IsMet(any, context: null));
        Assert.False(Rules.IsMet(none, context: null));
    }

    [Fact]
    public void IsMet_not_in_a_segment_that_can_not_be_told_is_not_met()
    {
        FlagCondition outside = Segment("""{ "segment": "eu", "not": true }""", ("eu", """{ "match": { "attribute": "country", "operator": "in", "values": ["DE"] } }"""));

        Assert.True(Rules.IsMet(outside, new FlagContext { ["country"] = "US" }));
        Assert.False(Rules.IsMet(outside, new FlagContext { ["country"] = "DE" }));
        Assert.False(Rules.IsMet(outside, new FlagContext("ann")));
    }

    [Fact]
    public void IsMet_of_segments_that_refer_to_each_other()
    {
        (string, string)[] segments =
        [
            ("all", """{ "match": { "any": [{ "segment": "staff" }, { "segment": "testers" }] } }"""),
            ("testers", """{ "users": ["tim"], "match": { "segment": "staff" } }"""),
            ("staff", """{ "groups": ["staff"] }"""),
        ];
        FlagCondition condition = Segment("""{ "segment": "all" }""", segments);

        Assert.True(Rules.IsMet(condition, new FlagContext("tim")));
        Assert.True(Rules.IsMet(condition, Context("ann", "staff", null)));
        Assert.False(Rules.IsMet(condition, new FlagContext("ann")));
        Assert.Equal(
            """
              + filters[0] (Varai.Match): any[0] is met
                + any[0]: in segment 'all': its rule is met
                  + segment all: any[1] is met
                    - any[0]: not in segment 'staff': neither the user nor a group is listed
                    + any[1]: in segment 'testers': the user 'tim' is one of its users
                      - segment testers: not in segment 'staff': neither the user nor a group is listed
            """,
            string.Join('\n', Rules.Explain(condition, new FlagContext("tim"))));
    }

    [Fact]
    public void Compile_of_a_cycle_shows_its_path()
    {
        IReadOnlyList<string> errors = Errors(
            ("x", """{ "match": { "segment": "a" } }"""), ("a", """{ "match": { "not": { "segment": "b" } } }"""),
            ("b", """{ "match": { "all": [{ "segment": "c" }] } }"""), ("c", """{ "match": { "segment": "A" } }"""));

        Assert.Equal("flags.json:1:25: feature_segments:c:match:segment: The segment refers to itself: a -> b -> c -> a.", Assert.Single(errors));
        Assert.Contains("The segment refers to itself: a -> a.", Assert.Single(Errors(("a", """{ "match": { "segment": "a" } }"""))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "match": { "segment": "stafff" } }""", "flags.json:1:25: feature_segments:a:match:segment: There is no segment 'stafff' in 'feature_segments'. Did you mean 'staff'?")]
    [InlineData("""{ "user": ["x"], "users": ["y"] }""", "flags.json:1:3: feature_segments:a:user: A segment has no member 'user'. (expected one of description, users, groups, excluded_users, excluded_groups, match) Did you mean 'users'?")]
    [InlineData("""{ "excluded_users": ["x"] }""", "flags.json:1:1: feature_segments:a: The segment says nobody who is in it. (expected at least one of 'users', 'groups' and 'match')")]
    [InlineData("[]", "flags.json:1:1: feature_segments:a: A segment is an object. (expected an object with at least one of 'users', 'groups' and 'match', found an array)")]
    [InlineData("""{ "users": "x" }""", "flags.json:1:12: feature_segments:a:users: 'users' is a list of names. (expected an array of strings, found a string)")]
    [InlineData("""{ "users": ["x", 5] }""", "flags.json:1:18: feature_segments:a:users:1: A name is text. (expected a string, found a number)")]
    [InlineData("""{ "users": [], "description": 5 }""", "flags.json:1:31: feature_segments:a:description: A description is text. (expected a string, found a number)")]
    [InlineData("""{ "match": { "all": [{ "attribute": "a", "operator": "in", "value": [] }] } }""", "flags.json:1:69: feature_segments:a:match:all:0:value: A value is a string, a number or a boolean. (expected a string, number or boolean, found an array)")]
    public void Compile_of_a_wrong_segment_says_what_and_where(string json, string expected) =>
        Assert.Equal(expected, Assert.Single(Errors(("a", json), ("staff", """{ "groups": ["staff"] }"""))));

    [Fact]
    public void Compile_of_two_segments_with_one_name_says_so() =>
        Assert.Contains("There are two segments 'A'", Assert.Single(Errors(("a", """{ "users": [] }"""), ("A", """{ "users": [] }"""))), StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compile_of_a_long_chain_is_refused_whatever_the_order(bool isReversed)
    {
        Assert.Empty(Errors(Chain(16, isReversed)));
        Assert.Contains("More than 16 segments refer to each other in a row.", Errors(Chain(17, isReversed))[0], StringComparison.Ordinal);
        Assert.NotEmpty(Errors(Chain(5_000, isReversed)));
    }

    [Fact]
    public void Compile_of_segments_that_multiply_is_refused()
    {
        string twice = """{ "match": { "any": [NEXT, NEXT, NEXT, NEXT, NEXT] } }""";
        (string, string)[] segments =
        [
            .. Enumerable.Range(0, 10).Select(i => ($"s{i}", twice.Replace("NEXT", $$"""{ "segment": "s{{i + 1}}" }""", StringComparison.Ordinal))),
            ("s10", """{ "users": ["x"] }"""),
        ];

        Assert.Contains("evaluating it could take too long", Errors(segments)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "The filter names no segment. (expected 'segment' with a name, or 'segments' with a list of names)")]
    [InlineData("{ }", "The filter names no segment.")]
    [InlineData("[]", "The parameters are an object. (expected an object with 'segment' or 'segments', found an array)")]
    [InlineData("""{ "segment": "a", "segments": ["a"] }""", "The filter has both 'segment' and 'segments'.")]
    [InlineData("""{ "segments": [] }""", "'segments' names at least one segment. (expected an array of names, found an empty array)")]
    [InlineData("""{ "segments": ["a", "x"] }""", "flags.json:1:21: flags:flag:parameters:segments:1: There is no segment 'x' in 'feature_segments'.")]
    [InlineData("""{ "segmant": "a", "segment": "a" }""", "flags.json:1:3: flags:flag:parameters:segmant: 'Varai.Segment' has no parameter 'segmant'. (expected 'segment' or 'segments', and 'not') Did you mean 'segment'?")]
    [InlineData("""{ "segment": "a", "not": 1 }""", "flags.json:1:26: flags:flag:parameters:not: Whether the condition is turned round is true or false. (expected a boolean, found a number)")]
    public void Compile_of_a_wrong_condition_says_what_and_where(string json, string expected)
    {
        (FlagCondition? condition, List<ConfigurationError> errors) = Rules.CompileSegment(json, ("a", """{ "users": [] }"""));

        Assert.Null(condition);
        Assert.Contains(expected, Assert.Single(errors).ToString(), StringComparison.Ordinal);
    }

    private static (string Name, string Json)[] Chain(int length, bool isReversed)
    {
        IEnumerable<(string, string)> segments = Enumerable.Range(1, length)
            .Select(i => ($"s{i}", i == length ? """{ "users": ["x"] }""" : $$"""{ "match": { "segment": "s{{i + 1}}" } }"""));
        return [.. isReversed ? segments.Reverse() : segments];
    }

    private static FlagContext Context(string? user, string? group, string? plan) => new(user) { Groups = group is null ? [] : ["x", group], ["plan"] = plan };

    private static FlagCondition Segment(string json, params (string Name, string Json)[] segments)
    {
        (FlagCondition? condition, List<ConfigurationError> errors) = Rules.CompileSegment(json, segments);
        Assert.Empty(errors);
        return condition!;
    }

    private static IReadOnlyList<string> Errors(params (string Name, string Json)[] segments)
    {
        var errors = new List<string>();
        SegmentTable.Compile(
            [.. segments.Select(one => new FeatureSegmentDefinition(one.Name, Nodes.Parse(one.Json)))], new FlagErrors(error => errors.Add(error.ToString())));
        return errors;
    }
}
