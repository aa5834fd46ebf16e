using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.Extensions.Time.Testing;
using Varai.AzureCloud.Secrets;
using Varai.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

public sealed class AzureKeyVaultFailureTests : AzureVaultTest
{
    [Theory]
    [InlineData(400, "BadParameter", null, false, "The vault refused it (400 BadParameter).")]
    [InlineData(403, "Forbidden", "ForbiddenByRbac", false, "The identity may not do that (403 Forbidden, ForbiddenByRbac). Give it the role 'Key Vault Secrets User' on the vault, or the same permission in its access policy.")]
    [InlineData(403, "Forbidden", "AccessDenied", false, "The identity may not do that (403 Forbidden, AccessDenied). Give it the role 'Key Vault Secrets User' on the vault, or the same permission in its access policy.")]
    [InlineData(403, "Forbidden", "ForbiddenByFirewall", false, "The vault's network rules refuse this machine (403 Forbidden, ForbiddenByFirewall).")]
    [InlineData(403, "Forbidden", "SecretDisabled", false, "It is disabled in the vault. Enable it, or ask for a version that is enabled.")]
    [InlineData(403, "Forbidden", "SecretNotYetValid", false, "It is not active yet. Wait, or change its activation date in the vault.")]
    [InlineData(403, "Forbidden", "SecretExpired", false, "It has expired in the vault. Write a new version, or change its expiry.")]
    [InlineData(408, "RequestTimeout", null, true, "The vault did not answer in time (408 RequestTimeout).")]
    [InlineData(409, "Conflict", "SomethingElse", false, "The vault refused it (409 Conflict, SomethingElse).")]
    [InlineData(500, "InternalServerError", null, true, "The vault is in trouble (500 InternalServerError).")]
    [InlineData(503, "ServiceUnavailable", null, true, "The vault is in trouble (503 ServiceUnavailable).")]
    [InlineData(302, "Found", null, false, "The vault refused it (302 Found).")]
    public async Task Get_says_what_the_vault_answered(int status, string code, string? innerCode, bool isTransient, string reason)
    {
        Server.Fault = Faults.Error(status, code, "something long", innerCode);
        SecretProviderException e = await FailAsync();
        Assert.Equal($"The secret provider 'azure-key-vault' could not read 'key': {reason}", e.Message);
        Assert.Equal((isTransient, false), (e.IsTransient, e.IsThrottled));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Tue, 01 Jan 2030 00:00:09 GMT", 9)]
    [InlineData("Mon, 31 Dec 2029 00:00:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public async Task Get_that_is_throttled_says_for_how_long(string? header, int? seconds)
    {
        Server.Fault = Faults.Status(429, """{"error":{"code":"Throttled","message":"Request was not processed."}}""", header);
        SecretProviderException e = await FailAsync(time: new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal((true, true), (e.IsTransient, e.IsThrottled));
        Assert.Equal(seconds, (int?)e.RetryAfter?.TotalSeconds);
        Assert.Contains("The vault has had too many requests (429).", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_makes_one_attempt()
    {
        int requests = 0;
        Server.Fault = context =>
        {
            requests++;
            return Faults.Status(503)(context);
        };
        await FailAsync();
        Assert.Equal(1, requests);
    }

    [Fact]
    public async Task Get_from_what_is_no_vault_is_an_error_not_a_missing_secret()
    {
        Server.Fault = Faults.Status(404, "<html>not here</html>");
        SecretProviderException e = await FailAsync();
        Assert.Contains("There is no such secret, or no Key Vault at that address (404). Check VaultUri.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>welcome</html>")]
    [InlineData("{\"value\":\"cut")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"value\":5,\"id\":\"https://localhost/secrets/key/1\"}")]
    [InlineData("{\"value\":\"x\",\"id\":5}")]
    [InlineData("{\"value\":\"x\",\"id\":\"no address\"}")]
    [InlineData("{\"value\":\"\\uD800\",\"id\":\"https://localhost/secrets/key/1\"}")]
    [InlineData("")]
    public async Task Get_of_garbage_says_so(string body)
    {
        Server.Fault = Faults.Status(200, body);
        SecretProviderException e = await FailAsync();
        Assert.Contains("The vault answered what can't be understood. Check that VaultUri is the address of a Key Vault.", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task Get_of_an_endless_answer_says_so()
    {
        Server.Fault = async context =>
        {
            byte[] some = new byte[64 * 1024];
            Array.Fill(some, (byte)' ');
            while (!context.RequestAborted.IsCancellationRequested)
            {
                try
                {
                    await context.Response.Body.WriteAsync(some, context.RequestAborted);
                }
                catch (OperationCanceledException)
                {
                    break;
                }
            }

            return true;
        };
        Assert.Contains("can't be understood", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_of_an_answer_that_is_cut_is_transient()
    {
        Server.Fault = Faults.Cut("""{"value":"one","id":"https://localhost/secrets/key/0123"}""");
        SecretProviderException e = await FailAsync();
        Assert.True(e.IsTransient, e.Message);
        Assert.Contains("The connection to the vault failed (", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_of_an_error_that_is_cut_goes_by_its_status()
    {
        using var client = new HttpClient(new CutHandler());
        var provider = new AzureKeyVaultProvider(
            "azure-key-vault", CreateOptions(), new FixedCredential("token"), new HttpClientTransport(client), TimeProvider.System);
        SecretProviderException e = await FailAsync(provider);
        Assert.Contains("The identity may not do that (403).", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_from_a_server_that_hangs_up_is_transient()
    {
        Server.Fault = Faults.HangUpAsync;
        Assert.True((await FailAsync()).IsTransient);
    }

    [Fact]
    public async Task Get_from_where_nobody_listens_is_transient()
    {
        AzureKeyVaultProvider provider = CreateProvider();
        await Server.StopAsync();
        SecretProviderException e = await FailAsync(provider);
        Assert.True(e.IsTransient);
        Assert.EndsWith("The connection to the vault failed (ConnectionError).", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{\"value\":\"on")]
    public async Task Get_from_a_server_that_hangs_ends_with_its_token(string? beginning)
    {
        var reached = new TaskCompletionSource();
        Server.Fault = Faults.Hang(reached, Server.Stopping, beginning);
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task read = CreateProvider().GetAsync(new SecretRequest("key"), cancelling.Token).AsTask();
        await reached.Task.WaitAsync(Cancellation);
        Assert.False(read.IsCompleted);
        await cancelling.CancelAsync();
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Null(e.InnerException);
    }

    [Fact]
    public async Task Get_over_tls_that_is_not_trusted_says_so()
    {
        // The SDK's own transport, which does not trust the server's certificate.
        var provider = new AzureKeyVaultProvider("azure-key-vault", CreateOptions(), new FixedCredential("token"), transport: null, TimeProvider.System);
        SecretProviderException e = await FailAsync(provider);
        Assert.EndsWith("The TLS connection to the vault failed: its certificate is not trusted or is not for that name.", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task Get_where_the_authority_is_not_trusted_says_so()
    {
        AzureKeyVaultOptions options = CreateOptions();
        var credential = new ClientSecretCredential(Tests.Server.KeyVaultServer.Tenant, "client", "secret", new ClientSecretCredentialOptions
        {
            AuthorityHost = Server.Address,
            DisableInstanceDiscovery = true,
            Retry = { MaxRetries = 0 },
        });
        SecretProviderException e = await FailAsync(new AzureKeyVaultProvider("azure-key-vault", options, credential, CreateTransport(), TimeProvider.System));
        Assert.EndsWith("The login to Azure failed: the certificate of the authority is not trusted or is not for that name.", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task Get_from_a_vault_that_asks_for_tokens_of_another_domain_is_refused()
    {
        AzureKeyVaultProvider provider = CreateProvider(options => options.DisableChallengeResourceVerification = false);
        SecretProviderException e = await FailAsync(provider);
        Assert.Contains("The vault asks for tokens for another domain than its own. If it is meant to, set DisableChallengeResourceVerification.", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, Server.Logins);
    }

    [Fact]
    public async Task Get_with_a_wrong_client_secret_says_what_entra_said_without_quoting_it()
    {
        var transport = CreateTransport();
        var provider = new AzureKeyVaultProvider("azure-key-vault", CreateOptions(), CreateCredential(transport, "wrong-secret"), transport, TimeProvider.System);
        SecretProviderException e = await FailAsync(provider);
        Assert.EndsWith("The login to Azure was refused (401 invalid_client, AADSTS7000215). Check TenantId, ClientId and the credential.", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", e.ToString(), StringComparison.Ordinal);
        Assert.False(e.IsTransient);
    }

    [Theory]
    [InlineData(500, true, false)]
    [InlineData(503, true, false)]
    [InlineData(429, true, true)]
    [InlineData(400, false, false)]
    public async Task Get_while_entra_is_in_trouble_is_transient(int status, bool isTransient, bool isThrottled)
    {
        Server.LoginFault = Faults.Status(status, """{"error":"temporarily_unavailable","error_description":"AADSTS90033: try later"}""");
        SecretProviderException e = await FailAsync();
        Assert.Equal((isTransient, isThrottled), (e.IsTransient, e.IsThrottled));
        Assert.Contains($"The login to Azure was refused ({status}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_while_entra_hangs_up_is_transient()
    {
        Server.LoginFault = Faults.HangUpAsync;
        SecretProviderException e = await FailAsync();
        Assert.True(e.IsTransient, e.Message);
        Assert.Contains("The login to Azure failed (", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_without_any_credential_says_what_to_set()
    {
        var provider = new AzureKeyVaultProvider(
            "azure-key-vault", CreateOptions(), new FixedCredential(null), CreateTransport(), TimeProvider.System);
        SecretProviderException e = await FailAsync(provider);
        Assert.EndsWith(
            "No Azure credential could be used (CredentialUnavailableException). Set Identity and what it needs, or the environment that DefaultAzureCredential reads.",
            e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_after_its_token_expired_logs_in_again()
    {
        Server.Vault.Plant("key", "one");
        var credential = new ExpiringCredential(CreateCredential(CreateTransport()));
        var provider = new AzureKeyVaultProvider("azure-key-vault", CreateOptions(), credential, CreateTransport(), TimeProvider.System);
        await ReadAsync(provider, "key");
        await ReadAsync(provider, "key");
        Assert.Equal(2, credential.Tokens);
    }

    [Fact]
    public async Task List_that_fails_on_a_later_page_is_an_error()
    {
        Server.Vault.PageSize = 2;
        for (int i = 0; i < 5; i++)
            Server.Vault.Plant($"key-{i}", "value");
        Server.Fault = context => context.Request.Query.ContainsKey("$skiptoken") ? Faults.Status(503)(context) : Task.FromResult(false);
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => ListAsync(CreateProvider(), "key"));
        Assert.Equal("The secret provider 'azure-key-vault' could not list 'key': The vault is in trouble (503).", e.Message);
    }

    [Theory]
    [InlineData("PUT secrets", "could not write 'key'")]
    [InlineData("DELETE secrets", "could not delete 'key'")]
    [InlineData("POST deletedsecrets", "could not recover 'key'")]
    public async Task Writes_name_the_role_that_is_missing(string denied, string expected)
    {
        Server.Vault.Plant("key", "one");
        Server.Denied.Add(denied);
        AzureKeyVaultProvider provider = CreateProvider();
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(async () =>
        {
            if (!denied.StartsWith("PUT", StringComparison.Ordinal))
                await provider.DeleteAsync("key", Cancellation);
            await provider.SetAsync("key", new SecretValue("two"), Cancellation);
        });
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Contains("Give it the role 'Key Vault Secrets Officer' on the vault", e.Message, StringComparison.Ordinal);
    }

    private async Task<SecretProviderException> FailAsync(AzureKeyVaultProvider? provider = null, TimeProvider? time = null)
    {
        provider ??= CreateProvider(time: time);
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(provider, "key"));
        Assert.Null(e.InnerException); // the SDK's exceptions quote answers
        return e;
    }

    /// <summary>Answers 403 with a body that breaks off, always at the same place.</summary>
    private sealed class CutHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = new StreamContent(new CutStream()), RequestMessage = request });

        private sealed class CutStream() : MemoryStream("""{"error":{"code":"Forb"""u8.ToArray())
        {
            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
                await base.ReadAsync(buffer, cancellationToken) is > 0 and int read ? read : throw new IOException("The connection is gone.");
        }
    }

    private sealed class FixedCredential(string? token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            token is null
                ? throw new CredentialUnavailableException("nothing is set up")
                : new ValueTask<AccessToken>(new AccessToken(token, DateTimeOffset.MaxValue));
    }

    /// <summary>Gives tokens that count as expired at once.</summary>
    private sealed class ExpiringCredential(TokenCredential inner) : TokenCredential
    {
        public int Tokens { get; private set; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Tokens++;
            AccessToken token = await inner.GetTokenAsync(requestContext, cancellationToken);
            return new AccessToken(token.Token, TimeProvider.System.GetUtcNow());
        }
    }
}
