using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Varai.Aws.Tests.Secrets;

/// <summary>One call as it came over the wire.</summary>
internal sealed record FakeCall(string Operation, string Region, string AccessKeyId, string SignedRegion, DateTimeOffset SignedAt, string SignedHash, byte[] Body)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string? Token { get; private init; }

    public static async Task<FakeCall> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        // AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=..., Signature=...
        string[] scope = request.Headers.Authorization.ToString().Split("Credential=")[1].Split(',')[0].Split('/');
        return new FakeCall(
            request.Headers["X-Amz-Target"].ToString().Split('.')[1],
            request.Path.Value!.Trim('/'),
            scope[0],
            scope[2],
            DateTimeOffset.ParseExact(request.Headers["X-Amz-Date"].ToString(), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            request.Headers["X-Amz-Content-Sha256"].ToString(),
            body.ToArray())
        {
            Token = request.Headers["X-Amz-Security-Token"].FirstOrDefault(),
        };
    }
}
