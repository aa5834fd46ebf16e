using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Varai.Configuration;
using Varai.State;

namespace Varai.FeatureFlags.Stores;

/// <summary>An entry of the history in the state store.</summary>
/// <param name="Revision">What was changed.</param>
/// <param name="PreviousHash">The hash of the entry before; empty for the first.</param>
/// <remarks>Persisted as <c>{"format":1,"version":"3","time":"...","author":"...","reason":"...","previous":"hash","changes":[{"name":"x",
/// "segment":true,"before":...,"after":...}]}</c>: members are only ever added. The hash covers the bytes as written.</remarks>
internal sealed record StoredRevision(FeatureFlagRevision Revision, string PreviousHash)
{
    private const string Name = "name";
    private const string Segment = "segment";
    private const string Before = "before";
    private const string After = "after";

    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Reads an entry.</summary>
    /// <exception cref="StateException">It is not in this format.</exception>
    public static StoredRevision Read(string stream, ReadOnlyMemory<byte> content)
    {
        ConfigurationNode root = StoredFlags.ReadFormat(stream, content);
        return new StoredRevision(
            new FeatureFlagRevision(
                Text("version"),
                DateTimeOffset.TryParse(Text("time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
                    ? time
                    : throw StoredFlags.Unreadable(stream, "an entry has no time."),
                Text("author"),
                Text("reason"),
                [.. (root.Find("changes")?.Items ?? []).Select(static c => new FeatureFlagDifference(
                    c.Find(Name)?.Text ?? "", c.Find(Segment)?.Text == "true", Json(c.Find(Before)), Json(c.Find(After))))]),
            Text("previous"));

        string Text(string member) => root.Find(member)?.Text ?? throw StoredFlags.Unreadable(stream, $"an entry has no '{member}'.");

        static string? Json(ConfigurationNode? node) => node is null ? null : ConfigurationJson.ToJson(node);
    }

    /// <summary>Writes an entry, and makes sure that it can be read again.</summary>
    /// <exception cref="ConfigurationException">A definition is nested too deep.</exception>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter writer = StoredFlags.Begin(buffer))
        {
            writer.WriteString("version", Revision.Version);
            writer.WriteString("time", Revision.Time.UtcDateTime);
            writer.WriteString("author", Revision.Author);
            writer.WriteString("reason", Revision.Reason);
            writer.WriteString("previous", PreviousHash);
            writer.WriteStartArray("changes");
            foreach (FeatureFlagDifference change in Revision.Changes)
                Write(change, writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        byte[] content = buffer.WrittenSpan.ToArray();
        ConfigurationJson.Parse(content, "the change of the feature flags");
        return content;
    }

    private static void Write(FeatureFlagDifference change, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString(Name, change.Name);
        if (change.IsSegment)
            writer.WriteBoolean(Segment, value: true);
        if (change.Before is not null)
        {
            writer.WritePropertyName(Before);
            writer.WriteRawValue(change.Before, skipInputValidation: true);
        }

        if (change.After is not null)
        {
            writer.WritePropertyName(After);
            writer.WriteRawValue(change.After, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }
}
