using System.Globalization;
using System.Security.Cryptography;
using Varai.GoogleCloud.Secrets;
using Varai.GoogleCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.GoogleCloud.Tests.Secrets;

public sealed class GoogleSecretManagerClientTests : IAsyncLifetime
{
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
    public async Task AccessVersionAsync_NumberAliasAndLatest_GiveTheirVersion()
    {
        _server.Plant("db", "one");
        _server.Plant("db", "two");
        _server.Plant("db", "three");
        _server.Secrets.SetAlias("db", "blue", 2);

        Assert.Equal(("three", "3"), await ReadAsync("latest"));
        Assert.Equal(("one", "1"), await ReadAsync("1"));
        Assert.Equal(("two", "2"), await ReadAsync("blue"));
        Assert.Null(await _client.AccessVersionAsync("db", "4", Token));
        Assert.Null(await _client.AccessVersionAsync("db", "green", Token));
        Assert.Equal("2", (await _client.GetVersionAsync("db", "blue", Token))!.Version);

        async Task<(string, string?)> ReadAsync(string version)
        {
            Secret? secret = await _client.AccessVersionAsync("db", version, Token);
            return (secret!.RevealString(), secret.Version);
        }
    }

    [Fact]
    public async Task AccessVersionAsync_SecretWithoutVersions_IsNull()
    {
        await _client.CreateSecretAsync("empty", cancellationToken: Token);

        Assert.Null(await _client.AccessVersionAsync("empty", cancellationToken: Token));
    }

    [Fact]
    public async Task AddVersionAsync_MissingSecret_FailsOrCreatesIt()
    {
        var error = await Assert.ThrowsAsync<SecretProviderException>(
            async () => await _client.AddVersionAsync("new", new SecretValue("v"), cancellationToken: Token));
        Assert.Equal(
            "The secret provider 'google-secret-manager' could not write 'new': projects/varai-test/secrets/new does not exist (NOT_FOUND, HTTP 404).",
            error.Message);
        Assert.False(error.IsTransient);

        GoogleSecretVersion version = await _client.AddVersionAsync("new", new SecretValue("v"), new GoogleSecretCreation(), Token);

        Assert.Equal(("new", "1", GoogleSecretVersionState.Enabled), (version.SecretId, version.Version, version.State));
        Assert.Equal("v", (await _client.AccessVersionAsync("new", cancellationToken: Token))!.RevealString());
    }

