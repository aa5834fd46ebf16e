using System.Text;
using Varai.Configuration;
using Varai.Configuration.Documents;

namespace Varai.Tests.Configuration.Documents;

public sealed class JsonDocumentReaderTests
{
    [Theory]
    [InlineData("", "a.json:1:1: the file is empty; write {} for no settings")]
    [InlineData(" \n// only a comment\n", "a.json:1:1: the file is empty; write {} for no settings")]
    [InlineData("[1]", "a.json:1:1: the document has to be an object of named settings (expected an object, found an array)")]
    [InlineData("{\"a\":1,\n\"a\":2}", "a.json:2:1: a: the key 'a' is written twice; the first is at line 1, column 2")]
    [InlineData("{\"x\":{\"Port\":1,\"port\":2}}", "a.json:1:16: x:port: the keys 'Port' and 'port' differ only in case and would be one; the first is at line 1, column 7")]
    [InlineData("{\"É\":1,\"é\":2}", "a.json:1:8: é: the keys 'É' and 'é' differ only in case and would be one; the first is at line 1, column 2")]
    [InlineData("{\"a\":{\"b:c\":1}}", "a.json:1:7: a:b:c: the name 'b:c' holds a ':', which separates the parts of a configuration key; write nested objects instead")]
    [InlineData("{\"😀\": \"\\ud83d\"}", "a.json:1:9: 😀: the escape \\ud83d is half a surrogate pair; write both halves or the character itself")]
    [InlineData("{\"a\": NaN}", "a.json:1:7: a: 'NaN' is no number of JSON; only finite numbers can be written")]
    [InlineData("{\"a\": -Infinity}", "a.json:1:7: a: only finite numbers can be written")]
    [InlineData("{\"a\": True}", "a.json:1:7: a: 'True' is no value of JSON Did you mean 'true'?")]
    [InlineData("{\"a\": None}", "a.json:1:7: a: 'None' is no value of JSON Did you mean 'null'?")]
    [InlineData("{\"a\": 0123}", "a.json:1:7: a: a number has no leading zeros; write a string in double quotes to keep them")]
    [InlineData("{\"a\": 0x1F}", "a.json:1:7: a: hexadecimal numbers are not part of JSON; write the number in decimal")]
    [InlineData("{\"a\": +1}", "a.json:1:7: a: a number has no '+' in front")]
    [InlineData("{\"a\": .5}", "a.json:1:7: a: a number needs a digit before the '.'; write 0.5, not .5")]
    [InlineData("{\"a\": 5.}", "a.json:1:7: a: a number needs a digit after the '.'")]
    [InlineData("{\"a\": 1_000}", "a.json:1:7: a: a number has no '_' between its digits")]
    [InlineData("{\"a\": hunter2}", "a.json:1:7: a: a string has to be in double quotes (expected true, false, null, a number or a string in double quotes, found unquoted text)")]
    [InlineData("{\"a\": truex}", "a.json:1:11: the value does not end here; a string has to be in double quotes")]
    [InlineData("{\"a\": 'x'}", "a.json:1:7: a: a string is written in double quotes, not in single ones")]
    [InlineData("{'a': 1}", "a.json:1:2: a name is written in double quotes, not in single ones")]
    [InlineData("{a: 1}", "a.json:1:2: a name has to be in double quotes")]
    [InlineData("{\"a\": }", "a.json:1:7: a: the value is missing")]
    [InlineData("{\"a\": 1,, \"b\": 2}", "a.json:1:9: there is one comma too many")]
    [InlineData("{\"a\":: 1}", "a.json:1:6: a: there is one ':' too many")]
    [InlineData("{\"a\": 1\n \"b\": 2}", "a.json:2:2: a comma is missing before this name")]
    [InlineData("{\"a\": [1 2]}", "a.json:1:10: a:1: a comma is missing before this value")]
    [InlineData("{\"a\" 1}", "a.json:1:6: a ':' is missing after the name (expected ':', found unquoted text)")]
    [InlineData("{\"a\": 1]", "a.json:1:8: this closes nothing; the '{' at line 1, column 1 is open (expected ',' or '}', found ']')")]
    [InlineData("{\"a\": true", "a.json:1:11: the file ends before the '{' at line 1, column 1 is closed")]
    [InlineData("{\"a\": 1.2.3}", "a.json:1:7: a: this is no number of JSON; write a string in double quotes if it is text")]
    [InlineData("{\"a\": [1,\n 2", "a.json:2:3: a:1: the file ends before the '[' at line 1, column 7 is closed")]
    [InlineData("{\"a\": 1}}", "a.json:1:9: there is more text after the end of the document")]
    [InlineData("{\"a\": \"x\n}", "a.json:1:7: a: the string is not closed on its line; a closing '\"' is missing, or write \\n for a line break")]
    [InlineData("{\"a\": \"x", "a.json:1:7: a: the string is not closed; a closing '\"' is missing")]
    [InlineData("{\"a\": \"x\ty\"}", "a.json:1:9: a: a tab in a string is written \\t")]
    [InlineData("{\"a\": \"x\u0001y\"}", "a.json:1:9: a: a control character in a string is written \\u0001")]
    [InlineData("{\"a\": \"C:\\dir\"}", "a.json:1:10: a: a '\\' in a string is written \\\\; after a single one comes one of \" \\ / b f n r t u")]
    [InlineData("{\"a\": \"\\u12g4\"}", "a.json:1:8: a: the escape \\u needs four hexadecimal digits")]
    [InlineData("{ /* x", "a.json:1:3: the comment is not closed; '*/' is missing")]
    [InlineData("{ # x\n}", "a.json:1:3: a comment starts with '//' or '/*', not with '#'")]
    [InlineData("{ / x\n}", "a.json:1:3: a comment starts with '//' or '/*'")]
    [InlineData("{\"a\": @}", "a.json:1:7: a: this character can't stand here (expected a value, found '@')")]
    [InlineData("{\"a\": 1}\0", "a.json:1:9: there is more text after the end of the document")]
    public void Read_BadText_SaysWhatWhereAndWhatToDo(string text, string error) => Assert.Equal(error, Sample.OneError(text));

