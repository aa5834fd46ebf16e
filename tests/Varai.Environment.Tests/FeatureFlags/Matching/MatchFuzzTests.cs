using System.Globalization;
using System.Text.Json;
using CsCheck;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Matching;

namespace Varai.Tests.FeatureFlags.Matching;

public sealed class MatchFuzzTests
{
    private static readonly (string, string)[] Segments =
    [
        ("beta", """{ "users": ["ann"], "groups": ["g1"], "excluded_users": ["bob"], "match": { "attribute": "a", "operator": "in", "values": ["x", "5"] } }"""),
        ("staff", """{ "groups": ["g2"], "match": { "not": { "segment": "beta" } } }"""),
    ];

    private static readonly string[] Texts = ["x", "X", "xy", "5", "5.0", "true", "1.2.3", "1.2.3-a.1", "2026-03-01T08:00:00Z", "10.0.0.1", "::1", "", "é"];

    private static readonly Gen<string> ValidValue = Gen.OneOf(
        Gen.OneOf(Texts).Select(text => JsonSerializer.Serialize(text)), Gen.OneOf("5", "6.5", "-1", "true", "false"));

    private static readonly Gen<string> ValidClause = Gen.Select(Gen.OneOf("a", "b", "c", "groups", "targetingKey"), Gen.Int[0, 13], ValidValue, ValidValue, Gen.Bool).Select((name, kind, one, other, flag) => kind switch
    {
        0 => Rules.Clause(name, flag ? "equals" : "not_equals", one, ignoreCase: flag),
        1 => Rules.Clause(name, flag ? "in" : "not_in", $"[{one}, {other}]"),
        2 => Rules.Clause(name, "in", $"[{one}, {other}, 1, 2, 3, \"q\", \"r\", \"s\", \"t\"]", ignoreCase: flag),
        3 => Rules.Clause(name, flag ? "contains" : "not_contains", "[\"x\", \"5\"]"),
        4 => Rules.Clause(name, "contains", "\"X\"", ignoreCase: flag),
        5 => Rules.Clause(name, flag ? "starts_with" : "ends_with", "[\"1\", \"y\"]", ignoreCase: flag),
        6 => Rules.Clause(name, flag ? "matches" : "not_matches", "[\"^x+$\", \"[0-9.]{3,}\"]"),
        7 => Rules.Clause(name, flag ? "less" : "greater_or_equal", "5"),
        8 => Rules.Clause(name, flag ? "greater" : "less_or_equal", "5.5"),
        9 => Rules.Clause(name, flag ? "semver_less" : "semver_greater_or_equal", "\"1.2.3-a\""),
        10 => Rules.Clause(name, flag ? "before" : "after", "\"now\""),
        11 => Rules.Clause(name, "ip_in", "[\"10.0.0.0/8\", \"::/64\"]"),
        12 => Rules.Clause(name, flag ? "exists" : "not_exists"),
        _ => flag ? """{ "segment": "beta" }""" : """{ "segment": "staff" }""",
    });

    private static readonly Gen<FlagValue> Value = Gen.OneOf(
        Gen.OneOf(Texts).Select(text => (FlagValue)text),
        Gen.Double.Select(number => (FlagValue)number),
        Gen.Int[4, 7].Select(number => (FlagValue)number),
        Gen.Bool.Select(boolean => (FlagValue)boolean),
        Gen.DateTimeOffset.Select(moment => (FlagValue)moment),
        Gen.OneOf(Texts).Array[0, 3].Select(texts => (FlagValue)texts),
        Gen.String[0, 40].Select(text => (FlagValue)text));

    private static readonly Gen<FlagContext> Context = Gen.Select(Gen.OneOf("ann", "bob", "x", null!), Gen.OneOf("g1", "g2", "x", "5").Array[0, 2], Gen.Dictionary(Gen.OneOf("a", "A", "b", "c"), Value)[0, 3])
        .Select((user, groups, attributes) => FlagContext.Create(user, groups, attributes));

    private static readonly Gen<string> AnyJson = Json(4);

    private static Gen<string> ValidRule(int depth) => depth == 0
        ? ValidClause
        : Gen.OneOf(
            ValidClause,
            ValidRule(depth - 1).Array[1, 3].Select(rules => $$"""{ "all": [{{string.Join(", ", rules)}}] }"""),
            ValidRule(depth - 1).Array[1, 3].Select(rules => $$"""{ "any": [{{string.Join(", ", rules)}}] }"""),
            ValidRule(depth - 1).Select(rule => $$"""{ "not": {{rule}} }"""));

    [Fact]
    public void Compile_of_any_tree_gives_a_condition_or_errors_with_place_and_message() =>
        AnyJson.Sample(
            json =>
            {
                foreach ((FlagCondition? condition, List<ConfigurationError> errors) in new[]
                {
                    Rules.Compile(json, Segments), Rules.CompileSegment(json, Segments), Rules.Compile("""{ "segment": "s" }""", ("s", json)),
                    Rules.Compile("""{ "segment": "s" }""", ("s", $$"""{ "match": {{json}} }""")),
                })
                {
                    Assert.True(condition is not null || errors.Count > 0);
                    Assert.All(errors, error =>
                    {
                        Assert.NotEmpty(error.Message);
                        Assert.NotEmpty(error.Key);
                        Assert.Equal("flags.json", error.Origin.File);
                        Assert.Equal("feature_flags", error.Check);
                    });
                    if (condition is not null)
                        Rules.IsMet(condition, new FlagContext("ann") { ["a"] = "x" });
                }
            },
            iter: 20_000);

