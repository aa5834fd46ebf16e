using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Varai.Secrets;

namespace Varai.AzureCloud.Secrets;

/// <summary>Reduces what Entra answers to a failed login to its codes: the SDK writes the whole of it into exceptions, events, activities
/// and metrics.</summary>
/// <remarks>Only at Entra's own address: the local endpoints of managed identities get no secret, and the SDK goes by their texts.</remarks>
internal sealed class LoginErrorPolicy : HttpPipelinePolicy
{
    private const string TokenPath = "/oauth2/v2.0/token";
    private const int MaximumBytes = 1024 * 1024;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Only asynchronous calls are made.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        Response response = message.Response;
        if (response.Status is >= 200 and <= 299 || response.ContentStream is not { } stream
            || !message.Request.Uri.Path.EndsWith(TokenPath, StringComparison.OrdinalIgnoreCase))
            return;

        await using (stream.ConfigureAwait(false))
        {
            response.ContentStream = new MemoryStream(LoginErrorBody.Reduce([]), writable: false);
            try
            {
                using SecretBuffer body = await SecretBuffer.ReadAsync(stream, MaximumBytes, message.CancellationToken).ConfigureAwait(false);
                response.ContentStream = new MemoryStream(LoginErrorBody.Reduce(body.WrittenSpan), writable: false);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or HttpRequestException)
            {
                // The status says enough where the body was cut or is no error of Entra's.
            }
        }
    }
}
