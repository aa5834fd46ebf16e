using System.Text.Json.Nodes;

namespace Varai.AzureCloud.Tests.Server;

/// <summary>What the server answers.</summary>
internal sealed record KeyVaultReply(int Status, JsonNode? Body = null)
{
    public static KeyVaultReply Error(int status, string code, string message, string? innerCode = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (innerCode is not null)
            error["innererror"] = new JsonObject { ["code"] = innerCode };
        return new KeyVaultReply(status, new JsonObject { ["error"] = error });
    }

    public static KeyVaultReply BadParameter(string message) => Error(400, "BadParameter", message);

    public static KeyVaultReply SecretNotFound(string name) => Error(
        404, "SecretNotFound", $"A secret with (name/id) {name} was not found in this key vault.");

    public static KeyVaultReply Conflict(string innerCode) => Error(409, "Conflict", "The secret's name can't be used now.", innerCode);
}
