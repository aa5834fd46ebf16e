using System.Diagnostics;
using System.Globalization;
using System.Text;
using Varai.Configuration;
using Varai.Configuration.Documents;

namespace Varai.Tests.Configuration.Documents;

public sealed class YamlDocumentReaderTests
{
    [Theory]
    [InlineData("", "a.yaml:1:1: the file is empty; write {} for no settings")]
    [InlineData("# only\n---\n", "a.yaml:1:1: the file is empty; write {} for no settings")]
    [InlineData("- a", "a.yaml:1:1: the document has to be an object of named settings (expected an object, found an array)")]
    [InlineData("a: 1\na: 2\n", "a.yaml:2:1: a: the key 'a' is written twice; the first is at line 1, column 1")]
    [InlineData("x:\n  Port: 1\n  port: 2\n", "a.yaml:3:3: x:port: the keys 'Port' and 'port' differ only in case and would be one; the first is at line 2, column 3")]
    [InlineData("a:\n  b:c: 1\n", "a.yaml:2:3: a:b:c: the name 'b:c' holds a ':', which separates the parts of a configuration key; write nested objects instead")]
    [InlineData("a: .inf", "a.yaml:1:4: a: '.inf' is no finite number and can't be kept in a configuration; write a string in quotes")]
    [InlineData("a: .NaN", "a.yaml:1:4: a: '.NaN' is no finite number and can't be kept in a configuration; write a string in quotes")]
    [InlineData("a: *nope", "a.yaml:1:4: a: the alias '*nope' has no anchor '&nope' before it")]
    [InlineData("x: &limits 1\na: *limit", "a.yaml:2:4: a: the alias '*limit' has no anchor '&limit' before it Did you mean '*limits'?")]
    [InlineData("a: &x\n  b: [1, *x]\n", "a.yaml:2:10: a:b:1: the alias '*x' stands inside its own anchor, at line 1, column 4, and would never end")]
    [InlineData("a: !color red", "a.yaml:1:4: a: the tag '!color' is not known; use !!str, !!int, !!float, !!bool, !!null, !!map, !!seq or none")]
    [InlineData("a: !!binary aGk=", "a.yaml:1:4: a: the tag '!!binary' is not known; use !!str, !!int, !!float, !!bool, !!null, !!map, !!seq or none")]
    [InlineData("a: !!map 1", "a.yaml:1:4: a: the tag '!!map' can't be given to a single value; use !!str, !!int, !!float, !!bool, !!null or none")]
    [InlineData("a: !!seq {b: 1}", "a.yaml:1:4: a: the tag '!!seq' is not known; use !!str, !!int, !!float, !!bool, !!null, !!map, !!seq or none")]
    [InlineData("a: !!int 1.5", "a.yaml:1:4: a: the value does not fit its tag !!int")]
    [InlineData("a: !!bool yes", "a.yaml:1:4: a: the value does not fit its tag !!bool")]
    [InlineData("a: 1\n---\nb: 2", "a.yaml:2:1: the file holds a second document, which starts here; write one document to a file")]
    [InlineData("? [a, b]\n: 1", "a.yaml:1:3: a name has to be text, not an array")]
    [InlineData("? {a: b}\n: 1", "a.yaml:1:3: a name has to be text, not an object")]
    [InlineData("x: &x a\n*x : b", "a.yaml:2:1: a name has to be text, not an alias")]
    [InlineData(": 1", "a.yaml:1:1: a name is missing before this ':'")]
    [InlineData("a: 1\nb:\n  c: 1\n\td: 2\n", "a.yaml:4:1: b:c: a tab is used for indentation, where YAML takes only spaces")]
    [InlineData("a: 1\nb:\n\tc: 1\n", "a.yaml:3:1: b: a tab is used for indentation, where YAML takes only spaces")]
    [InlineData("a: 1\n b: 2\n", "a.yaml:2:3: a: a ': ' can't stand in plain text: the text needs quotes, or the indentation is wrong")]
    [InlineData("a: b: c", "a.yaml:1:5: a: a ': ' can't stand in plain text: the text needs quotes, or the indentation is wrong")]
    [InlineData("a:\n  - x\n - y\n", "a.yaml:3:2: this does not continue what stands above it: the indentation is wrong, or a quote or a bracket before it is not closed")]
    [InlineData("a: 'x\nb: 'y'", "a.yaml:2:5: this does not continue what stands above it: the indentation is wrong, or a quote or a bracket before it is not closed")]
    [InlineData("a: \"x", "a.yaml:1:4: a: the quoted text is not closed")]
    [InlineData("a: \"x\\qy\"", "a.yaml:1:4: a: this '\\' starts no escape; write \\\\ or use single quotes")]
    [InlineData("a: [1, 2\nb: 3", "a.yaml:2:1: a:1: a ',' or a closing bracket is missing; the bracket at line 1, column 4 is open")]
    [InlineData("a: {b: 1\nc: 2", "a.yaml:2:1: a:b: a ',' or a closing bracket is missing; the bracket at line 1, column 4 is open")]
    [InlineData("a: ]", "a.yaml:1:4: a: a value is missing before this")]
    [InlineData("a: - b", "a.yaml:1:4: a: an array can't start here; its first '-' belongs on a line of its own")]
    [InlineData("a: [1, -]", "a.yaml:1:8: a:1: a '-' alone can't stand in brackets; put it in quotes")]
    [InlineData("a: \"\\ud83d\"", "a.yaml:1:4: a: this escape names no character")]
    [InlineData("a: \"\\uD83D\\u0041\"", "a.yaml:1:17: a: this escape names no character")]
    [InlineData("a: @x", "a.yaml:1:4: a: text can't start with this character; put it in quotes")]
    [InlineData("a: &x &y 1", "a.yaml:1:7: a: a value can have one anchor only")]
    [InlineData("%YAML 3.0\n---\na: 1", "a.yaml:1:1: this version of YAML is not known; write 1.2 or leave the line out")]
    [InlineData("a: b\0c: d", "a.yaml:1:5: the control character U+0000 can't stand in YAML; write it as an escape in double quotes")]
    [InlineData("a:\n  <<: 1\n", "a.yaml:2:3: a:<<: the merge key '<<' takes an object or an array of objects (expected an object, found a number)")]
    [InlineData("x: &x {p: 1}\na:\n  <<: *x\n  <<: *x\n", "a.yaml:4:3: a:<<: the merge key '<<' is written twice; the first is at line 3, column 3; write one with a list of aliases")]
    public void Read_BadText_SaysWhatWhereAndWhatToDo(string text, string error) => Assert.Equal(error, Sample.OneError(text, "a.yaml"));

