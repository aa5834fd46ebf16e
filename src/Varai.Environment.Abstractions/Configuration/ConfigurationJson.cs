using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Varai.Configuration;

/// <summary>Turns JSON into nodes and nodes into JSON.</summary>
public static class ConfigurationJson
{
    private const int MaximumDepth = 64;

    private static readonly JsonReaderOptions ReaderOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = MaximumDepth,
    };

    /// <summary>Reads JSON; comments and trailing commas are allowed.</summary>
    /// <param name="json">The text.</param>
    /// <param name="path">What to call it in messages.</param>
    /// <exception cref="ConfigurationException">The text is no JSON, or an object has a name twice, whatever its case.</exception>
    public static ConfigurationNode Parse(string json, string path)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(Encoding.UTF8.GetBytes(json), path);
    }

    /// <summary>Reads JSON in UTF-8; comments and trailing commas are allowed.</summary>
    /// <param name="utf8">The text; kept by the nodes, and so not to be changed.</param>
    /// <param name="path">What to call it in messages.</param>
    /// <exception cref="ConfigurationException">The text is no JSON, or an object has a name twice, whatever its case.</exception>
    public static ConfigurationNode Parse(ReadOnlyMemory<byte> utf8, string path)
    {
        var file = new ConfigurationFile(path, utf8);
        var reader = new Utf8JsonReader(utf8.Span, ReaderOptions);
        try
        {
            reader.Read();
            ConfigurationNode node = new JsonNodeReader(file).Read(ref reader);
            reader.Read();
            return node;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not the reader's own words: they quote the text.
            throw new ConfigurationException(
                $"{path} is not valid JSON.", [Error(file, (int)Math.Min(reader.BytesConsumed, utf8.Length), "This can't be read as JSON.")], e);
        }
    }

    /// <summary>Writes a node as compact JSON.</summary>
    /// <param name="node">The node.</param>
    public static string ToJson(ConfigurationNode node) => Encoding.UTF8.GetString(ToUtf8(node));

    /// <summary>Writes a node as compact JSON in UTF-8.</summary>
    /// <param name="node">The node.</param>
    public static byte[] ToUtf8(ConfigurationNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(node, writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a node as JSON; numbers keep their digits, and one that is no JSON number (YAML allows some) becomes a string.</summary>
    /// <param name="node">The node.</param>
    /// <param name="writer">Where to.</param>
    public static void Write(ConfigurationNode node, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(writer);
        switch (node.Kind)
        {
            case ConfigurationNodeKind.Object:
                writer.WriteStartObject();
                foreach (ConfigurationMember member in node.Members)
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case ConfigurationNodeKind.Array:
                writer.WriteStartArray();
                foreach (ConfigurationNode item in node.Items)
                    Write(item, writer);
                writer.WriteEndArray();
                break;
            case ConfigurationNodeKind.Boolean:
                writer.WriteBooleanValue(node.Text == "true");
                break;
            case ConfigurationNodeKind.Number when IsJsonNumber(node.Text!):
                writer.WriteRawValue(node.Text!, skipInputValidation: true);
                break;
            case ConfigurationNodeKind.Null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteStringValue(node.Text);
                break;
        }
    }

    private static bool IsJsonNumber(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ConfigurationError Error(ConfigurationFile file, int at, string message) =>
        new(message, file.GetOrigin(at), "") { Check = "json" };
}
