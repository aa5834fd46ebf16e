using System.Net;
using System.Text.Json.Nodes;

namespace Varai.AspNetCore.Tests.TestResources;

/// <summary>What a server answered.</summary>
internal sealed record Reply(HttpStatusCode Status, string Text, string? ETag, string? CacheControl)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? ErrorCode => (string?)Json["errorCode"];

    public string? Details => (string?)Json["errorDetails"];
}
