using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Varai.Configuration;

namespace Varai.Promotion;

/// <summary>The one form that equal values share, whatever file and order they were written in.</summary>
/// <remarks>Members sorted ordinally by name, no white space. The form is part of stored hashes: it can't change.</remarks>
internal static class Canonical
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static byte[] Write(ConfigurationNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
            Write(node, writer);
        return buffer.WrittenSpan.ToArray();
    }

    public static string Text(ConfigurationNode node) => Encoding.UTF8.GetString(Write(node));

    public static string Hash(ConfigurationNode node) => Hash(Write(node));

    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Whether both are absent, or hold the same values.</summary>
    public static bool AreSame(ConfigurationNode? one, ConfigurationNode? other) =>
        one is null ? other is null : other is not null && one.HasSameValues(other);

    private static void Write(ConfigurationNode node, Utf8JsonWriter writer)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node.Kind)
        {
            case ConfigurationNodeKind.Object:
                writer.WriteStartObject();
                ConfigurationMember[] members = [.. node.Members];
                Array.Sort(members, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
                foreach (ConfigurationMember member in members)
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
            case ConfigurationNodeKind.String:
                writer.WriteStringValue(node.Text);
                break;
            default:
                ConfigurationJson.Write(node, writer);
                break;
        }
    }
}
