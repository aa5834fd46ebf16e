using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Varai.AzureCloud.Secrets;

/// <summary>An error of Entra's, <c>{"error":"...","error_description":"AADSTS...: ..."}</c>, without the texts in it.</summary>
internal static class LoginErrorBody
{
    private const int MaximumDigits = 9;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    /// <summary>The same error with its code and its number only.</summary>
    public static byte[] Reduce(ReadOnlySpan<byte> json)
    {
        var reduced = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(reduced))
        {
            writer.WriteStartObject();
            if (Code(json) is { } code)
                writer.WriteString("error"u8, code);
            if (Number(json) is { } number)
                writer.WriteString("error_description"u8, number);
            writer.WriteEndObject();
        }

        return reduced.WrittenSpan.ToArray();
    }

    private static string? Code(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("error"u8) && reader.Read())
                    return reader.TokenType == JsonTokenType.String ? ErrorBody.Word(reader.GetString()) : null;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // a proxy's page, or a body that was cut
        }

        return null;
    }

    private static string? Number(ReadOnlySpan<byte> json)
    {
        int start = json.IndexOf("AADSTS"u8);
        if (start < 0)
            return null;
        ReadOnlySpan<byte> rest = json[(start + "AADSTS".Length)..];
        int digits = rest.IndexOfAnyExcept(Digits);
        digits = digits < 0 ? rest.Length : digits;
        return digits is > 0 and <= MaximumDigits ? "AADSTS" + Encoding.ASCII.GetString(rest[..digits]) : null;
    }
}