    [Fact]
    public async Task AddVersionAsync_AnyBytesUpToTheLimit_ComeBack()
    {
        byte[] largest = RandomNumberGenerator.GetBytes(65_536);
        foreach (byte[] bytes in (byte[][])[[0], [0, 255, 128, 10], largest])
        {
            await _client.AddVersionAsync("bytes", new SecretValue(bytes), new GoogleSecretCreation(), Token);
            Assert.Equal(bytes, (await _client.AccessVersionAsync("bytes", cancellationToken: Token))!.Value.RevealBytes().ToArray());
        }

        _server.Requests.Clear();
        var error = await Assert.ThrowsAsync<SecretProviderException>(
            async () => await _client.AddVersionAsync("bytes", new SecretValue([.. largest, 1]), cancellationToken: Token));
        Assert.EndsWith("the value has 65537 bytes; Secret Manager allows 65536.", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<SecretProviderException>(
            async () => await _client.AddVersionAsync("bytes", new SecretValue(""), cancellationToken: Token));
        Assert.EndsWith("the value is empty, which Secret Manager does not allow.", error.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task AddVersionAsync_SeveralCreatorsAtOnce_AllSucceed()
    {
        GoogleSecretVersion[] versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => _client.AddVersionAsync("raced", new SecretValue($"v{i}"), new GoogleSecretCreation(), Token).AsTask()));

        Assert.Equal(Enumerable.Range(1, 8), versions.Select(v => int.Parse(v.Version, CultureInfo.InvariantCulture)).Order());
    }

    [Fact]
    public async Task CreateSecretAsync_AllSettings_AreKept()
    {
        DateTimeOffset expiry = _server.Clock.GetUtcNow().AddHours(1);
        var creation = new GoogleSecretCreation { ExpiresAt = expiry };
        creation.Labels["team"] = "billing";
        creation.Annotations["owner.name"] = "Ms. Example";
        creation.Topics.Add("projects/varai-test/topics/changes");
        creation.ReplicationLocations.Add("europe-west3");
        creation.ReplicationLocations.Add("europe-west4");

        Assert.True(await _client.CreateSecretAsync("full", creation, Token));
        Assert.False(await _client.CreateSecretAsync("full", cancellationToken: Token));
        GoogleSecretMetadata secret = (await _client.GetSecretAsync("full", Token))!;

        Assert.Equal("full", secret.SecretId);
        Assert.Equal(_server.Clock.GetUtcNow(), secret.CreatedAt);
        Assert.Equal(expiry, secret.ExpiresAt);
        Assert.Equal("billing", secret.Labels["team"]);
        Assert.Equal("Ms. Example", secret.Annotations["owner.name"]);
        Assert.Equal(["projects/varai-test/topics/changes"], secret.Topics);
        Assert.Equal(["europe-west3", "europe-west4"], secret.ReplicationLocations);
        Assert.StartsWith("\"", secret.ETag, StringComparison.Ordinal);

        _server.Clock.Advance(TimeSpan.FromMinutes(61));
        _server.Tokens.RevokeAll();
        Assert.Null(await _client.GetSecretAsync("full", Token));
    }

    [Fact]
    public async Task ListSecretsAsync_ManyPages_GivesEachOnceNewestFirst()
    {
        _server.Secrets.MaximumPageSize = 4;
        for (int i = 0; i < 10; i++)
            _server.Plant($"s{i}", "v");
        _server.Plant("other", "v");

        Assert.Equal(["other", .. Enumerable.Range(0, 10).Reverse().Select(i => $"s{i}")], await ListAsync(filter: null, pageSize: 0));
        Assert.Equal(3, _server.Requests.Count(r => r.StartsWith("GET /v1/projects/varai-test/secrets", StringComparison.Ordinal)));
        Assert.Equal(["s3"], await ListAsync("name:s3", pageSize: 2));
        Assert.Empty(await ListAsync("name:none", pageSize: 0));
        var creation = new GoogleSecretCreation();
        creation.Labels["team"] = "billing";
        await _client.CreateSecretAsync("labelled", creation, Token);
        Assert.Equal(["labelled"], await ListAsync("labels.team=billing", pageSize: 0));

        async Task<List<string>> ListAsync(string? filter, int pageSize)
        {
            var ids = new List<string>();
            await foreach (GoogleSecretMetadata secret in _client.ListSecretsAsync(filter, pageSize, Token))
                ids.Add(secret.SecretId);
            return ids;
        }
    }

    [Fact]
    public async Task ListVersionsAsync_SomeStates_AreListedAndFiltered()
    {
        _server.Secrets.MaximumPageSize = 2;
        for (int i = 0; i < 5; i++)
            _server.Plant("db", $"v{i}");
        await _client.DisableVersionAsync("db", "2", cancellationToken: Token);
        await _client.DestroyVersionAsync("db", "3", cancellationToken: Token);

        Assert.Equal(["5", "4", "3", "2", "1"], (await ListAsync(filter: null)).Select(v => v.Version));
        Assert.Equal(["5", "4", "1"], (await ListAsync("state:ENABLED")).Select(v => v.Version));
        GoogleSecretVersion destroyed = Assert.Single(await ListAsync("state:DESTROYED"));
        Assert.Equal((GoogleSecretVersionState.Destroyed, _server.Clock.GetUtcNow()), (destroyed.State, destroyed.DestroyedAt!.Value));

        async Task<List<GoogleSecretVersion>> ListAsync(string? filter)
        {
            var versions = new List<GoogleSecretVersion>();
            await foreach (GoogleSecretVersion version in _client.ListVersionsAsync("db", filter, cancellationToken: Token))
                versions.Add(version);
            return versions;
        }
    }

    [Fact]
    public async Task AccessVersionAsync_DisabledEnabledDestroyed_SaysSo()
    {
        _server.Plant("DISABLED", "v");
        Assert.Equal(GoogleSecretVersionState.Disabled, (await _client.DisableVersionAsync("DISABLED", "1", cancellationToken: Token)).State);

        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await _client.AccessVersionAsync("DISABLED", "1", Token));
        Assert.Equal(
            "The secret provider 'google-secret-manager' could not read 'DISABLED': projects/varai-test/secrets/DISABLED/versions/1 is disabled. Enable it, or add a version.",
            error.Message);
        Assert.False(error.IsTransient);

        Assert.Equal(GoogleSecretVersionState.Enabled, (await _client.EnableVersionAsync("DISABLED", "1", cancellationToken: Token)).State);
        Assert.NotNull(await _client.AccessVersionAsync("DISABLED", "1", Token));
        Assert.Equal(GoogleSecretVersionState.Destroyed, (await _client.DestroyVersionAsync("DISABLED", "1", cancellationToken: Token)).State);
        Assert.Null(await _client.AccessVersionAsync("DISABLED", "1", Token));
        error = await Assert.ThrowsAsync<SecretProviderException>(async () => await _client.EnableVersionAsync("DISABLED", "1", cancellationToken: Token));
        Assert.Contains("FAILED_PRECONDITION, HTTP 400", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ETag_OfAnEarlierState_IsRefused()
    {
        _server.Plant("db", "v");
        string versionTag = (await _client.GetVersionAsync("db", "1", Token))!.ETag!;
        string secretTag = (await _client.GetSecretAsync("db", Token))!.ETag!;

        GoogleSecretVersion changed = await _client.DisableVersionAsync("db", "1", versionTag, Token);
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await _client.EnableVersionAsync("db", "1", versionTag, Token));
        Assert.Contains("or its ETag is another one by now", error.Message, StringComparison.Ordinal);
        await _client.EnableVersionAsync("db", "1", changed.ETag, Token);
        await Assert.ThrowsAsync<SecretProviderException>(async () => await _client.DeleteSecretAsync("db", "\"0\"", Token));

        Assert.True(await _client.DeleteSecretAsync("db", secretTag, Token));
        Assert.False(await _client.DeleteSecretAsync("db", cancellationToken: Token));
        Assert.Null(await _client.GetSecretAsync("db", Token));
        Assert.Null(await _client.GetVersionAsync("db", "1", Token));
    }

    [Fact]
    public async Task AccessVersionAsync_DamagedValue_IsATransientErrorThatNamesTheCheck()
    {
        _server.Plant("db", "s3cr3t-canary");
        _server.Fault = new GoogleFault { DamagesValue = true };

        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await _client.AccessVersionAsync("db", cancellationToken: Token));

        Assert.True(error.IsTransient);
        Assert.Contains("does not match its CRC-32C checksum", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);
        _server.Fault = new GoogleFault { LeavesOutChecksum = true };
        Assert.NotNull(await _client.AccessVersionAsync("db", cancellationToken: Token));
    }

