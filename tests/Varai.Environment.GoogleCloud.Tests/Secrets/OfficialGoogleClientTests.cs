using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Varai.GoogleCloud.Secrets;
using Varai.GoogleCloud.Tests.Server;
using Varai.Secrets;
using Varai.Tests.TestResources;

namespace Varai.GoogleCloud.Tests.Secrets;

/// <summary>Google's client for Node.js and the gcloud tool on the same server, so that it is not only our idea of the protocol.</summary>
public sealed class OfficialGoogleClientTests : IAsyncLifetime
{
    private const string NotFound = "NOT_FOUND";
    private const string PermissionDenied = "PERMISSION_DENIED";
    private const string FailedPrecondition = "FAILED_PRECONDITION";
    private const string InvalidArgument = "INVALID_ARGUMENT";

    private static readonly byte[] Binary = [0, 255, 128, 10, 13];

    private GoogleServer _server = null!;
    private GoogleSecretManagerClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await GoogleServer.StartAsync();
        _client = new GoogleSecretManagerClient(_server.Options());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Node_Writes_OursReads()
    {
        JsonNode written = await NodeAsync(
            "write", "theirs", Convert.ToBase64String("é\n"u8), Convert.ToBase64String(Binary), BitwiseCrc32C.Compute(Binary).ToString(CultureInfo.InvariantCulture));
        Assert.Equal("""{"name":"theirs","version":"2","state":"ENABLED","checked":true}""", written.ToJsonString());

        Secret latest = (await _client.AccessVersionAsync("theirs", cancellationToken: Token))!;
        Assert.Equal(Binary, latest.Value.RevealBytes().ToArray());
        Assert.Equal("2", latest.Version);
        Assert.Equal("é\n", (await _client.AccessVersionAsync("theirs", "1", Token))!.RevealString());
        GoogleSecretMetadata metadata = (await _client.GetSecretAsync("theirs", Token))!;
        Assert.Equal("node", metadata.Labels["team"]);
        Assert.Equal("by node", metadata.Annotations["note"]);

        JsonNode refused = await NodeAsync("writeWrongChecksum", "theirs", Convert.ToBase64String(Binary), "1");
        Assert.Equal(InvalidArgument, (string)refused["status"]!);
        Assert.Equal("2", (await _client.GetVersionAsync("theirs", cancellationToken: Token))!.Version);
    }

    [Fact]
    public async Task Ours_Writes_NodeReads()
    {
        DateTimeOffset expiry = DateTimeOffset.FromUnixTimeSeconds(_server.Clock.GetUtcNow().ToUnixTimeSeconds()).AddDays(1);
        var creation = new GoogleSecretCreation { ExpiresAt = expiry };
        creation.Labels["team"] = "dotnet";
        creation.Topics.Add("projects/varai-test/topics/changes");
        creation.ReplicationLocations.Add("europe-west3");
        await _client.AddVersionAsync("ours", new SecretValue("é\n"), creation, Token);
        await _client.AddVersionAsync("ours", new SecretValue(Binary), cancellationToken: Token);
        await _client.AddVersionAsync("ours", new SecretValue("third"), cancellationToken: Token);
        await _client.DisableVersionAsync("ours", "2", cancellationToken: Token);
        await _client.DestroyVersionAsync("ours", "3", cancellationToken: Token);

        JsonNode first = await NodeAsync("read", "ours", "1");
        Assert.Equal(Convert.ToBase64String(Encoding.UTF8.GetBytes("é\n")), (string)first["data"]!);
        Assert.Equal(BitwiseCrc32C.Compute("é\n"u8).ToString(CultureInfo.InvariantCulture), (string)first["crc32c"]!);
        JsonNode description = await NodeAsync("describe", "ours");
        Assert.Equal("dotnet", (string)description["labels"]!["team"]!);
        Assert.Equal("[\"europe-west3\"]", description["replicas"]!.ToJsonString());
        Assert.Equal("[\"projects/varai-test/topics/changes\"]", description["topics"]!.ToJsonString());
        Assert.Equal(expiry.ToUnixTimeSeconds(), (long)description["expires"]!);
        Assert.Equal("""["3:DESTROYED","2:DISABLED","1:ENABLED"]""", description["versions"]!.ToJsonString());
    }

