using Varai.FeatureFlags;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Matching;
using Varai.Tests.FeatureFlags.Matching;

namespace Varai.Tests.FeatureFlags.Conditions;

public sealed class MatchConditionTests
{
    private const string German = """{ "attribute": "country", "operator": "in", "values": ["DE", "AT"] }""";
    private const string Adult = """{ "attribute": "age", "operator": "greater_or_equal", "value": 18 }""";

    [Theory]
    [InlineData("DE", 20, true, true)]
    [InlineData("DE", 10, false, true)]
    [InlineData("FR", 20, false, true)]
    [InlineData("FR", 10, false, false)]
    [InlineData(null, 20, false, true)]
    [InlineData(null, 10, false, false)]
    public void IsMet_all_and_any_and_not(string? country, int age, bool all, bool any)
    {
        var context = new FlagContext { ["country"] = country, ["age"] = age };

        Assert.Equal(all, Rules.IsMet($$"""{ "all": [{{German}}, {{Adult}}] }""", context));
        Assert.Equal(any, Rules.IsMet($$"""{ "any": [{{German}}, {{Adult}}] }""", context));
        Assert.Equal(country is not null && !any, Rules.IsMet($$"""{ "not": { "any": [{{German}}, {{Adult}}] } }""", context));
        Assert.Equal(age < 18 || (country is not null && !all), Rules.IsMet($$"""{ "not": { "all": [{{German}}, {{Adult}}] } }""", context));
    }

    [Theory]
    [InlineData("DE", 10, "filters[0] (Varai.Match) any[0]")]
    [InlineData("FR", 20, "filters[0] (Varai.Match) any[1].any[1]")]
    [InlineData("CH", 20, "filters[0] (Varai.Match) any[1].any[0]")]
    [InlineData("US", 7, "filters[0] (Varai.Match) any[2]")]
    [InlineData("US", 8, null)]
    public void IsMet_names_the_clause_that_decided(string country, int age, string? expected)
    {
        FlagCondition condition = Rules.Sound(
            $$"""
            { "any": [{{German}}, { "any": [{ "attribute": "country", "operator": "equals", "value": "CH" }, {{Adult}}] },
              { "all": [{ "not": {{Adult}} }, { "any": [{ "attribute": "age", "operator": "equals", "value": 7 }] }] }] }
            """);

        Assert.Equal(expected, Rules.RuleOf(condition, new FlagContext { ["country"] = country, ["age"] = age }));
    }

    [Fact]
    public void IsMet_of_a_clause_names_the_condition() =>
        Assert.Equal(Rules.Name, Rules.RuleOf(Rules.Sound(German), new FlagContext { ["country"] = "DE" }));

    [Fact]
    public void Explain_says_what_each_clause_found()
    {
        FlagCondition condition = Rules.Sound(
            $$"""
            { "all": [{{German}}, {{Adult}}, { "not": { "attribute": "groups", "operator": "contains", "value": "test" } },
              { "attribute": "email", "operator": "matches", "value": "@example[.]com$" }, { "attribute": "app", "operator": "semver_less", "value": "2.0.0" },
              { "attribute": "born", "operator": "before", "value": "now" }, { "attribute": "ip", "operator": "ip_in", "value": "10.0.0.0/8" },
              { "attribute": "plan", "operator": "exists" }, { "segment": "beta" }] }
            """,
            ("beta", """{ "users": ["bob"], "match": { "any": [{ "attribute": "plan", "operator": "equals", "value": "pro" }] } }"""));
        var context = new FlagContext("ann") { Groups = ["staff"], ["country"] = "FR", ["age"] = "x", ["email"] = "a@example.com", ["app"] = "1.0.0", ["ip"] = "11.0.0.1" };

        Assert.Equal(
            """
              - filters[0] (Varai.Match): all[0] is not met
                - all[0]: country is 'FR', which is not one of DE, AT
                . all[1]: age is 'x', which is no number; that counts as not met whatever the operator
                + all[2]: its rule is not met
                  - all[2].not: groups is ['staff'], no item of which contains test
                + all[3]: email is 'a@example.com', which matches @example[.]com$
                + all[4]: app is '1.0.0', which is less than 2.0.0
                . all[5]: born is absent, which counts as not met whatever the operator
                - all[6]: ip is '11.0.0.1', which is not in 10.0.0.0/8
                - all[7]: plan is absent
                . all[8]: whether its rule is met can't be told, which counts as not met (segment 'beta')
                  . segment beta: it can't be told, which counts as not met
                    . any[0]: plan is absent, which counts as not met whatever the operator
            """,
            string.Join('\n', Rules.Explain(condition, context)));
        Assert.Equal("  - filters[0] (Varai.Match): there is no context", Assert.Single(Rules.Explain(condition, context: null)).ToString());
    }