    [Fact]
    public void Read_SeveralErrors_ReportsAllInOrderAndKeepsTheFirstOfEachName()
    {
        (ConfigurationNode? root, List<ConfigurationError> errors) = Sample.Read("{\"b\":1,\"a\":{\"x\":1,\"X\":2},\"c:d\":3,\"B\":4,\"b\":5}");

        Assert.Equal([19, 26, 34, 40], errors.Select(e => e.Origin.Column));
        Assert.All(errors, e => Assert.Equal("json", e.Check));
        Assert.Equal("""{"a":{"x":1},"b":1,"c:d":3}""", CanonicalJson.WriteText(root!));
    }

    [Fact]
    public void Read_SyntaxErrorAfterDuplicates_ReportsBoth()
    {
        (ConfigurationNode? root, List<ConfigurationError> errors) = Sample.Read("{\"a\":1,\"A\":{\"x\":1,\"x\":2, oops}");

        Assert.Null(root);
        // The object under A never ended, so A is not yet a member; its own names are checked all the same.
        Assert.Equal([19, 26], errors.Select(e => e.Origin.Column));
    }

    [Fact]
    public void Read_ThousandsOfErrors_ListsTheFirstHundred()
    {
        string text = "{" + string.Concat(Enumerable.Repeat("\"a\":1,", 5_000)) + "}";

        (_, List<ConfigurationError> errors) = Sample.Read(text);

        Assert.Equal(101, errors.Count);
        Assert.Equal("4899 more errors in this file are not listed; mend the first 100", errors[^1].Message);
    }

