using System.Text.Json.Nodes;
using Google.Apis.Auth.OAuth2;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.GoogleCloud.Secrets;
using Varai.GoogleCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.GoogleCloud.Tests.Secrets;

public sealed class GoogleCredentialTests : IAsyncLifetime
{
    private const string ApplicationDefault = "GOOGLE_APPLICATION_CREDENTIALS";

    private GoogleServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await GoogleServer.StartAsync();
        _server.Plant("db", "value");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task ServiceAccount_ManyReads_ShareOneToken()
    {
        using var client = new GoogleSecretManagerClient(_server.Options());

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync(client)));

        Assert.Equal(1, _server.Tokens.Issued);
    }

    [Fact]
    public async Task ServiceAccount_TokenRevokedInMidFlight_IsRenewedOnceForAll()
    {
        using var client = new GoogleSecretManagerClient(_server.Options());
        await ReadAsync(client);
        _server.Tokens.RevokeAll();
        _server.Requests.Clear();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync(client)));

        Assert.Equal(2, _server.Tokens.Issued);
        Assert.Equal(1, _server.Requests.Count(r => r == "POST /token"));
    }

    [Fact]
    public async Task RenewAsync_ManyWithTheSameToken_ShareTheNewOne()
    {
        using var tokens = new GoogleTokenSource(_server.Options());
        var operation = new GoogleOperation("google", "read", "db", GoogleOperation.Accessor);
        GoogleToken refused = await tokens.GetAsync(operation, Token);

        GoogleToken[] renewed = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tokens.RenewAsync(operation, refused, Token).AsTask()));

        Assert.Equal(2, _server.Tokens.Issued);
        Assert.NotEqual(refused.Reveal(), Assert.Single(renewed.Select(token => token.Reveal()).Distinct()));
    }

    [Fact]
    public async Task ServiceAccount_ServersClockIsAhead_RenewsOnceAndReads()
    {
        using var client = new GoogleSecretManagerClient(_server.Options());
        await ReadAsync(client);

        // The token has expired there, while the library believes that it is good for an hour.
        _server.Clock.Advance(TimeSpan.FromHours(1));

        await ReadAsync(client);
        Assert.Equal(2, _server.Tokens.Issued);
    }

    [Fact]
    public async Task ServiceAccount_NewTokenIsRefusedToo_FailsAfterOneRenewal()
    {
        _server.Tokens.HiddenLifetime = TimeSpan.FromHours(-2);
        using var client = new GoogleSecretManagerClient(_server.Options());

        SecretProviderException error = await FailAsync(client);

        Assert.False(error.IsTransient);
        Assert.EndsWith(
            "Google refused the access token, and a new one too (UNAUTHENTICATED, HTTP 401). Check the credentials, and this machine's clock.",
            error.Message,
            StringComparison.Ordinal);
        Assert.Equal(2, _server.Requests.Count(r => r.StartsWith("GET /v1/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(-90)]
    [InlineData(90)]
    public async Task ServiceAccount_ClockOfThisMachineIsWrong_SaysSo(int minutes)
    {
        using var client = new GoogleSecretManagerClient(_server.Options());
        if (minutes > 0)
            _server.Clock.Advance(TimeSpan.FromMinutes(minutes));
        else
            _server.Clock.AdjustTime(_server.Clock.GetUtcNow().AddMinutes(minutes));

        SecretProviderException error = await FailAsync(client);

        Assert.False(error.IsTransient);
        Assert.EndsWith(
            "no access token was given (invalid_grant, HTTP 400). The key was deleted or disabled, or this machine's clock is wrong.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServiceAccount_KeyOfAnotherAccount_IsRefusedWithoutQuotingIt()
    {
        using var other = new GoogleServiceAccount(_server.Account.Email);
        GoogleSecretManagerOptions options = _server.Options();
        options.CredentialsFile = other.WriteFile(_server.Folder, _server.TokenAddress);
        using var client = new GoogleSecretManagerClient(options);

        SecretProviderException error = await FailAsync(client);

        Assert.Contains("invalid_grant", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", error.ToString(), StringComparison.Ordinal);
        Assert.Null(error.InnerException);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(400, false)]
    public async Task ServiceAccount_TokenEndpointFails_SaysWhetherToTryAgain(int status, bool isTransient)
    {
        _server.TokenFault = new GoogleFault { Status = status, Body = "{\"error\":\"s3cr3t-canary\",\"error_description\":\"s3cr3t-canary\"}" };
        using var client = new GoogleSecretManagerClient(_server.Options());

        SecretProviderException error = await FailAsync(client);

        Assert.Equal(isTransient, error.IsTransient);
        Assert.Contains($"no access token was given (no known error code, HTTP {status})", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);
        _server.TokenFault = null;
        await ReadAsync(client);
    }

    [Fact]
    public async Task ServiceAccount_TokenEndpointHangs_EndsWithTheCallersToken()
    {
        _server.TokenFault = new GoogleFault { Hangs = true };
        using var client = new GoogleSecretManagerClient(_server.Options());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);

        ValueTask<Secret?> reading = client.AccessVersionAsync("db", cancellationToken: patience.Token);
        await _server.Hanging.Task.WaitAsync(Token);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
    }

    [Fact]
    public async Task WorkloadIdentity_FileOfTheMachine_IsExchangedForAToken()
    {
        var json = new JsonObject
        {
            ["type"] = "external_account",
            ["audience"] = GoogleTokens.Audience,
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
            ["token_url"] = $"{_server.Address}/sts",
            ["credential_source"] = new JsonObject { ["file"] = _server.Folder.Write("subject", GoogleTokens.SubjectToken) },
        };
        GoogleSecretManagerOptions options = _server.Options();
        options.CredentialsFile = _server.Folder.Write("identity.json", json.ToJsonString());
        using var client = new GoogleSecretManagerClient(options);

        await ReadAsync(client);
        _server.Tokens.RevokeAll();
        await ReadAsync(client);

        Assert.Equal(2, _server.Requests.Count(r => r == "POST /sts"));
        _server.Folder.Write("subject", "another");
        _server.Tokens.RevokeAll();
        Assert.Contains("invalid_grant", (await FailAsync(client)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MetadataServer_OfTheMachine_GivesTheToken()
    {
        var compute = new ComputeCredential(new ComputeCredential.Initializer($"{_server.Address}/computeMetadata/v1/instance/service-accounts/default/token"));
        GoogleSecretManagerOptions options = _server.Options();
        using var client = new GoogleSecretManagerClient(
            "gce", options, TimeProvider.System, NullLogger<GoogleSecretManagerClient>.Instance, GoogleCredential.FromComputeCredential(compute));

        await ReadAsync(client);
        _server.Tokens.RevokeAll();
        await ReadAsync(client);

        Assert.Equal(2, _server.Tokens.Issued);
    }

    [Fact]
    public async Task ApplicationDefault_FromTheEnvironment_IsUsedWithItsProject()
    {
        // Google's library reads the variable once in a process, so no other test here sets it.
        Environment.SetEnvironmentVariable(ApplicationDefault, _server.Options().CredentialsFile);
        try
        {
            using var client = new GoogleSecretManagerClient(new GoogleSecretManagerOptions { Endpoint = _server.Address });
            await ReadAsync(client);
        }
        finally
        {
            Environment.SetEnvironmentVariable(ApplicationDefault, null);
        }

        Assert.Contains("GET /v1/projects/varai-test/secrets/db/versions/latest:access", _server.Requests);
    }

    [Fact]
    public async Task AccessToken_Callback_IsAskedForEachRequestAndOnceMoreWhenRefused()
    {
        var given = new Queue<string>([_server.Tokens.Issue(_server.Account), "stale", _server.Tokens.Issue(_server.Account), "stale", "stale"]);
        GoogleSecretManagerOptions options = _server.Options();
        options.CredentialsFile = null;
        options.AccessToken = _ => ValueTask.FromResult(given.Dequeue());
        using var client = new GoogleSecretManagerClient(options);

        await ReadAsync(client);
        await ReadAsync(client);
        Assert.Contains("and a new one too", (await FailAsync(client)).Message, StringComparison.Ordinal);
        Assert.Empty(given);
    }

    [Fact]
    public async Task AccessToken_CallbackThrows_SaysSoWithoutItsText()
    {
        GoogleSecretManagerOptions options = _server.Options();
        options.CredentialsFile = null;
        options.AccessToken = _ => throw new InvalidOperationException("s3cr3t-canary");
        using var client = new GoogleSecretManagerClient(options);
        SecretProviderException error = await FailAsync(client);
        Assert.EndsWith("no access token was given (InvalidOperationException). Check the credentials.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);

        options.AccessToken = _ => ValueTask.FromResult("s3cr3t-canary\nX: y");
        error = await FailAsync(client);
        Assert.EndsWith("the access token has characters that no token has. Check what AccessToken gives.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "can't be read (FileNotFoundException). Check CredentialsFile and the file's permissions.")]
    [InlineData("s3cr3t-canary", "is not as Google writes it")]
    [InlineData("{}", "does not say of what type it is. Download it again.")]
    [InlineData("{\"type\":\"s3cr3t-canary\"}", "is not as Google writes it (InvalidOperationException). Download it again.")]
    [InlineData("{\"type\":\"service_account\",\"private_key\":\"s3cr3t-canary\",\"client_email\":\"a@b\"}", "is not as Google writes it")]
    public async Task CredentialsFile_MissingOrWrong_SaysSoWithoutQuotingIt(string? content, string expected)
    {
        GoogleSecretManagerOptions options = _server.Options();
        options.CredentialsFile = content is null ? _server.Folder.File("none.json") : _server.Folder.Write("wrong.json", content);
        using var client = new GoogleSecretManagerClient(options);

        SecretProviderException error = await FailAsync(client);

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Project_NotSet_ComesFromTheEnvironmentOrTheCredentials()
    {
        GoogleSecretManagerOptions options = _server.Options();
        options.ProjectId = null;
        using var fromCredentials = new GoogleSecretManagerClient(options);
        await ReadAsync(fromCredentials);
        using var fromEnvironment = new GoogleSecretManagerClient(
            "p", options, TimeProvider.System, NullLogger<GoogleSecretManagerClient>.Instance, projectOfEnvironment: GoogleServer.ProjectNumber);
        await ReadAsync(fromEnvironment);
        Assert.Contains($"GET /v1/projects/{GoogleServer.ProjectNumber}/secrets/db/versions/latest:access", _server.Requests);

        options.CredentialsFile = _server.Account.WriteFile(_server.Folder, _server.TokenAddress, projectId: null);
        using var nobody = new GoogleSecretManagerClient(options);
        Assert.EndsWith(
            "it is not known which project holds the secrets. Set ProjectId or the environment variable GOOGLE_CLOUD_PROJECT.",
            (await FailAsync(nobody)).Message,
            StringComparison.Ordinal);
    }

    private static async Task ReadAsync(GoogleSecretManagerClient client) =>
        Assert.Equal("value", (await client.AccessVersionAsync("db", cancellationToken: Token))!.RevealString());

    private static async Task<SecretProviderException> FailAsync(GoogleSecretManagerClient client) =>
        await Assert.ThrowsAsync<SecretProviderException>(async () => await client.AccessVersionAsync("db", cancellationToken: Token));
}
