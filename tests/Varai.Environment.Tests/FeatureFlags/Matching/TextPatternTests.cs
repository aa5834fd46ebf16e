using System.Text.RegularExpressions;
using CsCheck;
using Varai.FeatureFlags.Matching;

namespace Varai.Tests.FeatureFlags.Matching;

public sealed class TextPatternTests
{
    private static readonly Gen<string> Atom = Gen.OneOf(
        "a", "b", "c", "A", "-", " ", @"\n", ".", "[ab]", "[^a]", "[a-c]", "[^\\d_]", "[a-c-[b]]", @"\d", @"\w", @"\s", @"\W", @"\S", @"\D", @"\p{L}",
        @"\P{Lu}", "\\x61", "\\u0062", "é", "[+--]", "[]a]", "[a-]", @"[\w-]", "^", "$", @"\b", @"\B", @"\A", @"\z", @"\Z", "(?m)", "(?i)", "(?s)", "(?-i)",
        "(?m:^)", "(?m:$)", "(?i:b)", @"\p{Ll}", @"[^\p{Lt}b]", "(?s:.)", "{", "}", "a{", "a{,2}", "(?#x)", "_", "(?<n>a)", "(?'m'b)", "()", "(|a)", @"\.", @"\-", @"[\]]", "[\\n]");

    private static readonly Gen<string> Text = Gen.OneOf('a', 'b', 'c', 'A', 'B', '-', ' ', '\n', '_', '1', 'é', 'É', 'ß', '\u200D', '{', ',', '2', '\0', '\uFFFF').Array[0, 8]
        .Select(chars => new string(chars));

    // The groups capture, for .NET 10 simplifies (?:(?:ab)+|)+ so that it no longer matches the empty text.
    private static Gen<string> Pattern(int depth) => depth == 0
        ? Atom
        : Gen.OneOf(
            Atom,
            Pattern(depth - 1).Array[0, 4].Select(string.Concat),
            Gen.Select(Pattern(depth - 1), Pattern(depth - 1), (a, b) => $"({a}|{b})"),
            Gen.Select(Pattern(depth - 1), Gen.OneOf("*", "+", "?", "*?", "{2}", "{0,2}", "{1,}", "{1,3}?", "{0}"), (a, quantifier) => $"({a}){quantifier}"),
            Gen.Select(Pattern(depth - 1), Pattern(depth - 1), (a, b) => $"{a}|{b}"));

    [Fact]
    public void IsMatch_any_pattern_as_dotnet_matches() =>
        Gen.Select(Pattern(3), Gen.Bool, Text.Array[6]).Sample(
            (text, ignoreCase, inputs) =>
            {
                Regex regex;
                try
                {
                    regex = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), TimeSpan.FromSeconds(5));
                }
                catch (NotSupportedException)
                {
                    return;
                }
                catch (RegexParseException)
                {
                    Assert.NotNull(TextPattern.TryCompile(text, ignoreCase, out _));
                    return;
                }

                if (TextPattern.TryCompile(text, ignoreCase, out TextPattern? pattern) is { } problem)
                {
                    Assert.Contains("too large", problem, StringComparison.Ordinal);
                    return;
                }

