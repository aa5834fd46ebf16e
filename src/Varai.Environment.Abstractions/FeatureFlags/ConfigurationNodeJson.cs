using System.Buffers;
using System.Text.Json;
using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Writes a node as JSON.</summary>
internal static class ConfigurationNodeJson
{
    public static ReadOnlySpan<byte> Write(ConfigurationNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, node);
        return buffer.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter writer, ConfigurationNode node)
    {
        switch (node.Kind)
        {
            case ConfigurationNodeKind.Object:
                writer.WriteStartObject();
                foreach (ConfigurationMember member in node.Members)
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case ConfigurationNodeKind.Array:
                writer.WriteStartArray();
                foreach (ConfigurationNode item in node.Items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case ConfigurationNodeKind.Number:
                writer.WriteRawValue(node.Text!);
                break;
            case ConfigurationNodeKind.Boolean:
                writer.WriteBooleanValue(node.Text == "true");
                break;
            case ConfigurationNodeKind.String:
                writer.WriteStringValue(node.Text);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
