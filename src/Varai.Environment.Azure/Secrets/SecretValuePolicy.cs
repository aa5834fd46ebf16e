using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Varai.Secrets;

namespace Varai.AzureCloud.Secrets;

/// <summary>Keeps values out of the SDK, which would make strings of them and quotes answers in its exceptions: the
/// SDK sends and sees empty values, and the body of an error is reduced to its codes.</summary>
/// <remarks>Sits next to the transport, where a body is still a stream that nobody has copied.</remarks>
internal sealed class SecretValuePolicy(TimeProvider time) : HttpPipelinePolicy
{
    private const int MaximumBytes = 1024 * 1024;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Only asynchronous calls are made.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        AzureKeyVaultCall? call = AzureKeyVaultCall.Of(message);
        RequestContent? content = message.Request.Content;
        if (call?.Sent is { } value && content is not null)
        {
            using var body = new SecretBuffer(MaximumBytes);
            await WriteAsync(content, value, call.SendsBase64, body, message.CancellationToken).ConfigureAwait(false);
            try
            {
                message.Request.Content = RequestContent.Create(body.WrittenMemory);
                await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
            }
            finally
            {
                message.Request.Content = content;
            }
        }
        else
        {
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        }

        await TakeAsync(message.Response, call, message.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>The SDK's own body with the value in place of the empty one.</summary>
    private static async ValueTask WriteAsync(
        RequestContent content, SecretValue value, bool asBase64, SecretBuffer body, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream();
        await content.WriteToAsync(stream, cancellationToken).ConfigureAwait(false);
        Write(stream.GetBuffer().AsSpan(0, (int)stream.Length), value.RevealBytes().Span, asBase64, body);
    }

    private static void Write(ReadOnlySpan<byte> json, ReadOnlySpan<byte> value, bool asBase64, SecretBuffer body)
    {
        var reader = new Utf8JsonReader(json);
        while (!IsValue(ref reader))
        {
            if (!reader.Read())
                throw new InvalidOperationException("The SDK did not send a value.");
        }

        Append(body, json[..(int)reader.TokenStartIndex]);
        using (var writer = new Utf8JsonWriter(body))
        {
            if (asBase64)
                writer.WriteBase64StringValue(value);
            else
                writer.WriteStringValue(value);
        }

        Append(body, json[(int)reader.BytesConsumed..]);
    }

    private async ValueTask TakeAsync(Response response, AzureKeyVaultCall? call, CancellationToken cancellationToken)
    {
        if (call is not null)
            (call.Status, call.Code, call.InnerCode, call.RetryAfter) = (response.Status, null, null, RetryAfterHeader.Read(response.Headers, time));
        if (response.ContentStream is not { } stream)
            return;

        await using (stream.ConfigureAwait(false))
        {
            if (response.IsError || response.Status is < 200 or > 299)
            {
                response.ContentStream = new MemoryStream([], writable: false);
                await TakeErrorAsync(stream, call, cancellationToken).ConfigureAwait(false);
                return;
            }

            using SecretBuffer body = await SecretBuffer.ReadAsync(stream, MaximumBytes, cancellationToken).ConfigureAwait(false);
            response.ContentStream = body.WrittenSpan.IsEmpty ? new MemoryStream([], writable: false) : TakeValue(body.WrittenSpan, call);
        }
    }

    /// <summary>The body with an empty value; the value goes to the call.</summary>
    private static MemoryStream TakeValue(ReadOnlySpan<byte> json, AzureKeyVaultCall? call)
    {
        var rest = new MemoryStream(Math.Min(json.Length, 4096));
        try
        {
            int copied = 0;
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (!IsValue(ref reader))
                    continue;
                rest.Write(json[copied..(int)reader.TokenStartIndex]);
                rest.Write("\"\""u8);
                copied = (int)reader.BytesConsumed;
                if (call is not null)
                    call.Receive(SecretValue.FromJsonString(ref reader));
            }

            rest.Write(json[copied..]);
            rest.Position = 0;
            return rest;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NotJson();
        }
    }

    private static async ValueTask TakeErrorAsync(Stream stream, AzureKeyVaultCall? call, CancellationToken cancellationToken)
    {
        if (call is null)
            return;
        try
        {
            using SecretBuffer body = await SecretBuffer.ReadAsync(stream, MaximumBytes, cancellationToken).ConfigureAwait(false);
            (call.Code, call.InnerCode) = ErrorBody.Read(body.WrittenSpan);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or HttpRequestException)
        {
            // The status says enough where the body was cut or is no error of Key Vault's.
        }
    }

    // Without its cause, which may quote the answer.
    private static InvalidDataException NotJson() => new("The answer is not JSON.");

    private static bool IsValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !reader.ValueTextEquals("value"u8))
            return false;
        // A list has its items under the same name.
        return reader.Read() && reader.TokenType == JsonTokenType.String;
    }

    private static void Append(SecretBuffer body, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(body.GetSpan(bytes.Length));
        body.Advance(bytes.Length);
    }
}