    [Fact]
    public void IsMet_of_any_rule_agrees_with_its_explanation() =>
        Gen.Select(ValidRule(3), Context.Array[5]).Sample(
            (json, contexts) =>
            {
                FlagCondition condition = Rules.Sound(json, Segments);
                foreach (FlagContext context in contexts)
                {
                    bool isMet = Rules.IsMet(condition, context);
                    FlagExplanationStep first = Rules.Explain(condition, context)[0];
                    Assert.Equal(Rules.Name, first.Rule);
                    Assert.Equal(isMet, first.Outcome ?? false);
                }
            },
            iter: 5_000);

    [Fact]
    public void IsMet_of_any_rule_allocates_nothing() =>
        Gen.Select(ValidRule(3), Context.Array[5]).Sample(
            (json, contexts) =>
            {
                FlagCondition condition = Rules.Sound(json, Segments);
                foreach (FlagContext context in contexts)
                    Rules.IsMet(condition, context);

                // The runtime allocates on this thread too when it replaces code that has become hot; it does not do so every time.
                long fewest = long.MaxValue;
                for (int round = 0; round < 10 && fewest > 0; round++)
                {
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    foreach (FlagContext context in contexts)
                    {
                        for (int i = 0; i < 20; i++)
                        {
                            var query = new FlagQuery(context, TimeProvider.System, trace: null);
                            condition.IsMet(ref query);
                        }
                    }

                    fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
                }

                Assert.Equal(0, fewest);
            },
            iter: 2_000);

    [Fact]
    public void IsMet_keeps_to_the_laws_of_De_Morgan() =>
        Gen.Select(ValidRule(2).Array[1, 3], Context.Array[5]).Sample(
            (rules, contexts) =>
            {
                string list = string.Join(", ", rules);
                string opposites = string.Join(", ", rules.Select(rule => $$"""{ "not": {{rule}} }"""));
                AssertSame($$"""{ "not": { "all": [{{list}}] } }""", $$"""{ "any": [{{opposites}}] }""", contexts);
                AssertSame($$"""{ "not": { "any": [{{list}}] } }""", $$"""{ "all": [{{opposites}}] }""", contexts);
                AssertSame(rules[0], $$"""{ "not": { "not": {{rules[0]}} } }""", contexts);
            },
            iter: 2_000);

    [Fact]
    public void IsMet_of_in_is_any_of_equals_and_of_a_negated_operator_the_opposite() =>
        Gen.Select(ValidValue.Array[1, 8], Gen.Bool, Context.Array[5]).Sample(
            (values, ignoreCase, contexts) =>
            {
                string among = Rules.Clause("a", "in", $"[{string.Join(", ", values)}]", ignoreCase);
                AssertSame(among, $$"""{ "any": [{{string.Join(", ", values.Select(value => Rules.Clause("a", "equals", value, ignoreCase)))}}] }""", contexts);
                AssertSame(Rules.Clause("a", "not_in", $"[{string.Join(", ", values)}]", ignoreCase), $$"""{ "not": {{among}} }""", contexts);
            },
            iter: 2_000);

    [Fact]
    public void IsMet_of_ordered_numbers_is_their_order() =>
        Gen.Select(Gen.Double[-100, 100], Gen.Double[-100, 100], Gen.Bool).Sample((number, limit, asText) =>
        {
            string value = limit.ToString("R", CultureInfo.InvariantCulture);
            var context = new FlagContext { ["a"] = asText ? number.ToString("R", CultureInfo.InvariantCulture) : number };

            Assert.Equal(number < limit, Rules.IsMet(Rules.Clause("a", "less", value), context));
            Assert.Equal(number <= limit, Rules.IsMet(Rules.Clause("a", "less_or_equal", value), context));
            Assert.Equal(number > limit, Rules.IsMet(Rules.Clause("a", "greater", value), context));
            Assert.Equal(number >= limit, Rules.IsMet(Rules.Clause("a", "greater_or_equal", value), context));
        });

    private static void AssertSame(string left, string right, FlagContext[] contexts)
    {
        FlagCondition one = Rules.Sound(left, Segments);
        FlagCondition other = Rules.Sound(right, Segments);
        foreach (FlagContext context in contexts)
            Assert.Equal(Rules.IsMet(one, context), Rules.IsMet(other, context));
    }

    private static Gen<string> Json(int depth)
    {
        Gen<string> scalar = Gen.OneOf(
            Gen.OneOf("null", "true", "false", "1", "-2.5", "1e999", "12345678901234567890", "\"\"", "\"now\"", "\"beta\"", "\"s\"", "\"a\"", "\"1.0.0\"", "\"(a\"", "\"10.0.0.0/8\"", "\"a{1000}\""),
            Gen.Int[0, MatchOperator.All.Count - 1].Select(i => $"\"{MatchOperator.All[i].Name}\""),
            Gen.String[0, 10].Select(text => JsonSerializer.Serialize(text)));
        if (depth == 0)
            return scalar;
        Gen<string> name = Gen.OneOf("all", "any", "not", "segment", "segments", "attribute", "operator", "value", "values", "ignore_case", "users", "groups", "match", "ALL", "x");
        Gen<string> inner = Json(depth - 1);
        return Gen.OneOf(
            scalar,
            inner.Array[0, 3].Select(items => $"[{string.Join(", ", items)}]"),
            Gen.Select(name, inner).Array[0, 4].Select(members => $"{{ {string.Join(", ", members.Select(member => $"\"{member.Item1}\": {member.Item2}"))} }}"),
            Gen.Select(scalar, scalar).Select((operatorName, value) => $$"""{ "attribute": "a", "operator": {{operatorName}}, "value": {{value}} }"""),
            Gen.Select(Gen.OneOf("all", "any"), inner.Array[0, 3]).Select((form, items) => $$"""{ "{{form}}": [{{string.Join(", ", items)}}] }"""));
    }
}