    [Fact]
    public void Explain_cuts_what_is_long()
    {
        string values = string.Join(", ", Enumerable.Range(0, 20).Select(i => $"\"v{i}\""));
        FlagCondition condition = Rules.Sound($$"""{ "attribute": "a", "operator": "in", "values": [{{values}}] }""");

        Assert.Equal(
            $"a is '{new string('x', 64)}...', which is not one of v0, v1, v2, v3, v4 and 15 more",
            Assert.Single(Rules.Explain(condition, new FlagContext { ["a"] = new string('x', 500) })).Text);
    }

    [Theory]
    [InlineData("[]", "flags.json:1:1: flags:flag:parameters: A rule is an object. (expected exactly one of 'all', 'any', 'not', 'segment', or a clause of 'attribute', 'operator' and 'value' or 'values', found an array)")]
    [InlineData("{ }", "flags.json:1:1: flags:flag:parameters: A rule says one thing. Combine several with 'all' or 'any'. (expected exactly one of 'all', 'any', 'not', 'segment', or a clause of 'attribute', 'operator' and 'value' or 'values', found neither)")]
    [InlineData("""{ "all": [], "any": [] }""", "flags.json:1:1: flags:flag:parameters: A rule says one thing. Combine several with 'all' or 'any'. (expected exactly one of 'all', 'any', 'not', 'segment', or a clause of 'attribute', 'operator' and 'value' or 'values', found 'all' and 'any')")]
    [InlineData("""{ "all": [] }""", "flags.json:1:10: flags:flag:parameters:all: 'all' takes at least one rule. (expected an array of rules, found an empty array)")]
    [InlineData("""{ "any": {} }""", "flags.json:1:10: flags:flag:parameters:any: 'any' takes at least one rule. (expected an array of rules, found an object)")]
    [InlineData("""{ "anny": [] }""", "flags.json:1:3: flags:flag:parameters:anny: A rule has no member 'anny'. (expected exactly one of 'all', 'any', 'not', 'segment', or a clause of 'attribute', 'operator' and 'value' or 'values') Did you mean 'any'?")]
    [InlineData("""{ "not": { "segment": "bta" } }""", "flags.json:1:23: flags:flag:parameters:not:segment: There is no segment 'bta' in 'feature_segments'. Did you mean 'beta'?")]
    [InlineData("""{ "segment": 1 }""", "flags.json:1:14: flags:flag:parameters:segment: A segment is referred to by its name. (expected a string that is not empty, found a number)")]
    [InlineData("""{ "attribute": "a" }""", "flags.json:1:1: flags:flag:parameters:operator: The clause has no 'operator'. (expected an operator such as 'equals' or 'in')")]
    [InlineData("""{ "attribute": "", "operator": "in", "value": 1 }""", "flags.json:1:16: flags:flag:parameters:attribute: 'attribute' is a string that is not empty. (expected the name of an attribute of the context, found an empty string)")]
    [InlineData("""{ "attribute": "a", "operator": "equal", "value": 1 }""", "Did you mean 'equals'?")]
    [InlineData("""{ "attribute": "a", "operator": "in" }""", "flags.json:1:1: flags:flag:parameters: 'in' needs something to compare with. (expected 'value' or 'values')")]
    [InlineData("""{ "attribute": "a", "operator": "in", "value": 1, "values": [1] }""", "The clause has both 'value' and 'values'.")]
    [InlineData("""{ "attribute": "a", "operator": "in", "values": [] }""", "'values' has at least one item. (expected an array, found an empty array)")]
    [InlineData("""{ "attribute": "a", "operator": "in", "values": [1, null, []] }""", "flags.json:1:53: flags:flag:parameters:values:1: A value is a string, a number or a boolean.")]
    [InlineData("""{ "attribute": "a", "operator": "in", "value": 12345678901234567890 }""", "The number has more digits than can be compared")]
    [InlineData("""{ "attribute": "a", "operator": "in", "value": 1e999 }""", "The number is out of range.")]
    [InlineData("""{ "attribute": "a", "operator": "less", "value": "x" }""", "Only numbers have this order. (expected a number, found a string)")]
    [InlineData("""{ "attribute": "a", "operator": "less", "values": [1] }""", "'less' takes one value. (expected 'value', found 'values')")]
    [InlineData("""{ "attribute": "a", "operator": "less", "value": 1, "ignore_case": true }""", "'less' compares no text: leave out 'ignore_case'.")]
    [InlineData("""{ "attribute": "a", "operator": "in", "value": 1, "ignore_case": "true" }""", "Whether case is ignored is true or false. (expected a boolean, found a string; leave out the quotes)")]
    [InlineData("""{ "attribute": "a", "operator": "contains", "value": 1 }""", "'contains' compares text. (expected a string, found a number)")]
    [InlineData("""{ "attribute": "a", "operator": "contains", "value": "" }""", "'contains' takes text of 1 to 64 characters. (found 0 characters)")]
    [InlineData("""{ "attribute": "a", "operator": "matches", "value": "(?=a)b" }""", "The regular expression has a lookahead, before character 4.")]
    [InlineData("""{ "attribute": "a", "operator": "matches", "value": "(a" }""", "The regular expression is not valid at character 2: insufficient closing parentheses.")]
    [InlineData("""{ "attribute": "a", "operator": "semver_less", "value": "v1.0.0" }""", "'semver_less' takes a semantic version. (expected a string such as \"1.2.3\" or \"2.0.0-beta.1\", without 'v')")]
    [InlineData("""{ "attribute": "a", "operator": "before", "value": "2026-03-01" }""", "'before' takes a date with time and offset, or \"now\".")]
    [InlineData("""{ "attribute": "a", "operator": "ip_in", "value": "10.0.0.1/8" }""", "The value is an address within a network, not the network: the bits after the prefix are not 0.")]
    [InlineData("""{ "attribute": "a", "operator": "exists", "value": true }""", "flags.json:1:52: flags:flag:parameters:value: 'exists' takes no value.")]
    public void Compile_of_a_wrong_rule_says_what_and_where(string json, string expected) =>
        Assert.Contains(expected, Assert.Single(Rules.ErrorsOf(json, ("beta", """{ "users": [] }""")).Take(1)), StringComparison.Ordinal);