                foreach (string input in inputs)
                    Assert.True(regex.IsMatch(input) == pattern!.IsMatch(input), $"{Regex.Escape(text)} ({ignoreCase}) on {Regex.Escape(input)}");
            },
            iter: 30_000);

    [Theory]
    [InlineData(@"\w")]
    [InlineData(@"\W")]
    [InlineData(@"\d")]
    [InlineData(@"\D")]
    [InlineData(@"\s")]
    [InlineData(@"\S")]
    [InlineData(".")]
    [InlineData(@"\p{Lu}")]
    [InlineData(@"\P{L}")]
    [InlineData(@"[\p{M}\p{Nd}-[\u0600-\u06FF]]")]
    [InlineData(@"[^\P{Sc}]")]
    [InlineData(@"\p{Cn}|\p{Cs}|\p{Co}")]
    [InlineData(@"\bx")]
    [InlineData(@"x\B")]
    [InlineData(@"[^a-z\d]")]
    public void IsMatch_every_character_as_dotnet_matches(string text)
    {
        var regex = new Regex(text, RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
        TextPattern pattern = Compile(text);

        for (int c = 0; c <= char.MaxValue; c++)
        {
            Assert.True(regex.IsMatch([(char)c]) == pattern.IsMatch([(char)c]), $"U+{c:X4}");
            if (text.Contains('x', StringComparison.Ordinal))
                Assert.True(regex.IsMatch(['x', (char)c]) == pattern.IsMatch(['x', (char)c]) && regex.IsMatch([(char)c, 'x']) == pattern.IsMatch([(char)c, 'x']), $"U+{c:X4}");
        }
    }

    [Fact]
    public void IsMatch_ignoring_case_as_ordinal_comparison_does()
    {
        foreach (char letter in "aZkKßéİıſΣςэ")
        {
            Assert.Null(TextPattern.TryCompile(letter.ToString(), ignoreCase: true, out TextPattern? pattern));
            for (int c = 0; c <= char.MaxValue; c++)
                Assert.True(string.Equals(letter.ToString(), ((char)c).ToString(), StringComparison.OrdinalIgnoreCase) == pattern!.IsMatch([(char)c]), $"{letter} U+{c:X4}");
        }
    }

    [Theory]
    [InlineData("(?=a)b", "a lookahead")]
    [InlineData("a(?!b)", "a lookahead")]
    [InlineData("(?<=a)b", "a lookbehind")]
    [InlineData("(?<!a)b", "a lookbehind")]
    [InlineData("(?>a+)b", "an atomic group")]
    [InlineData(@"(a)\1", "a backreference")]
    [InlineData(@"(?<x>a)\k<x>", "a backreference")]
    [InlineData("(a)?(?(1)b|c)", "a conditional group")]
    [InlineData("(?<x>a)(?<-x>b)", "a balancing group")]
    [InlineData(@"\Ga", "the place \\G")]
    [InlineData(@"\p{IsGreek}", "the Unicode block 'IsGreek'")]
    [InlineData("(?x)a b", "the option 'x'")]
    [InlineData("[[:alpha:]]", "a POSIX class")]
    [InlineData(@"\012", "octal")]
    [InlineData(@"[\012]", "octal")]
    [InlineData("(a", "not valid at character 2")]
    [InlineData("a**", "not valid at character 3")]
    [InlineData("[z-a]", "not valid")]
    [InlineData("a{2,1}", "not valid")]
    [InlineData("a{1000}", "too large")]
    [InlineData("a{2147483647}", "too large")]
    [InlineData("((a{1000}){1000}){1000}", "too large")]
    [InlineData("(((((a{0,9}){0,9}){0,9}){0,9}){0,9}){0,9}", "too large")]
    [InlineData("((|||||||||||||||||||||)a){200}", "too large")]
    public void TryCompile_of_what_is_not_supported_says_what(string text, string problem)
    {
        Assert.Contains(problem, TextPattern.TryCompile(text, ignoreCase: false, out TextPattern? pattern), StringComparison.Ordinal);
        Assert.Null(pattern);
    }

    [Fact]
    public void TryCompile_of_a_pattern_that_is_too_long_says_so() =>
        Assert.Equal("is longer than 1024 characters", TextPattern.TryCompile(new string('a', 1_025), ignoreCase: false, out _));

    [Fact]
    public void TryCompile_of_any_text_gives_a_pattern_or_a_problem() =>
        Gen.OneOf(Gen.String, Gen.Char["()[]{}?*+|\\^$-:<>=!#'aAbdDwWsSpPkxuc019,. \n"].Array[0, 30].Select(chars => new string(chars))).Sample(
            text =>
            {
                string? problem = TextPattern.TryCompile(text, ignoreCase: true, out TextPattern? pattern);
                Assert.True(problem is null != pattern is null);
            },
            iter: 50_000);

    [Theory]
    [InlineData("(){2147483647}a", "a", true)]
    [InlineData("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false)]
    [InlineData("(^*)*a", "ba", true)]
    [InlineData("^abc$", "abc\n", true)]
    [InlineData(@"^abc\z", "abc\n", false)]
    [InlineData("", "", true)]
    public void IsMatch_edge_cases(string text, string input, bool expected) => Assert.Equal(expected, Compile(text).IsMatch(input));

    [Fact]
    public void IsMatch_of_the_largest_pattern_follows_every_position()
    {
        TextPattern pattern = Compile("^[ab]*a[ab]{253}c$");

        Assert.Equal(256, pattern.Positions);
        Assert.True(pattern.IsMatch("bba" + new string('b', 253) + "c"));
        Assert.False(pattern.IsMatch("bba" + new string('b', 252) + "c"));
    }

    private static TextPattern Compile(string text)
    {
        Assert.Null(TextPattern.TryCompile(text, ignoreCase: false, out TextPattern? pattern));
        return pattern!;
    }
}
