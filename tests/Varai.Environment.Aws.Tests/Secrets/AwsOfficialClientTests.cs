using System.Text.Json.Nodes;
using Varai.Secrets;
using Varai.Tests.TestResources;

namespace Varai.Aws.Tests.Secrets;

/// <summary>AWS's own client and ours on the same server: what one writes the other reads. On moto, and on our documented service, which
/// has to speak AWS's protocol, not our idea of it.</summary>
public sealed class AwsOfficialClientTests(MotoServer moto) : IClassFixture<MotoServer>
{
    private static readonly byte[] Bytes = [0, 1, 128, 255];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WrittenByTheirs_Moto_IsReadByOurs() => await TheirsToOursAsync(moto.Options(), moto.Endpoint);

    [Fact]
    public async Task WrittenByOurs_Moto_IsReadByTheirs() => await OursToTheirsAsync(moto.Options(), moto.Endpoint);

    [Fact]
    public async Task WrittenByTheirs_DocumentedService_IsReadByOurs()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        await TheirsToOursAsync(server.Options(), server.Endpoint.Replace("{region}", FakeSecretsManager.Region, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WrittenByOurs_DocumentedService_IsReadByTheirs()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        await OursToTheirsAsync(server.Options(), server.Endpoint.Replace("{region}", FakeSecretsManager.Region, StringComparison.Ordinal));
    }

    private static async Task TheirsToOursAsync(AwsSecretsManagerOptions options, string endpoint)
    {
        string name = NewName(), binary = NewName(), deleted = NewName();
        JsonArray theirs = await RunAsync(
            options,
            endpoint,
            ("CreateSecret", new JsonObject { ["Name"] = name, ["SecretString"] = "éins \"1\"\n", ["Description"] = "by theirs", ["Tags"] = Tags("team", "shop") }),
            ("PutSecretValue", new JsonObject { ["SecretId"] = name, ["SecretString"] = "zwei" }),
            ("PutSecretValue", new JsonObject { ["SecretId"] = name, ["SecretString"] = "drei", ["VersionStages"] = new JsonArray("AWSPENDING") }),
            ("CreateSecret", new JsonObject { ["Name"] = binary, ["SecretBinary"] = Convert.ToBase64String(Bytes) }),
            ("CreateSecret", new JsonObject { ["Name"] = deleted, ["SecretString"] = "gone" }),
            ("DeleteSecret", new JsonObject { ["SecretId"] = deleted, ["RecoveryWindowInDays"] = 7 }));
        using var client = new AwsSecretsManagerClient(options);

        Assert.Equal("zwei", await ReadAsync(client, name));
        Assert.Equal("éins \"1\"\n", await ReadAsync(client, name, stage: "AWSPREVIOUS"));
        Assert.Equal("éins \"1\"\n", await ReadAsync(client, (string)theirs[0]!["ARN"]!, (string)theirs[0]!["VersionId"]!));
        Assert.Equal("drei", await ReadAsync(client, name, stage: "AWSPENDING"));
        using (SecretValue value = (await client.GetAsync(binary, cancellationToken: Cancellation))!.Value)
            Assert.Equal(Bytes, value.RevealBytes().ToArray());
        Assert.Null(await ReadAsync(client, deleted));
        AwsSecretDescription? description = await client.DescribeAsync(name, Cancellation);
        Assert.Equal(("by theirs", "shop"), (description?.Description, description?.Tags["team"]));
        AwsSecretBatch batch = await client.GetManyAsync([name, binary, deleted], Cancellation);
        Assert.Equal([binary, name], batch.Values.Select(v => v.Name).OrderBy(n => n == name));
        Assert.Equal([new AwsSecretError(deleted, "InvalidRequestException")], batch.Errors);
    }

    private static async Task OursToTheirsAsync(AwsSecretsManagerOptions options, string endpoint)
    {
        string name = NewName(), binary = NewName(), deleted = NewName();
        using var client = new AwsSecretsManagerClient(options);
        AwsSecretVersion first = await client.CreateAsync(
            name,
            new SecretValue("éins \"1\"\n\\ \u0001"),
            new AwsSecretCreation { Description = "by ours", Tags = new Dictionary<string, string> { ["team"] = "shop" } },
            Cancellation);
        AwsSecretVersion second = await client.PutAsync(name, new SecretValue("zwei"), cancellationToken: Cancellation);
        await client.MoveStageAsync(name, "blue", first.VersionId, cancellationToken: Cancellation);
        await client.CreateAsync(binary, new SecretValue(Bytes), cancellationToken: Cancellation);
        await client.CreateAsync(deleted, new SecretValue("gone"), cancellationToken: Cancellation);
        await client.DeleteAsync(deleted, cancellationToken: Cancellation);

        JsonArray theirs = await RunAsync(
            options,
            endpoint,
            ("GetSecretValue", new JsonObject { ["SecretId"] = name }),
            ("GetSecretValue", new JsonObject { ["SecretId"] = first.Arn, ["VersionId"] = first.VersionId }),
            ("GetSecretValue", new JsonObject { ["SecretId"] = name, ["VersionStage"] = "blue" }),
            ("GetSecretValue", new JsonObject { ["SecretId"] = binary }),
            ("DescribeSecret", new JsonObject { ["SecretId"] = name }),
            ("GetSecretValue", new JsonObject { ["SecretId"] = deleted }),
            ("BatchGetSecretValue", new JsonObject { ["SecretIdList"] = new JsonArray(name, binary) }));

        Assert.Equal(("zwei", second.VersionId), ((string?)theirs[0]!["SecretString"], (string?)theirs[0]!["VersionId"]));
        Assert.Equal("éins \"1\"\n\\ \u0001", (string?)theirs[1]!["SecretString"]);
        Assert.Equal("éins \"1\"\n\\ \u0001", (string?)theirs[2]!["SecretString"]);
        Assert.Equal(Convert.ToBase64String(Bytes), (string?)theirs[3]!["SecretBinary"]);
        Assert.Equal(("by ours", "shop"), ((string?)theirs[4]!["Description"], (string?)theirs[4]!["Tags"]![0]!["Value"]));
        Assert.Equal("InvalidRequestException", (string?)theirs[5]!["error"]);
        Assert.Equal(2, theirs[6]!["SecretValues"]!.AsArray().Count);
    }

    private static JsonArray Tags(string key, string value) => [new JsonObject { ["Key"] = key, ["Value"] = value }];

    private static string NewName() => $"official-{Guid.NewGuid():N}";

    private static async Task<string?> ReadAsync(AwsSecretsManagerClient client, string id, string? version = null, string? stage = null)
    {
        using SecretValue? value = (await client.GetAsync(id, version, stage, Cancellation))?.Value;
        return value?.RevealString();
    }

    private static async Task<JsonArray> RunAsync(AwsSecretsManagerOptions options, string endpoint, params (string Command, JsonObject Input)[] commands)
    {
        var list = new JsonArray([.. commands.Select(c => (JsonNode)new JsonArray(c.Command, c.Input))]);
        var keys = (await options.Credentials!(Cancellation)).GetCredentials();
        var variables = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT"] = endpoint,
            ["AWS_REGION"] = options.Region!,
            ["TEST_KEY_ID"] = keys.AccessKey,
            ["TEST_KEY"] = keys.SecretKey,
            ["NODE_NO_WARNINGS"] = "1",
        };
        string printed = await OfficialClients.NodeAsync(
            "tests/Varai.Environment.Aws.Tests/Clients/secrets-manager.cjs", [list.ToJsonString()], variables, Cancellation);
        return JsonNode.Parse(printed[printed.IndexOf('[', StringComparison.Ordinal)..])!.AsArray();
    }
}
