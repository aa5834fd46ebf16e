using System.Text.Json;

namespace Varai.AzureCloud.Secrets;

/// <summary>Reads the codes of an error, and nothing else of it: <c>{"error":{"code":"...","innererror":{"code":"..."}}}</c>.</summary>
internal static class ErrorBody
{
    public static (string? Code, string? InnerCode) Read(ReadOnlySpan<byte> json)
    {
        string? code = null;
        string? innerCode = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            var path = new Stack<string>();
            string property = "";
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        property = reader.GetString()!.ToLowerInvariant();
                        break;
                    case JsonTokenType.StartObject:
                        path.Push(property);
                        break;
                    case JsonTokenType.EndObject:
                        path.Pop();
                        break;
                    case JsonTokenType.StartArray:
                        reader.Skip();
                        break;
                    case JsonTokenType.String when property == "code" && path.Count == 2 && path.Peek() == "error":
                        code = Word(ref reader);
                        break;
                    case JsonTokenType.String when property == "code" && path.Count == 3 && path.Peek() == "innererror":
                        innerCode = Word(ref reader);
                        break;
                    default:
                        break;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, null); // no error of Key Vault's: a proxy's page, or a body that was cut
        }

        return (code, innerCode);
    }

    /// <summary>A text that may be a code, which goes into messages. Codes of Azure's have no digits; most secrets have.</summary>
    public static string? Word(string? text) =>
        text is { Length: > 0 and <= 64 } && text.All(c => char.IsAsciiLetter(c) || c == '_') ? text : null;

    private static string? Word(ref Utf8JsonReader reader) => Word(reader.GetString());
}
