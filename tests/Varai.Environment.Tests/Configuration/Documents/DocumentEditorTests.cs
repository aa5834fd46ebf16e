using System.Text;
using CsCheck;
using Varai.Configuration;
using Varai.Configuration.Documents;

namespace Varai.Tests.Configuration.Documents;

public sealed class DocumentEditorTests
{
    [Theory]
    [InlineData("{\n  \"a\": 1, // one\n  \"b\": { \"c\": 2 }\n}\n", "a", "5", "{\n  \"a\": 5, // one\n  \"b\": { \"c\": 2 }\n}\n")]
    [InlineData("{\n  \"a\": 1 // one\n}\n", "b", "true", "{\n  \"a\": 1, // one\n  \"b\": true\n}\n")]
    [InlineData("{\r\n    \"a\": 1, // one\r\n}\r\n", "b:c", "true", "{\r\n    \"a\": 1, // one\r\n    \"b\": {\r\n        \"c\": true\r\n    },\r\n}\r\n")]
    [InlineData("{\"a\":1}", "b", "2", "{\"a\":1,\"b\":2}")]
    [InlineData("{ \"a\": 1, \"b\": 2 }", "c", "3", "{ \"a\": 1, \"b\": 2, \"c\": 3 }")]
    [InlineData("{}", "a:b", "3", "{\n  \"a\": {\n    \"b\": 3\n  }\n}")]
    [InlineData("{\n  // none yet\n}\n", "a", "1", "{\n  // none yet\n  \"a\": 1\n}\n")]
    [InlineData("{\n  \"a\": {}\n}\n", "a:b", "1", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n")]
    [InlineData("{\"a\":{}}", "a:b", "1", "{\"a\":{\"b\": 1}}")]
    [InlineData("{\n  \"a\": null\n}\n", "a:b:c", "1", "{\n  \"a\": {\"b\": {\"c\": 1}}\n}\n")]
    [InlineData("{\n  \"a\": [1, 2, 3]\n}\n", "a:1", "\"x\"", "{\n  \"a\": [1, \"x\", 3]\n}\n")]
    [InlineData("{\n  \"Key\": 1\n}\n", "kEY", "2", "{\n  \"Key\": 2\n}\n")]
    [InlineData("{\n  \"a\": 1 /* x */ , /* y */ // z\n}\n", "b", "[]", "{\n  \"a\": 1 /* x */ , /* y */ // z\n  \"b\": [],\n}\n")]
    [InlineData("{ // c\n}", "a", "1", "{ // c\n  \"a\": 1\n}")]
    [InlineData("{ /* c */ }", "a", "1", "{ /* c */\n  \"a\": 1\n}")]
    public void Set_Json_ChangesOnlyTheKey(string before, string key, string value, string after) =>
        Assert.Equal(after, Set(before, "a.json", key, value));

    [Theory]
    [InlineData("{\n  \"a\": 1, // one\n  \"b\": 2\n}\n", "b", "{\n  \"a\": 1 // one\n}\n")]
    [InlineData("{\n  \"a\": 1,\n  \"b\": 2\n}\n", "a", "{\n  \"b\": 2\n}\n")]
    [InlineData("{\n  \"a\": 1, // one\n  \"b\": 2\n}\n", "a", "{\n  // one\n  \"b\": 2\n}\n")]
    [InlineData("{\"a\":1,\"b\":2,\"c\":3}", "b", "{\"a\":1,\"c\":3}")]
    [InlineData("{ \"a\": 1, \"b\": 2 }", "b", "{ \"a\": 1 }")]
    [InlineData("{ \"a\": 1 }", "a", "{ }")]
    [InlineData("{ \"a\": 1, }", "a", "{  }")]
    [InlineData("{\n  \"a\": {\n    \"b\": 1\n  }\n}\n", "a:b", "{\n  \"a\": {\n  }\n}\n")]
    [InlineData("{\n  \"a\": 1 /* x */, \"b\": 2\n}\n", "a", "{\n  /* x */ \"b\": 2\n}\n")]
    [InlineData("{\n  \"a\": 1\n}\n", "b", "{\n  \"a\": 1\n}\n")]
    public void Remove_Json_TakesOnlyTheKey(string before, string key, string after) =>
        Assert.Equal(after, Remove(before, "a.json", key));

    [Theory]
    [InlineData("a: 1 # one\nb:\n  c: 2\n", "a", "5", "a: 5 # one\nb:\n  c: 2\n")]
    [InlineData("a: 'x' # one\n", "a", "\"it's\"", "a: 'it''s' # one\n")]
    [InlineData("a: \"x\"\n", "a", "\"y\"", "a: \"y\"\n")]
    [InlineData("a: x\n", "a", "\"yes\"", "a: yes\n")]
    [InlineData("a: x\n", "a", "\"true\"", "a: \"true\"\n")]
    [InlineData("a: x\n", "a", "\"https://h/p?q=1#f\"", "a: \"https://h/p?q=1#f\"\n")]
    [InlineData("a: x\n", "a", "\"https://h/p\"", "a: https://h/p\n")]
    [InlineData("a:\n  b: 1 # c\n# end\n", "a:d", "\"x\"", "a:\n  b: 1 # c\n  d: x\n# end\n")]
    [InlineData("a:\r\n    b: 1\r\n", "c:d", "[1, {\"e\": null}]", "a:\r\n    b: 1\r\nc:\r\n    d: [1, {e: null}]\r\n")]
    [InlineData("a: # why\n- 1\n- 2\nb: 3\n", "a", "{\"x\": [1]}", "a: {x: [1]} # why\nb: 3\n")]
    [InlineData("a:\n  - 1\n  - 2", "a", "7", "a: 7\n")]
    [InlineData("a:\nb: 1\n", "a", "7", "a: 7\nb: 1\n")]
    [InlineData("a:\nb: 1\n", "a:x", "7", "a: {x: 7}\nb: 1\n")]
    [InlineData("a: |\n  text\n  more\n\nb: 1\n", "a", "\"x\"", "a: x\n\nb: 1\n")]
    [InlineData("a: {b: 1, c: 2}\n", "a:d", "\"x,y\"", "a: {b: 1, c: 2, d: \"x,y\"}\n")]
    [InlineData("a: {}\n", "a:d", "1", "a: {d: 1}\n")]
    [InlineData("a:\n  - b: 1\n    c: 2\n  - d\n", "a:0:e", "3", "a:\n  - b: 1\n    c: 2\n    e: 3\n  - d\n")]
    [InlineData("x: &x\n  p: 1\ny: *x\n", "y", "2", "x: &x\n  p: 1\ny: 2\n")]
    [InlineData("x: &x\n  p: 1\ny:\n  <<: *x\n", "y:p", "2", "x: &x\n  p: 1\ny:\n  <<: *x\n  p: 2\n")]
    [InlineData("é: 'ü' # 😀\nb: 1\n", "b", "2", "é: 'ü' # 😀\nb: 2\n")]
    [InlineData("\"a b\" : 1\n", "a b", "2", "\"a b\" : 2\n")]
    [InlineData("a: 1", "b", "2", "a: 1\nb: 2")]
    [InlineData("{}\n", "b", "2", "{b: 2}\n")]
    [InlineData("# top\n---\na: 1\n...\n", "b", "2", "# top\n---\na: 1\nb: 2\n...\n")]
    public void Set_Yaml_ChangesOnlyTheKey(string before, string key, string value, string after) =>
        Assert.Equal(after, Set(before, "a.yaml", key, value));

    [Theory]
    [InlineData("a: 1 # one\nb: 2\n", "b", "a: 1 # one\n")]
    [InlineData("a: 1\nb: 2\n", "a", "b: 2\n")]
    [InlineData("a: 1 # one\nb: 2\n", "a", "# one\nb: 2\n")]
    [InlineData("a:\n  b:\n    c: 1\n  d: 2\n", "a:b", "a:\n  d: 2\n")]
    [InlineData("a:\n  b: 1\n", "a:b", "a:\n  {}\n")]
    [InlineData("a: 1\n", "a", "{}\n")]
    [InlineData("a: {b: 1, c: 2}\n", "a:b", "a: {c: 2}\n")]
    [InlineData("a:\n  - b: 1\n    c: 2\n", "a:0:b", "a:\n  - c: 2\n")]
    [InlineData("a:\n  - b: 1\n    c: 2\n", "a:0:c", "a:\n  - b: 1\n")]
    [InlineData("x: &x 1\ny: *x\nz: 3\n", "y", "x: &x 1\nz: 3\n")]
    public void Remove_Yaml_TakesOnlyTheKey(string before, string key, string after) =>
        Assert.Equal(after, Remove(before, "a.yaml", key));

    [Theory]
    [InlineData("a: &x 1\nb: *x\n", "a", "a.yaml:1:4: a: the key can't be changed here without changing others (the alias '*x' has no anchor '&x' before it); edit the file by hand. An anchor that is used elsewhere is the usual cause")]
    [InlineData("a: &x\n  p: 1\nb: *x\n", "b:p", "a.yaml:2:6: b:p: the key can't be changed here without changing others; edit the file by hand. An anchor that is used elsewhere is the usual cause")]
    [InlineData("a: 1\n", "a:b", "a.yaml:1:4: a: 'a:b' can't be set below it, for it is a number, not an object")]
    [InlineData("a: [1]\n", "a:3", "a.yaml:1:4: a:3: the array has no item '3'; it has 1, and a new one is added by setting the whole array")]
    [InlineData("a: &x 1\nb: [*x]\n", "b:0", "a.yaml:2:4: b:0: the item is an alias; set the whole array")]
    public void Set_YamlThatIsShared_IsRefused(string before, string key, string error)
    {
        var exception = Assert.Throws<ConfigurationException>(() => Set(before, "a.yaml", key, "2"));
        Assert.Equal(error, Assert.Single(exception.Errors).ToString());
    }

    [Fact]
    public void Remove_MergedKey_IsRefused()
    {
        var exception = Assert.Throws<ConfigurationException>(() => Remove("x: &x\n  p: 1\ny:\n  <<: *x\n  q: 1\n", "a.yaml", "y:p"));
        Assert.Equal("a.yaml:2:6: y:p: the key comes from a merge key '<<' and can't be taken out here", exception.Errors[0].ToString());
    }

    [Fact]
    public void Set_ValueThatIsNoJson_IsRefusedWithItsPlace()
    {
        var exception = Assert.Throws<ConfigurationException>(() => Set("{}", "a.json", "a", "{\"x\": }"));
        Assert.Equal("value of a:1:7: x: the value is missing", exception.Errors[0].ToString());
    }

    [Theory]
    [InlineData("a.json")]
    [InlineData("a.yaml")]
    public void Set_AnyKeyOfAnyDocument_ChangesItAndNothingElse(string path) => Gen.Select(
        Sample.Root, Sample.Any, Gen.Int[0, 1000], Gen.Bool, Gen.Bool, Sample.Word).Sample((root, value, pick, comments, crlf, name) =>
    {
        string newLine = crlf ? "\r\n" : "\n";
        string before = path == "a.json" ? DocumentWriter.Json(root, comments, newLine: newLine) : DocumentWriter.Yaml(root, comments, newLine);
        List<string> keys = [.. Keys(null, root), name];
        string key = keys[pick % keys.Count];
        if (key.Length == 0)
            return;
        ConfigurationNode read = Sample.Good(before, path);

        string after = Set(before, path, key, CanonicalJson.WriteText(value));

        ConfigurationNode again = Sample.Good(after, path);
        Assert.Equal(CanonicalJson.WriteText(DocumentPatch.Set(read, key, value)), CanonicalJson.WriteText(again));
        if (read.FindKey(key) is { Kind: < ConfigurationNodeKind.Array } old)
        {
            byte[] content = Encoding.UTF8.GetBytes(before);
            Assert.StartsWith(Encoding.UTF8.GetString(content[..old.Start]), after, StringComparison.Ordinal);
            Assert.EndsWith(Encoding.UTF8.GetString(content[(old.Start + old.Length)..]), after, StringComparison.Ordinal);
        }
        else if (read.FindKey(key) is null)
        {
            Assert.Equal(Count(before, "note"), Count(after.Replace(CanonicalJson.WriteText(value), "", StringComparison.Ordinal), "note"));
        }
    });

    [Theory]
    [InlineData("a.json")]
    [InlineData("a.yaml")]
    public void Remove_AnyKeyOfAnyDocument_TakesItAndNothingElse(string path) => Gen.Select(
        Sample.Root, Gen.Int[0, 1000], Gen.Bool, Gen.Bool).Sample((root, pick, comments, crlf) =>
    {
        string newLine = crlf ? "\r\n" : "\n";
        string before = path == "a.json" ? DocumentWriter.Json(root, comments, newLine: newLine) : DocumentWriter.Yaml(root, comments, newLine);
        ConfigurationNode read = Sample.Good(before, path);
        List<string> keys = [.. Keys(null, root, items: false).Where(k => k.Length > 0)];
        if (keys.Count == 0)
            return;
        string key = keys[pick % keys.Count];

        string after = Remove(before, path, key);

        Assert.Equal(CanonicalJson.WriteText(DocumentPatch.Remove(read, key)), CanonicalJson.WriteText(Sample.Good(after, path)));
    });

    private static IEnumerable<string> Keys(string? key, ConfigurationNode node, bool items = true)
    {
        string prefix = key is null ? "" : key + ":";
        foreach (ConfigurationMember member in node.Members)
        {
            yield return prefix + member.Name;
            foreach (string inner in Keys(prefix + member.Name, member.Value, items))
                yield return inner;
        }

        for (int i = 0; i < node.Items.Count; i++)
        {
            if (items)
                yield return $"{prefix}{i}";
            foreach (string inner in Keys($"{prefix}{i}", node.Items[i], items))
                yield return inner;
        }
    }

    private static int Count(string text, string word) => text.Split(word).Length - 1;

    private static string Set(string before, string path, string key, string value)
    {
        ConfigurationNode root = Sample.Good(before, path);
        return Encoding.UTF8.GetString(DocumentEditor.Set(root.File!, root, key, value));
    }

    private static string Remove(string before, string path, string key)
    {
        ConfigurationNode root = Sample.Good(before, path);
        return Encoding.UTF8.GetString(DocumentEditor.Remove(root.File!, root, key));
    }
}
