using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Varai.FeatureFlags;

namespace Varai.AspNetCore.FeatureFlags;

/// <summary>Reads the body of a request, as far as it may be read.</summary>
internal static class FlagRequestBody
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the context that a client sent.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maximumSize">The longest body, in bytes.</param>
    /// <param name="cancellationToken">Fires when the client has gone.</param>
    public static async ValueTask<(FlagContext? Context, FlagRequestProblem? Problem)> ReadContextAsync(
        HttpRequest request, int maximumSize, CancellationToken cancellationToken)
    {
        if (!IsJson(request))
            return (null, new FlagRequestProblem(FlagRequestProblem.ParseError, "The body is sent as application/json, in UTF-8."));
        if (request.ContentLength > maximumSize)
            return (null, TooLong(maximumSize));

        PipeReader reader = request.BodyReader;
        while (true)
        {
            ReadResult result;
            try
            {
                result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (BadHttpRequestException)
            {
                return (null, new FlagRequestProblem(FlagRequestProblem.ParseError, "The body can't be read: it is broken, too slow or too long for the server."));
            }

            ReadOnlySequence<byte> body = result.Buffer;
            if (body.Length > maximumSize)
            {
                reader.AdvanceTo(body.End);
                return (null, TooLong(maximumSize));
            }

            if (result.IsCompleted)
            {
                FlagRequestProblem? problem = FlagContextReader.Read(WithoutMark(body), out FlagContext? context);
                reader.AdvanceTo(body.End);
                return (context, problem);
            }

            reader.AdvanceTo(body.Start, body.End);
        }
    }

    // A client that names no type means JSON: there is nothing else it could send.
    private static bool IsJson(HttpRequest request) =>
        string.IsNullOrEmpty(request.ContentType)
        || (request.HasJsonContentType()
            && MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    private static ReadOnlySequence<byte> WithoutMark(ReadOnlySequence<byte> body)
    {
        Span<byte> start = stackalloc byte[3];
        if (body.Length < start.Length)
            return body;
        body.Slice(0, start.Length).CopyTo(start);
        return start.SequenceEqual(ByteOrderMark) ? body.Slice(start.Length) : body;
    }

    private static FlagRequestProblem TooLong(int maximumSize) =>
        new(FlagRequestProblem.ParseError, $"The body is longer than {maximumSize} bytes.");
}
