using Varai.GoogleCloud.Secrets;
using Varai.GoogleCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.GoogleCloud.Tests.Secrets;

public sealed class GoogleErrorTests : IAsyncLifetime
{
    private GoogleServer _server = null!;
    private GoogleSecretManagerProvider _provider = null!;
    private GoogleSecretManagerClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await GoogleServer.StartAsync();
        GoogleSecretManagerOptions options = _server.Options();
        _client = new GoogleSecretManagerClient(options);
        _provider = new GoogleSecretManagerProvider(_client, options);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(400, "INVALID_ARGUMENT", false, false)]
    [InlineData(400, "FAILED_PRECONDITION", false, false)]
    [InlineData(401, "UNAUTHENTICATED", false, false)]
    [InlineData(403, "PERMISSION_DENIED", false, false)]
    [InlineData(404, null, false, false)]
    [InlineData(408, null, true, false)]
    [InlineData(409, "ABORTED", true, false)]
    [InlineData(429, "RESOURCE_EXHAUSTED", true, true)]
    [InlineData(429, null, true, true)]
    [InlineData(500, "INTERNAL", true, false)]
    [InlineData(500, null, true, false)]
    [InlineData(501, "UNIMPLEMENTED", false, false)]
    [InlineData(502, null, true, false)]
    [InlineData(503, "UNAVAILABLE", true, false)]
    [InlineData(504, "DEADLINE_EXCEEDED", true, false)]
    [InlineData(302, null, false, false)]
    public async Task GetAsync_Refused_SaysWhetherToTryAgain(int status, string? canonical, bool isTransient, bool isThrottled)
    {
        _server.Fault = new GoogleFault { Status = status, Canonical = canonical };

        SecretProviderException error = await FailAsync();

        Assert.Equal((isTransient, isThrottled), (error.IsTransient, error.IsThrottled));
        Assert.Equal(("google-secret-manager", "read", "db"), (error.Provider, error.Operation, error.SecretName));
        Assert.Contains($"HTTP {status}", error.Message, StringComparison.Ordinal);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public async Task GetAsync_NotFoundByGoogle_IsNull()
    {
        _server.Fault = new GoogleFault { Status = 404, Canonical = "NOT_FOUND" };

        Assert.Null(await _provider.GetAsync(new SecretRequest("db"), Token));
    }

    [Fact]
    public async Task GetAsync_NotFoundBySomethingElse_IsAFailureAndNoMissingSecret()
    {
        _server.Fault = new GoogleFault { Status = 404 };

        Assert.EndsWith(
            "the address answered, but not as Secret Manager does (HTTP 404). Check Endpoint and Location.",
            (await FailAsync()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", null, 7.0)]
    [InlineData(null, "2.5s", 2.5)]
    [InlineData(null, "nonsense", null)]
    [InlineData(null, null, null)]
    public async Task GetAsync_Throttled_SaysHowLongToWait(string? header, string? detail, double? seconds)
    {
        _server.Fault = new GoogleFault { Status = 429, Canonical = "RESOURCE_EXHAUSTED", RetryAfter = header, RetryDelay = detail };

        Assert.Equal(seconds, (await FailAsync()).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task GetAsync_RetryAfterAsADate_IsMeasuredByOurClock()
    {
        GoogleSecretManagerOptions options = _server.Options();
        using var client = new GoogleSecretManagerClient(options, _server.Clock);
        _server.Fault = new GoogleFault { Status = 503, RetryAfter = _server.Clock.GetUtcNow().AddSeconds(30).ToString("R") };

        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await client.AccessVersionAsync("db", cancellationToken: Token));

        Assert.InRange(error.RetryAfter!.Value, TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task GetAsync_NoPermission_NamesRoleAndResource()
    {
        _server.Plant("db", "v");
        _server.Account.PermissionsBySecret["db"] = ["versions.add"];

        Assert.Equal(
            "The secret provider 'google-secret-manager' could not read 'db': the credentials have no permission for "
            + "projects/varai-test/secrets/db/versions/latest, or it does not exist (PERMISSION_DENIED, HTTP 403). Grant them roles/secretmanager.secretAccessor.",
            (await FailAsync()).Message);
        Assert.Equal("2", await _provider.SetAsync("db", new SecretValue("w"), Token));
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await _provider.DeleteAsync("db", Token));
        Assert.EndsWith("Grant them roles/secretmanager.admin.", error.Message, StringComparison.Ordinal);
        _server.Account.Permissions.Remove("secrets.list");
        error = await Assert.ThrowsAsync<SecretProviderException>(async () => await _provider.ListAsync(null, Token).GetAsyncEnumerator(Token).MoveNextAsync());
        Assert.EndsWith("Grant them roles/secretmanager.viewer.", error.Message, StringComparison.Ordinal);
        _server.Account.Permissions.Remove("secrets.create");
        error = await Assert.ThrowsAsync<SecretProviderException>(async () => await _provider.SetAsync("new", new SecretValue("w"), Token));
        Assert.Contains("for projects/varai-test, or it", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Grant them roles/secretmanager.admin.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SERVICE_DISABLED", "the Secret Manager API is not enabled in the project (PERMISSION_DENIED, HTTP 403). Enable secretmanager.googleapis.com.")]
    [InlineData("BILLING_DISABLED", "billing is not enabled in the project (PERMISSION_DENIED, HTTP 403).")]
    public async Task GetAsync_KnownReason_SaysWhatToDo(string reason, string expected)
    {
        _server.Fault = new GoogleFault { Status = 403, Canonical = "PERMISSION_DENIED", Reason = reason };

        Assert.EndsWith(expected, (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_TokenWithoutTheScope_SaysWhichIsNeeded()
    {
        _server.Tokens.GivenScope = "https://www.googleapis.com/auth/devstorage.read_only";

        Assert.Contains("lacks the scope https://www.googleapis.com/auth/cloud-platform", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetAsync_NameThatGoogleDoesNotAllow_SaysTheRule()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await _provider.SetAsync("Db:Password", new SecretValue("v"), Token));

        Assert.StartsWith(
            "The secret name 'Db:Password' can't be one of Google Secret Manager: with the prefix '' it must be 1 to 255 letters (A to Z), digits, '_' and '-'. "
            + "Other characters can be written with EscapeNames = true.",
            error.Message,
            StringComparison.Ordinal);
        Assert.False(await _provider.DeleteAsync("Db:Password", Token));
        Assert.Empty(_server.Requests);
    }

    private async Task<SecretProviderException> FailAsync() =>
        await Assert.ThrowsAsync<SecretProviderException>(async () => await _provider.GetAsync(new SecretRequest("db"), Token));
}