    [Theory]
    [InlineData("null", "null")]
    [InlineData("Null", "null")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("!!null", "null")]
    [InlineData("True", "true")]
    [InlineData("FALSE", "false")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("off", "\"off\"")]
    [InlineData("tRUE", "\"tRUE\"")]
    [InlineData("12", "12")]
    [InlineData("-0", "-0")]
    [InlineData("+12", "12")]
    [InlineData("1.50", "1.50")]
    [InlineData(".5", "0.5")]
    [InlineData("-.5e3", "-0.5e3")]
    [InlineData("5.", "5")]
    [InlineData("+5.e3", "5e3")]
    [InlineData("1e3", "1e3")]
    [InlineData("1E+05", "1E+05")]
    [InlineData("0123", "\"0123\"")]
    [InlineData("-01", "\"-01\"")]
    [InlineData("00.5", "\"00.5\"")]
    [InlineData("0x1F", "31")]
    [InlineData("0xFFFFFFFFFFFFFFFF", "18446744073709551615")]
    [InlineData("0xFFFFFFFFFFFFFFFFF", "\"0xFFFFFFFFFFFFFFFFF\"")]
    [InlineData("0o17", "15")]
    [InlineData("0o1777777777777777777777", "18446744073709551615")]
    [InlineData("0o7777777777777777777777", "\"0o7777777777777777777777\"")]
    [InlineData("0o8", "\"0o8\"")]
    [InlineData("-0x1F", "\"-0x1F\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("12:30:45", "\"12:30:45\"")]
    [InlineData("2026-08-21", "\"2026-08-21\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("-", "[null]")]
    [InlineData(".", "\".\"")]
    [InlineData("1e", "\"1e\"")]
    [InlineData("\"12\"", "\"12\"")]
    [InlineData("'true'", "\"true\"")]
    [InlineData("\"\\u00e9\\x41\\U0001F600\"", "\"éA😀\"")]
    [InlineData("! 12", "\"12\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("!!int \"012\"", "12")]
    [InlineData("!!int -007", "-7")]
    [InlineData("!!float 1", "1")]
    [InlineData("!!map {}", "{}")]
    [InlineData("!!seq []", "[]")]
    [InlineData("<<", "\"<<\"")]
    [InlineData("plain text, with 'marks'", "\"plain text, with 'marks'\"")]
    public void Read_Scalar_FollowsTheCoreSchema(string yaml, string json) => Assert.Equal(
        $$"""{"a":{{json}}}""", CanonicalJson.WriteText(Sample.Good((yaml == "-" ? "a:\n" : "a: ") + yaml, "a.yaml")));

    [Fact]
    public void Read_Blocks_KeepTheirLines() => Assert.Equal(
        """{"a":"one\ntwo\n","b":"one two","c":"x\n\n","d":1}""",
        CanonicalJson.WriteText(Sample.Good("a: |\n  one\n  two\nb: >-\n  one\n  two\nc: |+\n  x\n\nd: 1\n", "a.yaml")));

    [Fact]
    public void Read_AliasesAndMergeKeys_AreExpandedAndOwnNamesWin()
    {
        ConfigurationNode root = Sample.Good("""
            base: &base
              Host: h
              port: 1
            other: &other {port: 2, extra: [*base]}
            one:
              <<: *base
              PORT: 3
            two:
              <<: [*other, *base]
            three:
              <<: {x: 1}
              y: *base
            """, "a.yaml");

        Assert.Equal("""{"Host":"h","PORT":3}""", CanonicalJson.WriteText(root.Find("one")!));
        Assert.Equal("""{"Host":"h","extra":[{"Host":"h","port":1}],"port":2}""", CanonicalJson.WriteText(root.Find("two")!));
        Assert.Equal("""{"x":1,"y":{"Host":"h","port":1}}""", CanonicalJson.WriteText(root.Find("three")!));
        Assert.Equal(new ConfigurationOrigin("a.yaml", 2, 9), root.FindKey("two:host")!.Origin);
    }

    [Fact]
    public void Read_AliasBomb_IsRefusedAtOnceWithItsPlace()
    {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i <= 7; i++)
            bomb.Append(CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        Assert.InRange(bomb.Length, 300, 400);
        long start = Stopwatch.GetTimestamp();

        string error = Sample.OneError(bomb.ToString(), "bomb.yaml");

        Assert.Equal("bomb.yaml:6:10: a5:0: the document holds more than 100000 values, the limit set by Varai:Configuration:MaxNodes", error);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Read_BeyondALimit_NamesTheLimitAndItsOption()
    {
        var limits = new DocumentLimits(MaximumBytes: 60, MaximumDepth: 3, MaximumNodes: 6);
        Assert.Equal("a.yaml:1:1: the file has 61 bytes, more than the 60 set by Varai:Configuration:MaxFileBytes",
            Sample.OneError("a: 1" + new string(' ', 57), "a.yaml", limits));
        Assert.Equal("a.yaml:1:8: a:0:0: the nesting is deeper than 3 levels, the limit set by Varai:Configuration:MaxDepth",
            Sample.OneError("a: [ [ [1] ] ]", "a.yaml", limits));
        Assert.Equal("a.yaml:2:6: b:0: the nesting is deeper than 3 levels, the limit set by Varai:Configuration:MaxDepth",
            Sample.OneError("a: &x [[]]\nb: [ *x ]", "a.yaml", limits));
        Assert.Equal("a.yaml:2:4: b: the document holds more than 6 values, the limit set by Varai:Configuration:MaxNodes",
            Sample.OneError("a: &x [1, 2]\nb: *x", "a.yaml", limits));
        Assert.Empty(Sample.Read("a: &x [1]\nb: *x", "a.yaml", limits).Errors);
    }

    [Fact]
    public void Read_DepthOfThousands_IsRefusedOrReadButNeverBreaksTheProcess()
    {
        string deep = "a: " + new string('[', 1_000) + new string(']', 1_000);
        Assert.Contains("deeper than 64 levels", Sample.OneError(deep, "a.yaml"), StringComparison.Ordinal);
        Assert.Empty(Sample.Read(deep, "a.yaml", DocumentLimits.Default with { MaximumDepth = 1_001 }).Errors);
        Assert.Contains("deeper than 64 levels", Sample.OneError("a: " + new string('[', 1_000_000), "a.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TextBeyondAsciiAndWindowsLines_GivesBytesAndColumns()
    {
        ConfigurationNode root = Sample.Good("\"é😀\": ü # x\r\nb:\r\n  - {c: 😀😀, d: x}\r\n", "a.yaml");

        ConfigurationNode d = root.FindKey("b:0:d")!;
        Assert.Equal(new ConfigurationOrigin("a.yaml", 3, 18), d.Origin);
        Assert.Equal("x", Encoding.UTF8.GetString(d.File!.Content.Span.Slice(d.Start, d.Length)));
        Assert.Equal(new ConfigurationOrigin("a.yaml", 1, 8), root.Find("é😀")!.Origin);
    }

    [Fact]
    public void Read_LongTextBeyondAscii_GivesEveryPlaceRight()
    {
        string text = string.Concat(Enumerable.Range(0, 2_000).Select(i => $"k{i}: {string.Concat(Enumerable.Repeat("😀", i % 7))}é{i}\n"));
        ConfigurationNode root = Sample.Good(text, "a.yaml");

        for (int i = 0; i < 2_000; i++)
        {
            ConfigurationNode value = root.Members[i].Value;
            Assert.Equal(value.Text, Encoding.UTF8.GetString(value.File!.Content.Span.Slice(value.Start, value.Length)));
            Assert.Equal(i + 1, value.Origin.Line);
        }
    }

    [Fact]
    public void Read_SchemaOption_AllowsNamesThatSettingsCannotHave() =>
        Assert.Empty(Sample.Read("a: 1\nA: 2\nx:y: 3", "a.yaml", caseSensitiveNames: true).Errors);
}
