using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Varai.GoogleCloud.Secrets;

/// <summary>Reads the answer to a call that was refused.</summary>
internal static class GoogleErrorReader
{
    // The canonical codes. What is none of them is not repeated: it may be anything.
    private static readonly string[] Statuses =
    [
        "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "UNAUTHENTICATED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL",
        "UNAVAILABLE", "DATA_LOSS",
    ];

    private static readonly string[] Reasons = ["SERVICE_DISABLED", "BILLING_DISABLED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"];

    public static GoogleError Read(HttpResponseMessage response, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var found = new Found();
        try
        {
            var reader = new Utf8JsonReader(body);
            found.Read(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Not Google's own answer (a proxy's page, for example): the HTTP status has to do.
            found = new Found();
        }

        TimeSpan? retryAfter = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
            _ => found.RetryDelay,
        };
        return new GoogleError(response.StatusCode, found.Status, found.Reason, found.State, retryAfter);
    }

    private struct Found
    {
        public string? Status;
        public string? Reason;
        public GoogleSecretVersionState State;
        public TimeSpan? RetryDelay;

        public void Read(ref Utf8JsonReader reader)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isError = reader.ValueTextEquals("error"u8);
                reader.Read();
                if (isError && reader.TokenType == JsonTokenType.StartObject)
                    ReadError(ref reader);
                else
                    reader.Skip();
            }
        }

        private void ReadError(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isStatus = reader.ValueTextEquals("status"u8);
                bool isMessage = reader.ValueTextEquals("message"u8);
                bool isDetails = reader.ValueTextEquals("details"u8);
                reader.Read();
                if (isStatus && reader.TokenType == JsonTokenType.String)
                    Status = Known(ref reader, Statuses);
                else if (isMessage && reader.TokenType == JsonTokenType.String)
                    State = FindState(reader.GetString()!);
                else if (isDetails && reader.TokenType == JsonTokenType.StartArray)
                    ReadDetails(ref reader);
                else
                    reader.Skip();
            }
        }

        // A list of objects of many types; only these two properties are of use, and they mean one thing wherever they are.
        private void ReadDetails(ref Utf8JsonReader reader)
        {
            int depth = reader.CurrentDepth;
            while (reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth))
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                bool isReason = reader.ValueTextEquals("reason"u8);
                bool isDelay = reader.ValueTextEquals("retryDelay"u8);
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                    continue;
                if (isReason)
                    Reason = Known(ref reader, Reasons) ?? Reason;
                else if (isDelay)
                    RetryDelay = ReadDuration(reader.GetString()!);
            }
        }

        private static string? Known(ref Utf8JsonReader reader, string[] known)
        {
            foreach (string text in known)
            {
                if (reader.ValueTextEquals(text))
                    return text;
            }

            return null;
        }

        // Who may only read values can't ask for the state of a version; this text is the one place that tells. Names have no spaces.
        private static GoogleSecretVersionState FindState(string message) =>
            message.Contains(" DESTROYED state", StringComparison.Ordinal) ? GoogleSecretVersionState.Destroyed
            : message.Contains(" DISABLED state", StringComparison.Ordinal) ? GoogleSecretVersionState.Disabled
            : GoogleSecretVersionState.Unknown;

        private static TimeSpan? ReadDuration(string text) =>
            text.EndsWith('s')
            && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds < TimeSpan.MaxValue.TotalSeconds
                ? TimeSpan.FromSeconds(seconds)
                : null;
    }
}
