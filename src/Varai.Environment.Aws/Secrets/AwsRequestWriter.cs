using System.Text.Json;
using System.Text.Unicode;
using Varai.Secrets;

namespace Varai.Aws.Secrets;

/// <summary>Writes the parameters of a call, without reflection and without a copy of a value outside the buffer.</summary>
internal static class AwsRequestWriter
{
    /// <summary>What stands at AWS for a value of no bytes, which AWS does not keep: these bytes as <c>SecretBinary</c>. Text, this one
    /// too, is always kept as <c>SecretString</c>.</summary>
    public static ReadOnlySpan<byte> EmptyValue => "varai:empty"u8;

    public static SecretBuffer Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new SecretBuffer();
        try
        {
            using var writer = new Utf8JsonWriter(buffer);
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
            writer.Flush();
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    public static void WriteOptional(this Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }

    public static void WriteStrings(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    public static void WriteTags(this Utf8JsonWriter writer, IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count == 0)
            return;
        writer.WriteStartArray("Tags");
        foreach ((string key, string value) in tags)
        {
            writer.WriteStartObject();
            writer.WriteString("Key", key);
            writer.WriteString("Value", value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteFilters(this Utf8JsonWriter writer, IReadOnlyList<AwsSecretFilter> filters)
    {
        if (filters.Count == 0)
            return;
        writer.WriteStartArray("Filters");
        foreach (AwsSecretFilter filter in filters)
        {
            writer.WriteStartObject();
            writer.WriteString("Key", filter.Key);
            writer.WriteStrings("Values", filter.Values);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a value as text where it is text, and as bytes where not.</summary>
    public static void WriteValue(this Utf8JsonWriter writer, SecretValue value)
    {
        ReadOnlySpan<byte> bytes = value.RevealBytes().Span;
        if (bytes.IsEmpty)
        {
            writer.WriteBase64String("SecretBinary", EmptyValue);
        }
        else if (Utf8.IsValid(bytes))
        {
            // The writer's own escaping goes through a pooled array that nobody overwrites.
            using SecretBuffer escaped = Escape(bytes);
            writer.WritePropertyName("SecretString");
            writer.WriteRawValue(escaped.WrittenSpan, skipInputValidation: true);
        }
        else
        {
            writer.WriteBase64String("SecretBinary", bytes);
        }
    }

    private static SecretBuffer Escape(ReadOnlySpan<byte> utf8)
    {
        const int LongestEscape = 6;
        var buffer = new SecretBuffer((utf8.Length * LongestEscape) + 2);
        Span<byte> output = buffer.GetSpan((utf8.Length * LongestEscape) + 2);
        int at = 0;
        output[at++] = (byte)'"';
        foreach (byte b in utf8)
        {
            if (b is (byte)'"' or (byte)'\\')
            {
                output[at++] = (byte)'\\';
                output[at++] = b;
            }
            else if (b < 0x20)
            {
                "\\u00"u8.CopyTo(output[at..]);
                output[at + 4] = "0123456789abcdef"u8[b >> 4];
                output[at + 5] = "0123456789abcdef"u8[b & 15];
                at += LongestEscape;
            }
            else
            {
                output[at++] = b;
            }
        }

        output[at++] = (byte)'"';
        buffer.Advance(at);
        return buffer;
    }
}