    [Fact]
    public async Task Location_RegionalSecrets_AreApartFromGlobalOnes()
    {
        GoogleSecretManagerOptions options = _server.Options();
        options.Location = "europe-west3";
        using var regional = new GoogleSecretManagerClient(options);
        _server.Plant("db", "global");

        Assert.Null(await regional.AccessVersionAsync("db", cancellationToken: Token));
        await regional.AddVersionAsync("db", new SecretValue("regional"), new GoogleSecretCreation(), Token);

        Assert.Equal("regional", (await regional.AccessVersionAsync("db", cancellationToken: Token))!.RevealString());
        Assert.Equal("global", (await _client.AccessVersionAsync("db", cancellationToken: Token))!.RevealString());
        Assert.Contains(_server.Requests, r => r == "POST /v1/projects/varai-test/locations/europe-west3/secrets?secretId=db");
    }

    [Theory]
    [InlineData(null, "https://secretmanager.googleapis.com/v1/projects/p/secrets/db/versions/latest:access")]
    [InlineData("europe-west3", "https://secretmanager.europe-west3.rep.googleapis.com/v1/projects/p/locations/europe-west3/secrets/db/versions/latest:access")]
    public async Task Endpoint_NotSet_IsGooglesOwn(string? location, string expected)
    {
        var handler = new RecordingHandler();
        using var client = new GoogleSecretManagerClient(new GoogleSecretManagerOptions
        {
            ProjectId = "p",
            Location = location,
            QuotaProject = "billed",
            AccessToken = _ => ValueTask.FromResult("token"),
            CreateHandler = _ => handler,
        });

        await Assert.ThrowsAsync<SecretProviderException>(async () => await client.AccessVersionAsync("db", cancellationToken: Token));

        Assert.Equal(expected, handler.Address);
        Assert.Equal("billed", handler.QuotaProject);
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("a/../b")]
    [InlineData("a?b")]
    public async Task SecretId_ThatCanNotExist_IsAnArgumentException(string id)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await _client.AccessVersionAsync(id, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _client.AccessVersionAsync("db", id, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _client.DeleteSecretAsync(id, cancellationToken: Token));
        Assert.Throws<ArgumentException>(() => _client.ListVersionsAsync(id, cancellationToken: Token));
        Assert.Empty(_server.Requests);
    }

    private sealed class RecordingHandler : HttpMessageHandler
    {
        public string? Address { get; private set; }

        public string? QuotaProject { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Address = request.RequestUri!.AbsoluteUri;
            QuotaProject = request.Headers.GetValues("X-Goog-User-Project").Single();
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable));
        }
    }
}