    [Fact]
    public async Task Node_ChangesStatesAndDeletes_OursSees()
    {
        _server.Plant("db", "one");

        Assert.Equal("DISABLED", (string)(await NodeAsync("change", "db", "1", "disable"))["state"]!);
        var disabled = await Assert.ThrowsAsync<SecretProviderException>(async () => await _client.AccessVersionAsync("db", cancellationToken: Token));
        Assert.Contains("is disabled", disabled.Message, StringComparison.Ordinal);
        Assert.Equal(FailedPrecondition, (string)(await NodeAsync("read", "db", "1"))["status"]!);
        Assert.Equal("ENABLED", (string)(await NodeAsync("change", "db", "1", "enable"))["state"]!);
        Assert.NotNull(await _client.AccessVersionAsync("db", cancellationToken: Token));
        JsonNode destroyed = await NodeAsync("change", "db", "1", "destroy");
        Assert.Equal("DESTROYED", (string)destroyed["state"]!);
        Assert.Equal((string)destroyed["etag"]!, (await _client.GetVersionAsync("db", "1", Token))!.ETag);
        Assert.Null(await _client.AccessVersionAsync("db", cancellationToken: Token));
        Assert.Equal("{}", (await NodeAsync("delete", "db")).ToJsonString());
        Assert.Null(await _client.GetSecretAsync("db", Token));
        Assert.Equal(NotFound, (string)(await NodeAsync("delete", "db"))["status"]!);
        _server.Account.PermissionsBySecret["db"] = [];
        Assert.Equal(PermissionDenied, (string)(await NodeAsync("read", "db", "1"))["status"]!);
    }

    [Fact]
    public async Task Node_ListsManyPages_AsOursDoes()
    {
        _server.Secrets.MaximumPageSize = 3;
        for (int i = 0; i < 8; i++)
            await _client.AddVersionAsync($"app-{i}", new SecretValue("v"), new GoogleSecretCreation(), Token);
        await _client.CreateSecretAsync("other", cancellationToken: Token);
        var ours = new List<string>();
        await foreach (GoogleSecretMetadata secret in _client.ListSecretsAsync("name:app-", cancellationToken: Token))
            ours.Add(secret.SecretId);

        string[] theirs = [.. (await NodeAsync("list", "name:app-", "2")).AsArray().Select(name => (string)name!)];

        Assert.Equal(8, ours.Count);
        Assert.Equal(ours, theirs);
    }

    [Fact]
    public async Task Gcloud_WritesAndReads_AsOursDoes()
    {
        string gcloud = Require.Program("The Google Cloud CLI", "see https://cloud.google.com/sdk/docs/install", "gcloud");
        string tokenFile = _server.Folder.Write("token", _server.Tokens.Issue(_server.Account));
        string dataFile = _server.Folder.Write("data", "by gcloud");
        var variables = new Dictionary<string, string>
        {
            ["CLOUDSDK_CONFIG"] = _server.Folder.File("gcloud"),
            ["CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"] = tokenFile,
            ["CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER"] = _server.Address + "/",
            ["CLOUDSDK_CORE_PROJECT"] = GoogleServer.ProjectId,
            ["CLOUDSDK_CORE_DISABLE_PROMPTS"] = "1",
            ["CLOUDSDK_CORE_DISABLE_USAGE_REPORTING"] = "1",
            ["CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK"] = "1",
        };

        await GcloudAsync("secrets", "create", "tool", "--replication-policy=automatic", $"--data-file={dataFile}");
        Assert.Equal("by gcloud", (await _client.AccessVersionAsync("tool", cancellationToken: Token))!.RevealString());
        await _client.AddVersionAsync("tool", new SecretValue("by us"), cancellationToken: Token);
        Assert.Contains("by us", await GcloudAsync("secrets", "versions", "access", "latest", "--secret=tool"), StringComparison.Ordinal);

        async Task<string> GcloudAsync(params string[] arguments)
        {
            Command command = await Command.RunAsync(gcloud, arguments, _server.Folder.Root, Token, variables);
            Assert.True(command.ExitCode == 0, $"gcloud {string.Join(' ', arguments)} ended with {command.ExitCode}:\n{command.Output}");
            return command.Output;
        }
    }

    private async Task<JsonNode> NodeAsync(params string[] arguments)
    {
        var address = new Uri(_server.Address);
        string output = await OfficialClients.NodeAsync(
            "tests/Varai.Environment.GoogleCloud.Tests/Clients/google-secret-manager.cjs",
            [address.Host, address.Port.ToString(CultureInfo.InvariantCulture), _server.Tokens.Issue(_server.Account), .. arguments],
            new Dictionary<string, string>(),
            Token);
        return JsonNode.Parse(output.Split('\n').Last(line => line.Length > 0))!;
    }
}
