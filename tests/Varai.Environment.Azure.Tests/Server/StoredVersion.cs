using System.Text.Json.Nodes;

namespace Varai.AzureCloud.Tests.Server;

/// <summary>One version of a secret in the test server.</summary>
internal sealed class StoredVersion
{
    public required string Id { get; init; }

    public required string Value { get; init; }

    public string? ContentType { get; set; }

    public JsonObject? Tags { get; set; }

    public bool Enabled { get; set; } = true;

    public long? NotBefore { get; set; }

    public long? Expires { get; set; }

    public required long Created { get; init; }

    public long Updated { get; set; }

    /// <summary>As an answer has it.</summary>
    public JsonObject ToJson(string id, bool withValue)
    {
        var attributes = new JsonObject
        {
            ["enabled"] = Enabled,
            ["created"] = Created,
            ["updated"] = Updated,
            ["recoveryLevel"] = "Recoverable+Purgeable",
            ["recoverableDays"] = 90,
        };
        if (NotBefore is not null)
            attributes["nbf"] = NotBefore;
        if (Expires is not null)
            attributes["exp"] = Expires;
        var json = new JsonObject { ["id"] = id, ["attributes"] = attributes };
        if (withValue)
            json["value"] = Value;
        if (ContentType is not null)
            json["contentType"] = ContentType;
        if (Tags is { Count: > 0 })
            json["tags"] = Tags.DeepClone();
        return json;
    }
}
