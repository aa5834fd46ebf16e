using Varai.Configuration.Schema;

namespace Varai.Tests.Configuration.Schema;

public sealed class EcmaPatternTests
{
    [Theory]
    [InlineData(@"^\d$", "7", true)]
    [InlineData(@"^\d$", "৪", false)]
    [InlineData(@"^[\d]$", "৪", false)]
    [InlineData(@"^\D$", "৪", true)]
    [InlineData(@"^[^\D]$", "7", true)]
    [InlineData(@"^[\D]$", "7", false)]
    [InlineData(@"^\w$", "é", false)]
    [InlineData(@"^\W$", "é", true)]
    [InlineData(@"^[\W_]$", "_", true)]
    [InlineData(@"^\s$", "\u00a0", true)]
    [InlineData(@"^\s$", "\ufeff", true)]
    [InlineData(@"^\s$", "\u0085", false)]
    [InlineData(@"^\S$", "\u0085", true)]
    [InlineData(@"^[\S]$", "\u2003", false)]
    [InlineData("^abc$", "abc\n", false)]
    [InlineData("^.$", "\u2028", false)]
    [InlineData("^.$", "\r", false)]
    [InlineData("^.$", "😀", true)]
    [InlineData("^.{2}$", "😀", false)]
    [InlineData("^[^a]{2}$", "😀", false)]
    [InlineData("^[^a]$", "😀", true)]
    [InlineData("^.+$", "a😀b", true)]
    [InlineData("^😀*$", "😀😀", true)]
    [InlineData("^😀{2}$", "😀😀", true)]
    [InlineData("^[😀-😂]$", "😁", true)]
    [InlineData("^[😀-😂]$", "😃", false)]
    [InlineData("^[a😀]$", "a", true)]
    [InlineData("^[^😀]$", "😀", false)]
    [InlineData("^[^😀]$", "😁", true)]
    [InlineData(@"^\u{1F600}$", "😀", true)]
    [InlineData(@"^\uD83D\uDE00$", "😀", true)]
    [InlineData(@"^[\u{1F5FF}-\u{1F602}]$", "😀", true)]
    [InlineData(@"^[\x41-\u005a]$", "Q", true)]
    [InlineData(@"^\cC$", "\u0003", true)]
    [InlineData(@"^\0$", "\0", true)]
    [InlineData(@"^\v$", "\v", true)]
    [InlineData(@"^[\b]$", "\b", true)]
    [InlineData(@"\bcat\b", "a cat.", true)]
    [InlineData(@"\bcat\b", "concat", false)]
    [InlineData(@"\bé", "é", false)]
    [InlineData(@"a\Bb", "ab", true)]
    [InlineData(@"^\p{Letter}+$", "Hπ", true)]
    [InlineData(@"^\p{Lu}$", "h", false)]
    [InlineData(@"^\P{Lu}$", "h", true)]
    [InlineData(@"^[\p{L}\p{Nd}-]+$", "é-7", true)]
    [InlineData(@"^\p{General_Category=Decimal_Number}$", "৪", true)]
    [InlineData(@"^\p{LC}$", "a", true)]
    [InlineData(@"^\p{ASCII}$", "é", false)]
    [InlineData(@"^\P{ASCII}$", "é", true)]
    [InlineData(@"^\p{Any}$", "😀", true)]
    [InlineData(@"^\P{Any}$", "a", false)]
    [InlineData("[]", "a", false)]
    [InlineData("^[^]$", "\n", true)]
    [InlineData("^[a-z-[aeiou]]$", "b]", true)]
    [InlineData(@"^[a-\d]$", "-", true)]
    [InlineData(@"^(a)?b\1$", "b", true)]
    [InlineData(@"^(?<x>a|b)\k<x>$", "ab", false)]
    [InlineData(@"^(?<x>a|b)(c)\2\k<x>$", "acca", true)]
    [InlineData(@"^\k<x>(?<x>a)$", "a", true)]
    [InlineData(@"^(?=a)(?!ab)a(?<=a)(?<!b)c$", "ac", true)]
    [InlineData("^(?i:AB)c$", "abc", true)]
    [InlineData("^{a}$", "{a}", true)]
    [InlineData("^a{,2}$", "a{,2}", true)]
    [InlineData("^a{1,2}?$", "aa", true)]
    [InlineData(@"^\$\{secret:[^}]+\}$", "${secret:x}", true)]
    [InlineData(@"^[\w.\-/]+$", "a-b/c.d", true)]
    [InlineData(@"^[(?<x>]$", "(", true)]
    [InlineData("^a b#c$", "a b#c", true)]
    public void IsMatch_reads_the_pattern_as_ecma_262(string pattern, string text, bool expected) =>
        Assert.Equal(expected, new SchemaPattern(pattern).IsMatch(text));

