using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Varai.Aws.Secrets;

/// <summary>Reads an answer that is no success. AWS writes JSON, some gateways XML, others anything.</summary>
internal static class AwsErrorReader
{
    private const int MaximumCodeBytes = 256;

    public static AwsError Read(HttpResponseMessage response, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        (string? written, bool isDeletion) = ReadJson(body);
        string code = AwsErrorCodes.Clean(written ?? ReadXmlCode(body) ?? Header(response, "x-amzn-ErrorType"));
        AwsErrorKind kind = AwsErrorCodes.KindOf(code, response.StatusCode);
        if (code == "InvalidRequestException" && isDeletion)
            kind = AwsErrorKind.Deleted;

        string request = Guid.TryParse(Header(response, "x-amzn-RequestId"), out Guid id) ? $", request {id:D}" : "";
        return new AwsError(kind, $"AWS answered {code} (HTTP {(int)response.StatusCode}{request})")
        {
            Code = code,
            IsTransient = kind is AwsErrorKind.Throttled or AwsErrorKind.Unavailable,
            RetryAfter = response.Headers.RetryAfter is { } after ? RetryAfter(after, now) : null,
        };
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue after, DateTimeOffset now)
    {
        TimeSpan? wait = after.Delta ?? (after.Date - now);
        return wait >= TimeSpan.Zero ? wait : null;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;

    // The message decides one thing and is then forgotten: AWS has no code of its own for a secret that is scheduled for deletion.
    private static (string? Code, bool IsDeletion) ReadJson(ReadOnlySpan<byte> body)
    {
        string? code = null;
        bool isDeletion = false;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isCode = reader.ValueTextEquals("__type"u8);
                bool isMessage = reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("Message"u8);
                reader.Read();
                if (isCode && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaximumCodeBytes)
                    code = reader.GetString();
                else if (isMessage && reader.TokenType == JsonTokenType.String)
                    isDeletion = SaysDeletion(reader.ValueSpan);
                else
                    reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (code, isDeletion);
        }

        return (code, isDeletion);
    }

    private static bool SaysDeletion(ReadOnlySpan<byte> message) =>
        message.IndexOf("marked for deletion"u8) >= 0 || message.IndexOf("scheduled for deletion"u8) >= 0 || message.IndexOf("marked deleted"u8) >= 0;

    private static string? ReadXmlCode(ReadOnlySpan<byte> body)
    {
        int start = body.IndexOf("<Code>"u8);
        if (start < 0)
            return null;
        ReadOnlySpan<byte> rest = body[(start + "<Code>".Length)..];
        int end = rest.IndexOf("</Code>"u8);
        return end is >= 0 and <= MaximumCodeBytes ? Encoding.ASCII.GetString(rest[..end]) : null;
    }
}
