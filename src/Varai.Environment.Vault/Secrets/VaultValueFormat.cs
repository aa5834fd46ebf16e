using System.Text.Json;
using System.Text.Unicode;
using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>How a secret's value lies in the fields of an entry.</summary>
/// <remarks>Text is written as <c>{"value": text}</c>, also when it is a JSON object, so that it is read back byte by byte. Bytes
/// that are no text are written as <c>{"value": base64, "varai_encoding": "base64"}</c>. Entries with other fields, which somebody
/// else wrote, are read as the JSON object they are.</remarks>
internal static class VaultValueFormat
{
    private const string EncodingField = "varai_encoding";

    public const string JsonType = "application/json";

    public static (SecretValue Value, string? ContentType) Read(ReadOnlySpan<byte> json, string valueField)
    {
        SecretValue? value = null;
        bool encoded = false, other = false, isText = false;
        var members = new JsonMembers(json);
        while (members.MoveNext())
        {
            if (members.Name == valueField)
            {
                isText = members.Kind == JsonTokenType.String;
                value?.Dispose();
                value = members.Secret();
            }
            else if (members.Name == EncodingField && members.Text() == "base64")
            {
                encoded = true;
            }
            else
            {
                other = true;
            }
        }

        if (value is null || other)
        {
            value?.Dispose();
            return (new SecretValue(json), JsonType);
        }

        if (!encoded)
            return (value, isText ? null : JsonType);
        using (value)
            return (Decode(value, valueField), null);
    }

    private static SecretValue Decode(SecretValue base64, string valueField)
    {
        try
        {
            return SecretValue.FromBase64(base64.RevealBytes().Span);
        }
        catch (FormatException)
        {
            throw new VaultException(VaultError.InvalidAnswer, $"The field '{valueField}' of the entry is marked as base64 and is none. Write the secret again.");
        }
    }

    /// <summary>The fields to write; the caller disposes the buffer.</summary>
    public static SecretBuffer Write(SecretValue value, string valueField) => VaultJson.Write(writer =>
    {
        ReadOnlySpan<byte> bytes = value.RevealBytes().Span;
        if (Utf8.IsValid(bytes))
        {
            VaultJson.WriteText(writer, valueField, value);
            return;
        }

        writer.WriteBase64String(valueField, bytes);
        writer.WriteString(EncodingField, "base64");
    });
}
