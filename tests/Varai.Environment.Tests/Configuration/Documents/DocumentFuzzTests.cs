using System.Text;
using CsCheck;
using Varai.Configuration;
using Varai.Configuration.Documents;

namespace Varai.Tests.Configuration.Documents;

/// <summary>Whatever bytes a file holds, reading ends with a tree or with errors, never with another exception.</summary>
public sealed class DocumentFuzzTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "'", "\\", "\\u", "\\ud83d", "//", "/*", "*/", "#", " #", "- ", "? ", ": ", "&a ", "*a ", "*a", "!!str ", "!x ", "<<: *a",
        "|", ">", "|+2\n", "%", "@", "`", "---\n", "...\n", "\n", "\r\n", "\r", "\t", " ", "  ", "\n  ", "\n\t", "null", "true", "1", "-", "1e", "0x", ".inf", "é", "😀",
        "\u0085", "\u2028", "\uFEFF", "\0", "a", "%YAML 1.2\n", "%TAG ! x\n", "a: 1\n", "\"a\":1,", "\"\":", ": ",
    ];

    private static readonly Gen<byte[]> FromPieces = Gen.Int[0, Pieces.Length - 1].Array[0, 40]
        .Select(picks => Encoding.UTF8.GetBytes(string.Concat(picks.Select(i => Pieces[i]))));

    [Theory]
    [InlineData("a.json")]
    [InlineData("a.yaml")]
    public void Read_MutatedDocument_EndsWithTreeOrErrors(string path) => Gen.Select(
        Sample.Root, Gen.Select(Gen.Int[0, 10_000], Gen.Byte, Gen.Int[0, 2]).Array[1, 6]).Sample((root, changes) =>
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(path == "a.json" ? DocumentWriter.Json(root, comments: true) : DocumentWriter.Yaml(root, comments: true))];
        foreach ((int at, byte value, int how) in changes)
        {
            int place = at % (bytes.Count + 1);
            if (how == 0 || place == bytes.Count)
                bytes.Insert(place, value);
            else if (how == 1)
                bytes.RemoveAt(place);
            else
                bytes[place] = value;
        }

        AssertReads([.. bytes], path);
    });

    [Theory]
    [InlineData("a.json")]
    [InlineData("a.yaml")]
    public void Read_PiecesOfTheFormat_EndsWithTreeOrErrors(string path) => FromPieces.Sample(bytes => AssertReads(bytes, path));

    [Theory]
    [InlineData("a.json")]
    [InlineData("a.yaml")]
    public void Read_AnyBytes_EndsWithTreeOrErrors(string path) => Gen.Byte.Array[0, 60].Sample(bytes => AssertReads(bytes, path));

    [Fact]
    public void Read_AnyPrefixOfADocument_EndsWithTreeOrErrors() => Gen.Select(Sample.Root, Gen.Int[0, 10_000]).Sample((root, length) =>
    {
        foreach (string path in new[] { "a.json", "a.yaml" })
        {
            byte[] bytes = Encoding.UTF8.GetBytes(path == "a.json" ? DocumentWriter.Json(root) : DocumentWriter.Yaml(root));
            AssertReads(bytes[..(length % (bytes.Length + 1))], path);
        }
    });

    private static void AssertReads(byte[] bytes, string path)
    {
        (ConfigurationNode? root, List<ConfigurationError> errors) = Sample.Read(bytes, path, new DocumentLimits(100_000, 20, 1_000));

        Assert.True(root is not null || errors.Count > 0);
        foreach (ConfigurationError error in errors)
        {
            Assert.True(error.Origin.Line >= 1 && error.Origin.Column >= 1, error.ToString());
            Assert.NotEmpty(error.Message);
        }

        if (root is null || errors.Count > 0)
            return;
        AssertInside(root, bytes.Length);
        (ConfigurationNode? again, List<ConfigurationError> none) = Sample.Read(CanonicalJson.Write(root));
        Assert.Empty(none);
        Assert.Equal(CanonicalJson.Write(root), CanonicalJson.Write(again!));
    }

    private static void AssertInside(ConfigurationNode node, int length)
    {
        Assert.True(node.Start >= 0 && node.Length >= 0 && node.Start + node.Length <= length);
        foreach (ConfigurationMember member in node.Members)
            AssertInside(member.Value, length);
        foreach (ConfigurationNode item in node.Items)
            AssertInside(item, length);
    }
}
