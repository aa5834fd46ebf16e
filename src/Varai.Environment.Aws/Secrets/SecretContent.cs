using System.Net;
using System.Net.Http.Headers;
using Varai.Secrets;

namespace Varai.Aws.Secrets;

/// <summary>A body that is sent from the buffer it was written to, without a copy. The buffer stays with its owner.</summary>
internal sealed class SecretContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/x-amz-json-1.1");

    private readonly SecretBuffer _buffer;

    public SecretContent(SecretBuffer buffer)
    {
        _buffer = buffer;
        Headers.ContentType = Json;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_buffer.WrittenMemory, cancellationToken).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = _buffer.WrittenMemory.Length;
        return true;
    }
}
