using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Varai.Configuration;
using Varai.State;

namespace Varai.FeatureFlags.Stores;

/// <summary>The document of an environment's flags in the state store.</summary>
/// <param name="Set">The flags and segments; their version is the document's.</param>
/// <param name="DocumentVersion">The document's version; 0 when there is none.</param>
/// <param name="Changes">How many entries the history had when it was written.</param>
/// <param name="LastHash">The hash of the last of them; empty when there was none.</param>
/// <remarks>Persisted as <c>{"format":1,"changes":2,"last":"hash","feature_flags":{...},"feature_segments":{...}}</c>: members are only
/// ever added.</remarks>
internal sealed record StoredFlags(FeatureFlagSet Set, long DocumentVersion, long Changes, string LastHash)
{
    private const string Format = "1";
    private const string FormatMember = "format";

    public static string VersionOf(long documentVersion) => documentVersion.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a document.</summary>
    /// <exception cref="StateException">It is not in this format.</exception>
    public static StoredFlags Read(string key, ReadOnlyMemory<byte> content, long documentVersion)
    {
        ConfigurationNode root = ReadFormat(key, content);
        try
        {
            return new StoredFlags(
                FeatureFlagSet.FromNode(root, VersionOf(documentVersion)),
                documentVersion,
                long.TryParse(root.Find("changes")?.Text, CultureInfo.InvariantCulture, out long changes) ? changes : 0,
                root.Find("last")?.Text ?? "");
        }
        catch (ConfigurationException e)
        {
            throw Unreadable(key, e.Message, e);
        }
    }

    /// <summary>Writes a document, and makes sure that it can be read again.</summary>
    /// <exception cref="ConfigurationException">A definition is nested too deep.</exception>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter writer = Begin(buffer))
        {
            writer.WriteNumber("changes", Changes);
            writer.WriteString("last", LastHash);
            foreach (ConfigurationMember member in Set.ToNode().Members)
            {
                writer.WritePropertyName(member.Name);
                ConfigurationJson.Write(member.Value, writer);
            }

            writer.WriteEndObject();
        }

        byte[] content = buffer.WrittenSpan.ToArray();
        ConfigurationJson.Parse(content, "the feature flags to write");
        return content;
    }

    internal static Utf8JsonWriter Begin(IBufferWriter<byte> buffer)
    {
        var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteNumber(FormatMember, int.Parse(Format, CultureInfo.InvariantCulture));
        return writer;
    }

    internal static ConfigurationNode ReadFormat(string key, ReadOnlyMemory<byte> content)
    {
        ConfigurationNode root;
        try
        {
            root = ConfigurationJson.Parse(content, key);
        }
        catch (ConfigurationException e)
        {
            throw Unreadable(key, e.Message, e);
        }

        string? format = root.Find(FormatMember)?.Text;
        return format == Format
            ? root
            : throw Unreadable(key, $"its format is {format ?? "not given"}, and this version of the library knows {Format}; a newer one may have written it.");
    }

    internal static StateException Unreadable(string key, string reason, Exception? innerException = null) =>
        new($"'{key}' in the state store can't be read: {reason}", innerException);
}
