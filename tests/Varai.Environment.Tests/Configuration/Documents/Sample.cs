using System.Text;
using CsCheck;
using Varai.Configuration;
using Varai.Configuration.Documents;

namespace Varai.Tests.Configuration.Documents;

/// <summary>Documents from text and at random, for the tests of this folder.</summary>
internal static class Sample
{
    // Letters that differ in case, words that YAML could take for something else, and text that every format must escape.
    private static readonly string[] Words =
    [
        "a", "b", "c", "key", "Name", "api_config", "true", "no", "null", "~", "0123", "1e5", "-", "- x", "a b", "é", "😀", "x#y", "x #y", "{", "[",
        "*a", "&a", "!t", "'", "\"", "\\", "@", "%", "|", ">", "?", "=", "<<", "", " ", " lead", "trail ", "tab\t", "line\nbreak", "\r", "\u0001",
        "\u007f", "\u0085", "\u2028", "\ufeff", "---", "...", "x,y", "a]", "b}", "https//x", ".inf", "0x1F", "0o7", "12-30", "$ref",
    ];

    private static readonly string[] Numbers = ["0", "-0", "1", "-17", "3.25", "1e3", "1E-7", "12345678901234567890", "0.10", "2.50e+10"];

    public static readonly Gen<ConfigurationNode> Any = Node(3);

    public static readonly Gen<ConfigurationNode> Root = Object(3);

    public static Gen<string> Word => Gen.OneOf(Pick(Words), Gen.String[Gen.Char[' ', '~'], 0, 6].Select(s => s.Replace(':', '_')));

    public static ConfigurationFile File(string text, string path = "a.json") => new(path, Encoding.UTF8.GetBytes(text));

    public static (ConfigurationNode? Root, List<ConfigurationError> Errors) Read(
        string text, string path = "a.json", DocumentLimits? limits = null, bool caseSensitiveNames = false) =>
        Read(Encoding.UTF8.GetBytes(text), path, limits, caseSensitiveNames);

    public static (ConfigurationNode? Root, List<ConfigurationError> Errors) Read(
        byte[] text, string path = "a.json", DocumentLimits? limits = null, bool caseSensitiveNames = false)
    {
        var errors = new List<ConfigurationError>();
        ConfigurationNode? root = DocumentReader.Parse(new ConfigurationFile(path, text), limits ?? DocumentLimits.Default, errors, caseSensitiveNames);
        return (root, errors);
    }

    public static ConfigurationNode Good(string text, string path = "a.json")
    {
        (ConfigurationNode? root, List<ConfigurationError> errors) = Read(text, path);
        Assert.Empty(errors);
        return root!;
    }

    public static string OneError(string text, string path = "a.json", DocumentLimits? limits = null) =>
        Assert.Single(Read(text, path, limits).Errors).ToString();

    public static ConfigurationNode Text(string text) => ConfigurationNode.Scalar(ConfigurationNodeKind.String, text);

    private static Gen<string> Pick(string[] from) => Gen.Int[0, from.Length - 1].Select(i => from[i]);

    private static Gen<ConfigurationNode> Node(int depth)
    {
        Gen<ConfigurationNode> scalar = Gen.OneOf(
            Word.Select(Text),
            Pick(Numbers).Select(n => ConfigurationNode.Scalar(ConfigurationNodeKind.Number, n)),
            Gen.Bool.Select(b => ConfigurationNode.Scalar(ConfigurationNodeKind.Boolean, b ? "true" : "false")),
            Gen.Const(ConfigurationNode.Scalar(ConfigurationNodeKind.Null, null)));
        return depth == 0
            ? scalar
            : Gen.Frequency((3, scalar), (1, Node(depth - 1).Array[0, 4].Select(i => ConfigurationNode.Array(i))), (2, Object(depth)));
    }

    private static Gen<ConfigurationNode> Object(int depth) => Gen.Select(Word, Node(depth - 1)).Array[0, 5].Select(pairs =>
        ConfigurationNode.Object([.. pairs
            .DistinctBy(static p => p.Item1, StringComparer.OrdinalIgnoreCase)
            .Select(static p => new ConfigurationMember(p.Item1, p.Item2))]));
}
