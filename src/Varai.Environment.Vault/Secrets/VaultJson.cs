using System.Text.Json;
using System.Text.Unicode;
using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>Writes the bodies of requests.</summary>
internal static class VaultJson
{
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

    public static SecretBuffer Write(IReadOnlyDictionary<string, SecretValue> fields) => Write(writer =>
    {
        foreach ((string name, SecretValue value) in fields)
            WriteText(writer, name, value);
    });

    /// <summary>Writes a text. The writer's own escaping would go through pooled memory, which nobody overwrites.</summary>
    /// <exception cref="ArgumentException">The value is no text.</exception>
    public static void WriteText(Utf8JsonWriter writer, string name, SecretValue value)
    {
        ReadOnlySpan<byte> text = value.RevealBytes().Span;
        if (!Utf8.IsValid(text))
            throw new ArgumentException($"The value of '{name}' is binary; Vault's fields hold text only.", nameof(value));

        using var escaped = new SecretBuffer(text.Length * 6 + 2);
        Put(escaped, "\""u8);
        foreach (byte b in text)
        {
            switch (b)
            {
                case (byte)'"':
                    Put(escaped, "\\\""u8);
                    break;
                case (byte)'\\':
                    Put(escaped, "\\\\"u8);
                    break;
                case < 0x20:
                    Put(escaped, [(byte)'\\', (byte)'u', (byte)'0', (byte)'0', Hex(b >> 4), Hex(b & 15)]);
                    break;
                default:
                    escaped.GetSpan(1)[0] = b;
                    escaped.Advance(1);
                    break;
            }
        }

        Put(escaped, "\""u8);
        writer.WritePropertyName(name);
        writer.WriteRawValue(escaped.WrittenSpan, skipInputValidation: true);
    }

    /// <exception cref="ArgumentException">It is no JSON object; the message does not quote it.</exception>
    public static void CheckObject(SecretValue json)
    {
        if (!IsObject(json.RevealBytes().Span))
            throw new ArgumentException("The value is not a JSON object.", nameof(json));
    }

    private static bool IsObject(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);

    private static void Put(SecretBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.GetSpan(bytes.Length));
        buffer.Advance(bytes.Length);
    }
}
