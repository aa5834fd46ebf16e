using Varai.FeatureFlags;
using Varai.FeatureFlags.Matching;

namespace Varai.Tests.FeatureFlags.Matching;

public sealed class OperatorTests
{
    private static readonly DateTimeOffset Moment = new(2026, 3, 1, 8, 0, 0, TimeSpan.FromHours(1));

    [Theory]
    [InlineData("equals", "\"DE\"", "DE", true)]
    [InlineData("equals", "\"DE\"", "de", false)]
    [InlineData("equals", "[\"AT\", \"DE\"]", "DE", true)]
    [InlineData("equals", "\"\"", "", true)]
    [InlineData("eq", "\"5\"", "5.0", false)]
    [InlineData("equals", "5", "5.0", true)]
    [InlineData("equals", "5", " 5", false)]
    [InlineData("equals", "0.1", "1e-1", true)]
    [InlineData("equals", "true", "True", true)]
    [InlineData("equals", "true", "yes", false)]
    [InlineData("not_equals", "\"DE\"", "FR", true)]
    [InlineData("not_equals", "\"DE\"", "DE", false)]
    [InlineData("ne", "5", "5.0", false)]
    [InlineData("in", "[\"DE\", \"AT\"]", "AT", true)]
    [InlineData("in", "[\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", 7, true]", "f", true)]
    [InlineData("in", "[\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", 7, true]", "7.0", true)]
    [InlineData("in", "[\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", 7, true]", "true", true)]
    [InlineData("in", "[\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", 7, true]", "F", false)]
    [InlineData("not_in", "[\"DE\", \"AT\"]", "AT", false)]
    [InlineData("not_in", "[\"DE\", \"AT\"]", "FR", true)]
    [InlineData("NOT_IN", "\"DE\"", "FR", true)]
    [InlineData("contains", "\"ell\"", "hello", true)]
    [InlineData("contains", "[\"x\", \"lo\"]", "hello", true)]
    [InlineData("contains", "[\"x\", \"LO\"]", "hello", false)]
    [InlineData("STR_CONTAINS", "\"x\"", "hello", false)]
    [InlineData("not_contains", "\"x\"", "hello", true)]
    [InlineData("not_contains", "[\"x\", \"h\"]", "hello", false)]
    [InlineData("starts_with", "\"he\"", "hello", true)]
    [InlineData("startsWith", "[\"x\", \"hel\"]", "hello", true)]
    [InlineData("starts_with", "\"lo\"", "hello", false)]
    [InlineData("ends_with", "\"lo\"", "hello", true)]
    [InlineData("ends-with", "\"he\"", "hello", false)]
    [InlineData("matches", "\"^[^@]+@example[.]com$\"", "a@example.com", true)]
    [InlineData("matches", "\"^[^@]+@example[.]com$\"", "a@example.org", false)]
    [InlineData("matches", "[\"^a\", \"b$\"]", "xb", true)]
    [InlineData("regex", "\"b\"", "abc", true)]
    [InlineData("not_matches", "\"^a\"", "b", true)]
    [InlineData("not_matches", "[\"^a\", \"^b\"]", "b", false)]
    [InlineData("less", "18", "17.9", true)]
    [InlineData("less", "18", "18", false)]
    [InlineData("lt", "\"18\"", "-1e3", true)]
    [InlineData("less_or_equal", "18", "18", true)]
    [InlineData("lte", "18", "18.1", false)]
    [InlineData("greater", "18", "18.1", true)]
    [InlineData("greaterThan", "18", "18", false)]
    [InlineData("greater_or_equal", "18", "18", true)]
    [InlineData("gte", "18", "17", false)]
    [InlineData("less", "18", "abc", false)]
    [InlineData("greater", "18", "NaN", false)]
    [InlineData("less", "18", "NaN", false)]
    [InlineData("greater", "18", "Infinity", false)]
    [InlineData("greater", "18", "1e999", false)]
    [InlineData("greater", "18", "1,000", false)]
    [InlineData("semver_equals", "\"1.2.3\"", "1.2.3+build", true)]
    [InlineData("semver_equals", "\"1.2.3\"", "1.2.4", false)]
    [InlineData("semver_less", "\"2.0.0\"", "2.0.0-rc.1", true)]
    [InlineData("semVerLessThan", "\"2.0.0\"", "10.0.0", false)]
    [InlineData("semver_less_or_equal", "\"2.0.0\"", "2.0.0", true)]
    [InlineData("semver_greater", "\"2.0.0\"", "10.0.0", true)]
    [InlineData("semver_greater_or_equal", "\"2.0.0\"", "2.0.0", true)]
    [InlineData("semver_gte", "\"2.0.0\"", "v2.0.0", false)]
    [InlineData("semver_less", "\"2.0.0\"", "1.0", false)]
    [InlineData("before", "\"2026-03-01T08:00:00+01:00\"", "2026-03-01T06:59:59.9999999Z", true)]
    [InlineData("before", "\"2026-03-01T08:00:00+01:00\"", "2026-03-01T07:00:00Z", false)]
    [InlineData("DATE_AFTER", "\"2026-03-01T08:00:00+01:00\"", "2026-03-01T07:00:00.0000001Z", true)]
    [InlineData("after", "\"2026-03-01T08:00:00+01:00\"", "2026-03-01T07:00:00Z", false)]
    [InlineData("before", "\"now\"", "2026-03-01T11:59:59Z", true)]
    [InlineData("before", "\"now\"", "2026-03-01T12:00:00Z", false)]
    [InlineData("after", "\"now\"", "2026-03-01T12:00:01Z", true)]
    [InlineData("after", "\"2026-03-01T08:00:00Z\"", "2027-01-01", false)]
    [InlineData("ip_in", "[\"10.0.0.0/8\", \"192.168.1.5\"]", "10.20.30.40", true)]
    [InlineData("ip_in", "[\"10.0.0.0/8\", \"192.168.1.5\"]", "192.168.1.5", true)]
    [InlineData("ip_in", "[\"10.0.0.0/8\", \"192.168.1.5\"]", "192.168.1.6", false)]
    [InlineData("ip_in", "[\"10.0.0.0/8\", \"10.1.0.0/16\", \"12.0.0.0/8\"]", "10.255.0.1", true)]
    [InlineData("IN_CIDR", "\"10.0.0.0/8\"", "::ffff:10.1.1.1", true)]
    [InlineData("ip_in", "\"2001:db8::/32\"", "2001:DB8:1::", true)]
    [InlineData("ip_in", "\"::/0\"", "10.0.0.1", false)]
    [InlineData("ip_in", "\"0.0.0.0/0\"", "::1", false)]
    [InlineData("ip_in", "\"0.0.0.0/0\"", "somewhere", false)]
    [InlineData("exists", null, "", true)]
    [InlineData("not_exists", null, "x", false)]
    public void IsMet_of_text(string operatorName, string? value, string attribute, bool expected) =>
        Assert.Equal(expected, Rules.IsMet(Rules.Clause("a", operatorName, value), new FlagContext { ["a"] = attribute }));

    [Theory]
    [InlineData("equals", "5", 5, true)]
    [InlineData("equals", "5.5", 5, false)]
    [InlineData("equals", "\"5\"", 5, true)]
    [InlineData("equals", "\"5.0\"", 5, false)]
    [InlineData("equals", "true", 1, false)]
    [InlineData("not_equals", "5", 6, true)]
    [InlineData("in", "[1, 2, 3, 4, 5, 6]", 6, true)]
    [InlineData("in", "[1, 2, 3, 4, 5, 6]", 6.5, false)]
    [InlineData("less", "5", 4.9, true)]
    [InlineData("greater_or_equal", "5", 5, true)]
    [InlineData("greater", "5", double.NaN, false)]
    [InlineData("less", "5", double.NaN, false)]
    [InlineData("greater", "5", double.PositiveInfinity, true)]
    [InlineData("contains", "\"5\"", 5, false)]
    [InlineData("not_contains", "\"6\"", 5, false)]
    [InlineData("semver_equals", "\"5.0.0\"", 5, false)]
    [InlineData("before", "\"now\"", 5, false)]
    [InlineData("exists", null, 5, true)]
    public void IsMet_of_a_number(string operatorName, string? value, double attribute, bool expected) =>
        Assert.Equal(expected, Rules.IsMet(Rules.Clause("a", operatorName, value), new FlagContext { ["a"] = attribute }));

    [Theory]
    [InlineData("equals", "true", true, true)]
    [InlineData("equals", "false", true, false)]
    [InlineData("equals", "\"true\"", true, true)]
    [InlineData("equals", "\"TRUE\"", true, false)]
    [InlineData("in", "[\"false\", 1]", false, true)]
    [InlineData("not_equals", "true", false, true)]
    [InlineData("less", "5", true, false)]
    [InlineData("matches", "\"t\"", true, false)]
    public void IsMet_of_a_boolean(string operatorName, string value, bool attribute, bool expected) =>
        Assert.Equal(expected, Rules.IsMet(Rules.Clause("a", operatorName, value), new FlagContext { ["a"] = attribute }));

    [Theory]
    [InlineData("before", "\"2026-03-01T07:00:01Z\"", true)]
    [InlineData("before", "\"2026-03-01T07:00:00Z\"", false)]
    [InlineData("after", "\"2026-03-01T06:59:59Z\"", true)]
    [InlineData("before", "\"now\"", true)]
    [InlineData("equals", "\"2026-03-01T08:00:00+01:00\"", true)]
    [InlineData("equals", "\"2026-03-01T08:00:00Z\"", false)]
    [InlineData("contains", "\"2026\"", false)]
    [InlineData("less", "5", false)]
    public void IsMet_of_a_moment(string operatorName, string value, bool expected) =>
        Assert.Equal(expected, Rules.IsMet(Rules.Clause("a", operatorName, value), new FlagContext { ["a"] = Moment }));

    [Theory]
    [InlineData("equals", "\"staff\"", true)]
    [InlineData("in", "[\"x\", \"beta-2\"]", true)]
    [InlineData("in", "[\"x\", \"bet\"]", false)]
    [InlineData("not_in", "[\"staff\"]", false)]
    [InlineData("not_in", "[\"x\"]", true)]
    [InlineData("not_equals", "\"beta-2\"", false)]
    [InlineData("contains", "\"eta\"", true)]
    [InlineData("not_contains", "\"eta\"", false)]
    [InlineData("starts_with", "\"beta-\"", true)]
    [InlineData("matches", "\"^beta-[0-9]$\"", true)]
    [InlineData("not_matches", "\"^gamma\"", true)]
    [InlineData("less", "5", false)]
    [InlineData("semver_equals", "\"1.0.0\"", false)]
    [InlineData("exists", null, true)]
    public void IsMet_of_a_list_asks_any_item(string operatorName, string? value, bool expected)
    {
        var context = new FlagContext("ann") { Groups = ["staff", "beta-2"], ["a"] = new[] { "staff", null!, "beta-2" } };

        Assert.Equal(expected, Rules.IsMet(Rules.Clause("a", operatorName, value), context));
        Assert.Equal(expected, Rules.IsMet(Rules.Clause("GROUPS", operatorName, value), context));
    }

    [Theory]
    [InlineData("in", "\"x\"", false)]
    [InlineData("not_in", "\"x\"", true)]
    [InlineData("not_contains", "\"x\"", true)]
    [InlineData("exists", null, false)]
    [InlineData("not_exists", null, true)]
    public void IsMet_of_an_empty_list(string operatorName, string? value, bool expected)
    {
        Assert.Equal(expected, Rules.IsMet(Rules.Clause("a", operatorName, value), new FlagContext { ["a"] = Array.Empty<string>() }));
        Assert.Equal(expected, Rules.IsMet(Rules.Clause("groups", operatorName, value), new FlagContext("ann")));
    }

    [Theory]
    [InlineData("equals", "\"STRASSE\"", "Strasse", true)]
    [InlineData("in", "[\"a\", \"b\", \"c\", \"d\", \"ÉE\"]", "ée", true)]
    [InlineData("not_in", "[\"DE\"]", "de", false)]
    [InlineData("contains", "\"ELL\"", "hello", true)]
    [InlineData("contains", "[\"X\", \"ELL\"]", "hello", true)]
    [InlineData("starts_with", "\"HE\"", "hello", true)]
    [InlineData("ends_with", "\"LO\"", "hello", true)]
    [InlineData("matches", "\"^HEL\"", "hello", true)]
    [InlineData("equals", "\"ss\"", "ß", false)]
    public void IsMet_ignoring_case(string operatorName, string value, string attribute, bool expected)
    {
        var context = new FlagContext { ["a"] = attribute };

        Assert.Equal(expected, Rules.IsMet(Rules.Clause("a", operatorName, value, ignoreCase: true), context));
        Assert.False(expected && Rules.IsMet(Rules.Clause("a", operatorName, value), context));
    }

    [Fact]
    public void IsMet_of_an_absent_attribute_is_met_by_not_exists_alone()
    {
        foreach (MatchOperator one in MatchOperator.All)
        {
            string? value = one.Kind switch
            {
                MatchOperatorKind.Existence => null,
                MatchOperatorKind.Version => "\"1.0.0\"",
                MatchOperatorKind.Number => "1",
                MatchOperatorKind.Moment => "\"now\"",
                MatchOperatorKind.Network => "\"10.0.0.0/8\"",
                _ => "\"x\"",
            };
            string clause = Rules.Clause("a", one.Name, value);
            foreach (FlagContext context in new[] { new FlagContext("ann") { ["b"] = "x" }, new FlagContext { ["a"] = (string?)null } })
            {
                Assert.Equal(one.Name == "not_exists", Rules.IsMet(clause, context));
                Assert.Equal(one.Name == "exists", Rules.IsMet($$"""{ "not": {{clause}} }""", context));
            }

            Assert.False(Rules.IsMet(clause, context: null));
            Assert.False(Rules.IsMet($$"""{ "not": {{clause}} }""", context: null));
        }
    }

    [Fact]
    public void IsMet_reads_the_targeting_key_under_its_name()
    {
        Assert.True(Rules.IsMet(Rules.Clause("targetingKey", "equals", "\"ann\""), new FlagContext("ann")));
        Assert.False(Rules.IsMet(Rules.Clause("targetingkey", "not_equals", "\"ann\""), new FlagContext()));
        Assert.True(Rules.IsMet(Rules.Clause("COUNTRY", "equals", "\"DE\""), new FlagContext { ["country"] = "DE" }));
    }

    [Fact]
    public void IsMet_of_text_that_is_too_long_is_not_met_either_way()
    {
        foreach ((string operatorName, int longest) in new[] { ("contains", 1_024), ("matches", 1_024) })
        {
            foreach ((int length, bool expected) in new[] { (longest, true), (longest + 1, false) })
            {
                var context = new FlagContext { ["a"] = new string('x', length) };
                Assert.Equal(expected, Rules.IsMet(Rules.Clause("a", operatorName, "\"x\""), context));
                Assert.Equal(expected, Rules.IsMet(Rules.Clause("a", "not_" + operatorName, "\"y\""), context));
                if (!expected)
                    Assert.Contains($"longer than {longest} characters", Rules.Explain(Rules.Sound(Rules.Clause("a", operatorName, "\"x\"")), context)[0].Text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void All_names_and_aliases_are_found_whatever_their_form()
    {
        Assert.Equal(24, MatchOperator.All.Count);
        foreach (MatchOperator one in MatchOperator.All)
        {
            foreach (string name in one.Aliases.Append(one.Name))
            {
                Assert.Same(one, MatchOperator.Find(name));
                Assert.Same(one, MatchOperator.Find(name.ToUpperInvariant().Replace('_', '-')));
                Assert.Same(one, MatchOperator.Find(name.Replace("_", "", StringComparison.Ordinal)));
            }
        }
    }
}