    [Fact]
    public void Compile_without_parameters_says_so()
    {
        Assert.Contains("A rule is an object.", Rules.ErrorsOf("5")[0], StringComparison.Ordinal);
        Assert.Contains("The filter has no rule.", Rules.ErrorsOf("null")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_reports_every_error_of_a_tree() =>
        Assert.Equal(3, Rules.ErrorsOf("""{ "all": [{ "any": [] }, { "not": 5 }, { "attribute": "a", "operator": "x" }] }""").Count);

    [Theory]
    [InlineData(15, true)]
    [InlineData(16, false)]
    [InlineData(60, false)]
    public void Compile_of_nested_rules_has_a_limit(int depth, bool isSound)
    {
        string json = string.Concat(Enumerable.Repeat("""{ "not": """, depth)) + German + new string('}', depth);

        if (isSound)
            Assert.Equal(depth % 2 == 0, Rules.IsMet(json, new FlagContext { ["country"] = "DE" }));
        else
            Assert.Contains("Rules are nested more than 16 deep.", Assert.Single(Rules.ErrorsOf(json)), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_of_a_rule_that_could_take_long_is_refused()
    {
        string pattern = """{ "attribute": "a", "operator": "matches", "value": "[ab]{250}" }""";

        Assert.Contains("could take too long", Assert.Single(Rules.ErrorsOf($$"""{ "all": [{{string.Join(", ", Enumerable.Repeat(pattern, 4))}}] }""")), StringComparison.Ordinal);
        Assert.NotNull(Rules.Sound($$"""{ "all": [{{string.Join(", ", Enumerable.Repeat(pattern, 3))}}] }"""));
    }
}
