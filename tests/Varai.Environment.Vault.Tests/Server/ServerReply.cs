using System.Text.Json.Nodes;

namespace Varai.Vault.Tests.Server;

/// <summary>An answer before it is written.</summary>
internal sealed record ServerReply(int Status, JsonObject? Body = null)
{
    public static ServerReply Nothing { get; } = new(204);

    public static ServerReply Missing => new(404, new JsonObject { ["errors"] = new JsonArray() });

    public static ServerReply Denied => Error(403, "1 error occurred:\n\t* permission denied\n\n");

    public static ServerReply Error(int status, string text) => new(status, new JsonObject { ["errors"] = new JsonArray(text) });

    public static ServerReply Data(JsonNode? data) => new(200, Envelope(data));

    public static JsonObject Envelope(JsonNode? data) => new()
    {
        ["request_id"] = Guid.NewGuid().ToString(),
        ["lease_id"] = "",
        ["renewable"] = false,
        ["lease_duration"] = 0,
        ["data"] = data,
        ["wrap_info"] = null,
        ["warnings"] = null,
        ["auth"] = null,
    };
}
