using System.Text.Json.Nodes;

namespace Varai.Aws.Tests.Secrets;

/// <summary>A version of a secret of the fake service.</summary>
internal sealed record FakeVersion(string Id, string? Text, string? Binary, DateTimeOffset CreatedAt)
{
    public List<string> Stages { get; init; } = [];

    public JsonObject Answer(FakeSecret secret)
    {
        JsonObject answer = secret.Answer(Id);
        answer["VersionStages"] = new JsonArray([.. Stages.Select(s => JsonValue.Create(s))]);
        answer["CreatedDate"] = CreatedAt.ToUnixTimeMilliseconds() / 1000.0;
        answer[Text is null ? "SecretBinary" : "SecretString"] = Text ?? Binary;
        return answer;
    }
}
