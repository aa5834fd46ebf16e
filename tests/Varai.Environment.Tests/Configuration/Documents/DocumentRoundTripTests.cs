using System.Text;
using System.Text.Json;
using CsCheck;
using Varai.Configuration;
using Varai.Configuration.Documents;

namespace Varai.Tests.Configuration.Documents;

public sealed class DocumentRoundTripTests
{
    [Fact]
    public void Read_CanonicalFormOfAnyDocument_IsTheSameDocument() => Sample.Any.Sample(node =>
    {
        byte[] canonical = CanonicalJson.Write(node);
        (ConfigurationNode? read, List<ConfigurationError> errors) = Sample.Read(canonical, caseSensitiveNames: true);
        Assert.Empty(errors);
        Assert.Equal(canonical, CanonicalJson.Write(read!));
    });

    [Fact]
    public void Read_JsonAndYamlOfOneDocument_AreEqual() => Sample.Root.Sample(node =>
    {
        string canonical = CanonicalJson.WriteText(node);
        foreach (bool comments in new[] { false, true })
        {
            foreach (string newLine in new[] { "\n", "\r\n" })
            {
                Assert.Equal(canonical, CanonicalJson.WriteText(Sample.Good(DocumentWriter.Json(node, comments, newLine: newLine))));
                Assert.Equal(canonical, CanonicalJson.WriteText(Sample.Good(DocumentWriter.Yaml(node, comments, newLine), "a.yaml")));
            }
        }
    });

    [Fact]
    public void Read_AnyJson_AgreesWithSystemTextJson() => Sample.Any.Sample(node =>
    {
        string text = DocumentWriter.Json(node, comments: true);
        using JsonDocument peer = JsonDocument.Parse(
            text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        (ConfigurationNode? read, _) = Sample.Read(text, caseSensitiveNames: true);
        AssertSame(peer.RootElement, read!);
    });

    [Fact]
    public void Read_AnyDocument_GivesEveryValueItsOwnBytes() => Sample.Root.Sample(node =>
    {
        foreach (string path in new[] { "a.json", "a.yaml" })
        {
            string text = path == "a.json" ? DocumentWriter.Json(node, comments: true) : DocumentWriter.Yaml(node, comments: true);
            AssertSpans(Sample.Good(text, path), path);
        }
    });

    private static void AssertSpans(ConfigurationNode node, string path)
    {
        string slice = Encoding.UTF8.GetString(node.File!.Content.Span.Slice(node.Start, node.Length));
        if (node.Kind < ConfigurationNodeKind.Array)
        {
            (ConfigurationNode? again, List<ConfigurationError> errors) = Sample.Read(slice, path, caseSensitiveNames: true);
            Assert.Empty(errors);
            Assert.Equal((node.Kind, node.Text), (again!.Kind, again.Text));
        }

        foreach (ConfigurationMember member in node.Members)
        {
            Assert.InRange(member.NameStart, node.Start, member.Value.Start);
            Assert.InRange(member.Value.Start + member.Value.Length, member.Value.Start, node.Start + node.Length);
            AssertSpans(member.Value, path);
        }

        foreach (ConfigurationNode item in node.Items)
            AssertSpans(item, path);
    }

    private static void AssertSame(JsonElement expected, ConfigurationNode actual)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(expected.EnumerateObject().Select(p => p.Name), actual.Members.Select(m => m.Name));
                foreach ((JsonProperty property, ConfigurationMember member) in expected.EnumerateObject().Zip(actual.Members))
                    AssertSame(property.Value, member.Value);
                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.Items.Count);
                foreach ((JsonElement element, ConfigurationNode item) in expected.EnumerateArray().Zip(actual.Items))
                    AssertSame(element, item);
                break;
            case JsonValueKind.String:
                Assert.Equal((ConfigurationNodeKind.String, expected.GetString()), (actual.Kind, actual.Text));
                break;
            case JsonValueKind.Null:
                Assert.Equal((ConfigurationNodeKind.Null, (string?)null), (actual.Kind, actual.Text));
                break;
            default:
                Assert.Equal(expected.GetRawText(), actual.Text);
                break;
        }
    }
}
