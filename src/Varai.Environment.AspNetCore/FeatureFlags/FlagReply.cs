using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Varai.Configuration;
using Varai.FeatureFlags;

namespace Varai.AspNetCore.FeatureFlags;

/// <summary>The replies of the protocol.</summary>
internal static class FlagReply
{
    /// <summary>One evaluation.</summary>
    public static ReadOnlyMemory<byte> Of(in FlagEvaluation evaluation, bool showMatchedRule)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, evaluation, showMatchedRule);
        return buffer.WrittenMemory;
    }

    /// <summary>Many evaluations.</summary>
    /// <param name="evaluations">The evaluations.</param>
    /// <param name="showMatchedRule">Whether to name the rules that decided.</param>
    /// <param name="eventStream">The path of the event stream; <see langword="null"/> for none.</param>
    public static ReadOnlyMemory<byte> Of(IEnumerable<FlagEvaluation> evaluations, bool showMatchedRule, string? eventStream)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("flags"u8);
            foreach (FlagEvaluation evaluation in evaluations)
                Write(writer, evaluation, showMatchedRule);
            writer.WriteEndArray();
            if (eventStream is not null)
            {
                // Without an origin: the client takes the one it reached us by, which a server behind a proxy does not know.
                writer.WriteStartArray("eventStreams"u8);
                writer.WriteStartObject();
                writer.WriteString("type"u8, "sse"u8);
                writer.WriteStartObject("endpoint"u8);
                writer.WriteString("requestUri"u8, eventStream);
                writer.WriteEndObject();
                writer.WriteEndObject();
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>A request that can't be answered.</summary>
    /// <param name="problem">Why.</param>
    /// <param name="key">The flag that was asked for; <see langword="null"/> when all were.</param>
    public static ReadOnlyMemory<byte> Of(FlagRequestProblem problem, string? key) => Of(writer =>
    {
        if (key is not null)
            writer.WriteString("key"u8, key);
        writer.WriteString("errorCode"u8, problem.Code);
        writer.WriteString("errorDetails"u8, problem.Details);
    });

    /// <summary>A failure of ours.</summary>
    public static ReadOnlyMemory<byte> OfFailure() =>
        Of(static writer => writer.WriteString("errorDetails"u8, "The flags can't be evaluated now; the server's log says why."u8));

    /// <summary>Sends a reply.</summary>
    public static async Task SendAsync(HttpResponse response, int status, ReadOnlyMemory<byte> body, string cacheControl, CancellationToken cancellationToken)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = cacheControl;
        await response.BodyWriter.WriteAsync(body, cancellationToken).ConfigureAwait(false);
    }

    private static ReadOnlyMemory<byte> Of(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, in FlagEvaluation evaluation, bool showMatchedRule)
    {
        (string reason, string? exactReason) = ReasonOf(evaluation.Reason);
        string? rule = showMatchedRule ? evaluation.MatchedRule : null;

        writer.WriteStartObject();
        writer.WriteString("key"u8, evaluation.Flag);
        writer.WriteString("reason"u8, reason);
        if (evaluation.Variant is { } variant)
            writer.WriteString("variant"u8, variant.Name);
        WriteValue(writer, evaluation);
        if (exactReason is not null || rule is not null)
        {
            writer.WriteStartObject("metadata"u8);
            if (exactReason is not null)
                writer.WriteString("reason"u8, exactReason);
            if (rule is not null)
                writer.WriteString("matchedRule"u8, rule);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, in FlagEvaluation evaluation)
    {
        switch (evaluation.Variant?.Value)
        {
            case null:
                writer.WriteBoolean("value"u8, evaluation.IsEnabled);
                break;
            case { Kind: ConfigurationNodeKind.Null }:
                // No value is how the protocol says that the client's default counts.
                break;
            case { } value:
                writer.WritePropertyName("value"u8);
                ConfigurationJson.Write(value, writer);
                break;
        }
    }

    // The protocol has five reasons. Clients may keep what is STATIC for everybody, which a default that a context led to is not.
    private static (string Reason, string? Exact) ReasonOf(FlagReason reason) => reason switch
    {
        FlagReason.Static => ("STATIC", null),
        FlagReason.TargetingMatch => ("TARGETING_MATCH", null),
        FlagReason.Split => ("SPLIT", null),
        FlagReason.Disabled => ("DISABLED", null),
        FlagReason.Default => ("UNKNOWN", "DEFAULT"),
        FlagReason.Error => ("UNKNOWN", "ERROR"),
        _ => ("UNKNOWN", null),
    };
}
