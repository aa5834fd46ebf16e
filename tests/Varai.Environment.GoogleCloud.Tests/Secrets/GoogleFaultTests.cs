using Varai.GoogleCloud.Secrets;
using Varai.GoogleCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.GoogleCloud.Tests.Secrets;

public sealed class GoogleFaultTests : IAsyncLifetime
{
    private GoogleServer _server = null!;
    private GoogleSecretManagerClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await GoogleServer.StartAsync();
        _client = new GoogleSecretManagerClient(_server.Options());
        _server.Plant("db", "s3cr3t-canary");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task AccessVersionAsync_SlowAnswer_IsWaitedFor()
    {
        _server.Fault = new GoogleFault { IsSlow = true };

        ValueTask<Secret?> reading = _client.AccessVersionAsync("db", cancellationToken: Token);
        await _server.Hanging.Task.WaitAsync(Token);
        Assert.False(reading.IsCompleted);
        _server.Release();

        Assert.Equal("s3cr3t-canary", (await reading)!.RevealString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AccessVersionAsync_NoAnswer_EndsWithItsToken(bool afterHalf)
    {
        _server.Fault = new GoogleFault { Hangs = !afterHalf, IsSlow = afterHalf };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);

        ValueTask<Secret?> reading = _client.AccessVersionAsync("db", cancellationToken: patience.Token);
        await _server.Hanging.Task.WaitAsync(Token);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
    }

    [Fact]
    public async Task AccessVersionAsync_CutOff_IsTransient()
    {
        _server.Fault = new GoogleFault { CutsBody = true };
        SecretProviderException error = await FailAsync();
        Assert.True(error.IsTransient);
        Assert.Contains("broke off", error.Message, StringComparison.Ordinal);

        _server.Fault = new GoogleFault { CutsConnection = true };
        Assert.True((await FailAsync()).IsTransient);
    }

    [Fact]
    public async Task List_SamePageForEver_Fails()
    {
        _server.Fault = new GoogleFault
        {
            Status = 200,
            Body = """{"secrets":[{"name":"projects/1/secrets/db"}],"versions":[{"name":"projects/1/secrets/db/versions/1"}],"nextPageToken":"again"}""",
        };

        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(
            async () => await _client.ListSecretsAsync(cancellationToken: Token).CountAsync(Token));
        Assert.Contains("same page again and again", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<SecretProviderException>(async () => await _client.ListVersionsAsync("db", cancellationToken: Token).CountAsync(Token));
        Assert.Contains("same page again and again", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>s3cr3t-canary</html>", "text/html")]
    [InlineData("s3cr3t-canary", "application/json")]
    [InlineData("{\"s3cr3t-canary\":", "application/json")]
    [InlineData("{\"name\":\"projects/1/secrets/db/versions/1\",\"payload\":{\"data\":\"s3cr3t-canary\"}}", "application/json")]
    [InlineData("", "application/json")]
    public async Task AccessVersionAsync_Garbage_IsAnErrorThatDoesNotQuoteIt(string body, string contentType)
    {
        _server.Fault = new GoogleFault { Body = body, ContentType = contentType };

        SecretProviderException error = await FailAsync();

        Assert.False(error.IsTransient);
        Assert.EndsWith(
            "the answer about projects/varai-test/secrets/db/versions/latest is not the JSON that Secret Manager writes. Check Endpoint, and what lies between.",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AccessVersionAsync_WrongContentTypeButRightBody_IsRead()
    {
        _server.Fault = new GoogleFault
        {
            Body = "{\"payload\":{\"dataCrc32c\":3251651376,\"data\":\"YQ==\"},\"name\":\"projects/1/secrets/db/versions/9\"}",
            ContentType = "text/plain",
        };

        Secret secret = (await _client.AccessVersionAsync("db", cancellationToken: Token))!;

        Assert.Equal(("a", "9"), (secret.RevealString(), secret.Version));
    }

    [Fact]
    public async Task AccessVersionAsync_EndlessAnswer_IsStopped()
    {
        _server.Fault = new GoogleFault { IsEndless = true };

        Assert.Contains("has more than 33554432 bytes", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AccessVersionAsync_UntrustedCertificate_IsRefused()
    {
        using var certificate = TestCertificate.Create();
        await using GoogleServer server = await GoogleServer.StartAsync(certificate);
        GoogleSecretManagerOptions options = _server.Options();
        options.Endpoint = server.Address;
        using var client = new GoogleSecretManagerClient(options);

        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await client.AccessVersionAsync("db", cancellationToken: Token));

        Assert.Contains("its certificate is not trusted, or TLS failed", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task AccessVersionAsync_OwnHandler_IsUsedForTokensToo()
    {
        using var certificate = TestCertificate.Create();
        await using GoogleServer server = await GoogleServer.StartAsync(certificate);
        server.Plant("db", "over TLS");
        GoogleSecretManagerOptions options = server.Options();
        options.CreateHandler = handler =>
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString();
            return handler;
        };
        using var client = new GoogleSecretManagerClient(options);

        Assert.Equal("over TLS", (await client.AccessVersionAsync("db", cancellationToken: Token))!.RevealString());
        Assert.Contains("POST /token", server.Requests);
    }

    [Fact]
    public async Task AccessVersionAsync_NobodyListens_IsTransient()
    {
        GoogleSecretManagerOptions options = _server.Options();
        options.AccessToken = _ => ValueTask.FromResult("token");
        options.CredentialsFile = null;
        await using (GoogleServer gone = await GoogleServer.StartAsync())
            options.Endpoint = gone.Address;
        using var client = new GoogleSecretManagerClient(options);

        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await client.AccessVersionAsync("db", cancellationToken: Token));

        Assert.True(error.IsTransient);
        Assert.EndsWith("127.0.0.1 can't be reached, or broke off (no connection).", error.Message, StringComparison.Ordinal);
    }

    private async Task<SecretProviderException> FailAsync()
    {
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await _client.AccessVersionAsync("db", cancellationToken: Token));
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);
        return error;
    }
}