    [Fact]
    public void Read_SchemaOption_AllowsNamesThatSettingsCannotHaveButNoDuplicates()
    {
        (ConfigurationNode? root, List<ConfigurationError> errors) = Sample.Read("{\"a\":1,\"A\":2,\"x:y\":3}", caseSensitiveNames: true);
        Assert.Empty(errors);
        Assert.Equal(3, root!.Members.Count);
        Assert.Empty(Sample.Read("true", caseSensitiveNames: true).Errors);
        Assert.Equal("the key 'a' is written twice; the first is at line 1, column 2",
            Assert.Single(Sample.Read("{\"a\":1,\"a\":2}", caseSensitiveNames: true).Errors).Message);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(2_000)]
    public void Read_OneDuplicateAmongManyNames_IsFound(int count)
    {
        string text = "{" + string.Concat(Enumerable.Range(0, count).Select(i => $"\"name_{i}\":{i},")) + "\"NAME_3\":0}";

        Assert.Contains("'name_3' and 'NAME_3'", Sample.OneError(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_InvalidUtf8_NamesTheByteAndThePlace()
    {
        (_, List<ConfigurationError> errors) = Sample.Read([.. "{\n \"é\": \""u8, 0xC3, 0x28, .. "\"}"u8]);

        Assert.Equal("a.json:2:8: the byte 0xC3 is not valid UTF-8 here; save the file as UTF-8", Assert.Single(errors).ToString());
    }

    [Fact]
    public void Read_Utf16WithoutMark_SaysSo() => Assert.Equal(
        "a.json:1:1: the file looks like UTF-16 or UTF-32; save it as UTF-8", Assert.Single(Sample.Read(Encoding.Unicode.GetBytes("{}")).Errors).ToString());

    [Fact]
    public void Read_BeyondALimit_NamesTheLimitAndItsOption()
    {
        var limits = new DocumentLimits(MaximumBytes: 40, MaximumDepth: 3, MaximumNodes: 5);
        Assert.Equal("a.json:1:1: the file has 41 bytes, more than the 40 set by Varai:Configuration:MaxFileBytes",
            Sample.OneError("{}" + new string(' ', 39), limits: limits));
        Assert.Equal("a.json:1:16: a:b:c: the nesting is deeper than 3 levels, the limit set by Varai:Configuration:MaxDepth",
            Sample.OneError("{\"a\":{\"b\":{\"c\":{}}}}", limits: limits));
        Assert.Equal("a.json:1:13: a:3: the document holds more than 5 values, the limit set by Varai:Configuration:MaxNodes",
            Sample.OneError("{\"a\":[1,2,3,4]}", limits: limits));
        Assert.Empty(Sample.Read("{\"a\":[1,2,3]}", limits: limits).Errors);
        Assert.Empty(Sample.Read("{\"a\":{\"b\":{}}}", limits: limits).Errors);
    }

    [Fact]
    public void Read_DepthOfThousands_IsRefusedOrReadButNeverBreaksTheProcess()
    {
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 1_000)) + "1" + new string('}', 1_000);
        Assert.Contains("deeper than 64 levels", Sample.OneError(deep), StringComparison.Ordinal);

        (ConfigurationNode? root, List<ConfigurationError> errors) = Sample.Read(deep, limits: DocumentLimits.Default with { MaximumDepth = 1_000 });
        Assert.Empty(errors);
        Assert.Equal(deep, CanonicalJson.WriteText(root!));

        string hopeless = new('[', 1_000_000);
        Assert.Contains("deeper than 500000 levels", Sample.OneError(hopeless, limits: DocumentLimits.Default with { MaximumDepth = 500_000, MaximumNodes = int.MaxValue }), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_GoodText_KeepsEveryPosition()
    {
        ConfigurationNode root = Sample.Good("{ // c\r\n  \"é😀\": [ true, -1.50 ],\r\n  /* d */ \"b\" : null,\r\n}");

        Assert.Equal("é😀", root.Members[0].Name);
        Assert.Equal(new ConfigurationOrigin("a.json", 2, 3), root.Members[0].NameOrigin);
        Assert.Equal(new ConfigurationOrigin("a.json", 2, 10), root.Members[0].Value.Origin);
        Assert.Equal(new ConfigurationOrigin("a.json", 2, 18), root.FindKey("é😀:1")!.Origin);
        Assert.Equal("-1.50", root.FindKey("é😀:1")!.Text);
        Assert.Equal(new ConfigurationOrigin("a.json", 3, 17), root.Find("b")!.Origin);
    }
}
