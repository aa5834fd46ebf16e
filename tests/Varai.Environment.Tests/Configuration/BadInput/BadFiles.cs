using System.Text;

namespace Varai.Tests.Configuration.BadInput;

/// <summary>Files that nobody should write, with the message each gets.</summary>
internal static class BadFiles
{
    private static readonly string Bomb = string.Concat(
        "a0: &a0 [x,x,x,x,x,x,x,x,x]\n",
        string.Concat(Enumerable.Range(1, 8).Select(i => $"a{i}: &a{i} [{string.Join(",", Enumerable.Repeat($"*a{i - 1}", 9))}]\n")));

    private static readonly string Deep = "a" + string.Concat(Enumerable.Repeat(":0", 63));

    private static readonly (string Name, string File, byte[] Content, string Error)[] All =
    [
        ("empty", "production.json", [], ":1:1: the file is empty; write {} for no settings"),
        ("empty yaml", "production.yaml", [], ":1:1: the file is empty; write {} for no settings"),
        ("only comments", "production.json", Utf8("// nothing\n"), ":1:1: the file is empty; write {} for no settings"),
        ("no object", "production.json", Utf8("[1]"), ":1:1: the document has to be an object of named settings (expected an object, found an array)"),
        ("UTF-16", "production.json", [0xFF, 0xFE, (byte)'{', 0, (byte)'}', 0], ": the file is written in UTF-16; save it as UTF-8"),
        ("UTF-16 without mark", "production.json", [(byte)'{', 0, (byte)'}', 0], ":1:1: the file looks like UTF-16 or UTF-32; save it as UTF-8"),
        ("invalid UTF-8", "production.json", [.. Utf8("{\n \"a\": \""), 0xE4, .. Utf8("\" }")], ":2:8: the byte 0xE4 is not valid UTF-8 here; save the file as UTF-8"),
        ("invalid UTF-8 yaml", "production.yaml", [.. Utf8("a: "), 0xC3, 0x28], ":1:4: the byte 0xC3 is not valid UTF-8 here; save the file as UTF-8"),
        ("duplicate key", "production.json", Utf8("""{ "a": { "x": 1, "x": 2 } }"""), ":1:18: a:x: the key 'x' is written twice; the first is at line 1, column 10"),
        ("key in another case", "production.json", Utf8("""{ "Api": 1, "api": 2 }"""), ":1:13: api: the keys 'Api' and 'api' differ only in case and would be one; the first is at line 1, column 3"),
        ("duplicate key yaml", "production.yaml", Utf8("a:\n  x: 1\n  x: 2\n"), ":3:3: a:x: the key 'x' is written twice; the first is at line 2, column 3"),
        ("colon in a name", "production.json", Utf8("""{ "a:b": 1 }"""), ":1:3: a:b: the name 'a:b' holds a ':', which separates the parts of a configuration key; write nested objects instead"),
        ("depth 1,000", "production.json", Utf8($$"""{ "a": {{new string('[', 1000)}}{{new string(']', 1000)}} }"""), ":1:71: " + Deep + ": the nesting is deeper than 64 levels, the limit set by Varai:Configuration:MaxDepth"),
        ("depth 1,000 yaml", "production.yaml", Utf8($"a: {new string('[', 1000)}{new string(']', 1000)}"), ":1:67: " + Deep + ": the nesting is deeper than 64 levels, the limit set by Varai:Configuration:MaxDepth"),
        ("alias bomb", "production.yaml", Utf8(Bomb), ":6:10: a5:0: the document holds more than 100000 values, the limit set by Varai:Configuration:MaxNodes"),
        ("cyclic anchor", "production.yaml", Utf8("a: &a\n  b: *a\n"), ":2:6: a:b: the alias '*a' stands inside its own anchor, at line 1, column 4, and would never end"),
        ("alias of nothing", "production.yaml", Utf8("a:\n  b: *none\n"), ":2:6: a:b: the alias '*none' has no anchor '&none' before it"),
        ("merge of nothing", "production.yaml", Utf8("a:\n  <<: *none\n"), ":2:7: a:<<: the alias '*none' has no anchor '&none' before it"),
        ("cut off", "production.json", Utf8("{ \"a\": { \"b\": 1"), ":1:16: a:b: the file ends before the '{' at line 1, column 8 is closed"),
        ("tab", "production.yaml", Utf8("a:\n\tb: 1\n"), ":2:1: a: a tab is used for indentation, where YAML takes only spaces"),
    ];

    public static IEnumerable<string> Names => All.Select(f => f.Name);

    public static (string File, byte[] Content, string Error) Get(string name)
    {
        (_, string file, byte[] content, string error) = All.Single(f => f.Name == name);
        return (file, content, $"config/environments/{file}{error}");
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
