using System.Text.RegularExpressions;
using CsCheck;
using Varai.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretPatternTests
{
    private static readonly Gen<string> Pattern = Gen.String[Gen.Char["aB/*?"], 0, 8];
    private static readonly Gen<string> Name = Gen.String[Gen.Char["aB/?*"], 0, 10];

    [Theory]
    [InlineData("payments/*", "payments/api-key", true)]
    [InlineData("payments/*", "payments/eu/api-key", true)]
    [InlineData("payments/*", "payments/", true)]
    [InlineData("payments/*", "payments", false)]
    [InlineData("payments/*", "Payments/api-key", false)]
    [InlineData("*-key", "api-key", true)]
    [InlineData("db-?", "db-1", true)]
    [InlineData("db-?", "db-", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("exact", "exact", true)]
    public void Matches_examples(string pattern, string name, bool expected) => Assert.Equal(expected, SecretPattern.Matches(pattern, name));

    [Fact]
    public void Matches_agrees_with_regular_expressions() => Gen.Select(Pattern, Name).Sample((pattern, name) =>
    {
        string regex = "^" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + @"\z";
        return SecretPattern.Matches(pattern, name) == Regex.IsMatch(name, regex, RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(5));
    });

    [Fact]
    public void Covers_what_it_says_is_true_for_every_name() => Gen.Select(Pattern, Pattern, Name).Sample((first, second, name) =>
        !SecretPattern.Covers(first, second) || !SecretPattern.Matches(second, name) || SecretPattern.Matches(first, name));

    [Theory]
    [InlineData("*", "anything/*", true)]
    [InlineData("payments/*", "payments/eu/*", true)]
    [InlineData("payments/*", "payments/?", true)]
    [InlineData("a*", "a*", true)]
    [InlineData("payments/?", "payments/*", false)]
    [InlineData("payments/a*", "payments/*", false)]
    [InlineData("a?", "ab", true)]
    public void Covers_examples(string first, string second, bool expected) => Assert.Equal(expected, SecretPattern.Covers(first, second));

    [Fact]
    public void Matches_takes_no_exponential_time()
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", 100)) + "b";
        Assert.False(SecretPattern.Matches(pattern, new string('a', SecretName.MaximumLength)));
    }
}