    [Theory]
    [InlineData("(a", "a '(' has no ')'")]
    [InlineData("a)", "a ')' has no '('")]
    [InlineData("[a", "a '[' has no ']'")]
    [InlineData("*a", "there is nothing before a '*', '+', '?' or '{...}' to repeat")]
    [InlineData("a**", "two quantifiers follow one another")]
    [InlineData("a{2,1}", "a quantifier '{n,m}' runs backwards")]
    [InlineData("a{99999999999}", "a number in it is too large")]
    [InlineData("[b-a]", "a range in '[...]' runs backwards")]
    [InlineData("a\\", "it ends in a single '\\'")]
    [InlineData("[a\\", "it ends in a single '\\'")]
    [InlineData(@"\A", @"the escape '\A' means nothing in ECMA-262")]
    [InlineData(@"[\e]", @"the escape '\e' means nothing in ECMA-262")]
    [InlineData(@"\x4", @"'\x' needs 2 hexadecimal digits")]
    [InlineData(@"\u12", @"'\u' needs 4 hexadecimal digits")]
    [InlineData(@"\u{110000}", @"'\u{...}' needs a code point in hexadecimal")]
    [InlineData(@"\p", @"'\p' needs a property as in '\p{Letter}'")]
    [InlineData(@"\p{Script=Greek}", @"the property 'Script=Greek' is not supported; use general categories such as \p{Letter} or \p{Lu}")]
    [InlineData(@"(a)\2", @"there is no group '\2'")]
    [InlineData(@"\k<x>", "no group is named 'x'")]
    [InlineData(@"\k", @"'\k' needs the name of a group as in '\k<name>'")]
    [InlineData("(?<x>a)(?<x>b)", "two groups are named 'x'")]
    [InlineData("(?<x", "a group's name has no end or is empty")]
    [InlineData("(?>a)", "the group '(?>a' is none of ECMA-262")]
    [InlineData("(?", "the group '(?' is none of ECMA-262")]
    public void Fault_names_what_is_wrong(string pattern, string expected) => Assert.Equal(expected, SchemaPattern.Fault(pattern));

    [Fact]
    public void Compile_bad_pattern_is_an_error_at_its_place() => Assert.Equal(
        [
            "schema.json:2:12: pattern: the pattern /(a/ can't be used: a '(' has no ')'",
        ],
        SchemaTestFiles.SchemaErrors("{\n\"pattern\": \"(a\"}"));

    [Fact]
    public void Compile_bad_pattern_of_names_is_an_error_at_its_place() => Assert.Equal(
        ["schema.json:1:23: patternProperties: the pattern /[/ can't be used: a '[' has no ']'"],
        SchemaTestFiles.SchemaErrors("""{"patternProperties":{"[":{}}}"""));

    [Fact]
    public void Validate_pattern_without_end_is_stopped_once_for_all_values()
    {
        JsonSchema schema = SchemaTestFiles.Schema("""{"items":{"pattern":"^(a+)+$"}}""");
        string value = new string('a', 60) + "!";

        string[] errors = SchemaTestFiles.Errors(
            schema, SchemaTestFiles.Json($"[{string.Join(',', Enumerable.Repeat($"\"{value}\"", 200))}]"));

        Assert.Equal(200, errors.Length);
        Assert.Equal(
            $"config.json:1:2: 0: the pattern gave no answer within 250 ms; simplify the pattern (expected a match of /^(a+)+$/, found the string \"{new string('a', 60)}...\")",
            errors[0]);
    }

    [Fact]
    public void Validate_pattern_of_names_without_end_is_stopped()
    {
        string name = new string('a', 60) + "!";

        Assert.Equal(
            [$"config.json:1:2: {name}: the pattern gave no answer within 250 ms; simplify the pattern (expected a match of /^(a+)+$/)"],
            SchemaTestFiles.Errors("""{"patternProperties":{"^(a+)+$":true}}""", $$"""{"{{name}}":1}"""));
    }
}
