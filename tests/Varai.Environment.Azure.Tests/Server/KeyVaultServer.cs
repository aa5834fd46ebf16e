using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Varai.AzureCloud.Tests.Server;

/// <summary>An Entra tenant and a Key Vault over TLS in this process, which enforce the documented protocol.</summary>
internal sealed class KeyVaultServer : IAsyncDisposable
{
    public const string Tenant = "11111111-2222-3333-4444-555555555555";
    public const string Client = "client-of-the-tests";
    public const string Scope = "https://vault.azure.net/.default";

    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly X509Certificate2 _certificate;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _application;

    private KeyVaultServer(TimeProvider time)
    {
        _time = time;
        _certificate = CreateCertificate();
        Vault = new KeyVaultState(() => Address.ToString().TrimEnd('/'), time);
    }

    public Uri Address { get; private set; } = new("https://localhost");

    public KeyVaultState Vault { get; }

    /// <summary>The secret that the client logs in with.</summary>
    public string ClientSecret { get; set; } = "client-secret-" + Guid.NewGuid().ToString("N");

    /// <summary>How long a token is valid.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What the vault says that tokens must be for.</summary>
    public string Resource { get; set; } = "https://vault.azure.net";

    /// <summary>What the client may not do: <c>METHOD first-segment</c>.</summary>
    public ISet<string> Denied { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Answers a request of the vault in place of it, when it returns true.</summary>
    public Func<HttpContext, Task<bool>>? Fault { get; set; }

    /// <summary>Answers a request for a token in place of the tenant, when it returns true.</summary>
    public Func<HttpContext, Task<bool>>? LoginFault { get; set; }

    /// <summary>The requests to the vault that came with a valid token, as <c>METHOD /path</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public IReadOnlyCollection<string> Tokens => [.. _tokens.Keys];

    public int Logins { get; private set; }

    public int Challenges { get; private set; }

    /// <summary>Ends long waits when the server stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public string CertificatePem => _certificate.ExportCertificatePem();

    public static async Task<KeyVaultServer> StartAsync(TimeProvider? time = null)
    {
        var server = new KeyVaultServer(time ?? TimeProvider.System);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(server._certificate)));
        server._application = builder.Build();
        server._application.Run(server.AnswerAsync);
        await server._application.StartAsync();
        server.Address = new Uri(server._application.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        return server;
    }

    /// <summary>Sends requests over TLS connections that trust this server and no other.</summary>
    public HttpPipelineTransport CreateTransport() => new HttpClientTransport(new HttpClient(new SocketsHttpHandler
    {
        SslOptions = { CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _certificate }, RevocationMode = X509RevocationMode.NoCheck,
        } },
    }));

    /// <summary>Makes the vault forget every token it gave, as after a change of the client's secret.</summary>
    public void RevokeTokens() => _tokens.Clear();

    /// <summary>Stops listening; connections that are open are closed.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        if (Interlocked.Exchange(ref _application, null) is { } application)
            await application.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _certificate.Dispose();
        _stopping.Dispose();
    }

    private static X509Certificate2 CreateCertificate()
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), password: null);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string[] path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool isLogin = path is [Tenant, ..];
        if ((isLogin ? LoginFault : null) is { } loginFault && await loginFault(context))
            return;
        if (!isLogin && context.Request.Headers.ContainsKey("Authorization") && Fault is { } fault && await fault(context))
            return;
        KeyVaultReply reply = isLogin ? await LoginAsync(context, path) : await AnswerVaultAsync(context, path);
        await WriteAsync(context, reply);
    }

    private static async Task WriteAsync(HttpContext context, KeyVaultReply reply)
    {
        context.Response.StatusCode = reply.Status;
        if (reply.Body is null)
            return;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(reply.Body.ToJsonString(), context.RequestAborted);
    }

    private async Task<KeyVaultReply> LoginAsync(HttpContext context, string[] path)
    {
        string authority = $"{Address}{Tenant}";
        if (path is [_, "v2.0", ".well-known", "openid-configuration"])
        {
            return new KeyVaultReply(200, new JsonObject
            {
                ["issuer"] = $"{authority}/v2.0",
                ["authorization_endpoint"] = $"{authority}/oauth2/v2.0/authorize",
                ["token_endpoint"] = $"{authority}/oauth2/v2.0/token",
                ["jwks_uri"] = $"{authority}/discovery/v2.0/keys",
            });
        }

        if (path is not [_, "oauth2", "v2.0", "token"] || !context.Request.HasFormContentType)
            return new KeyVaultReply(404);

        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["grant_type"] != "client_credentials")
            return LoginError(400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.");
        if (form["scope"].ToString().Split(' ') is not [Scope, ..])
            return LoginError(400, "invalid_scope", "AADSTS70011: The scope is not valid.");
        if (form["client_id"] != Client)
            return LoginError(400, "unauthorized_client", "AADSTS700016: The application was not found.");
        if (form["client_secret"] != ClientSecret)
            return LoginError(401, "invalid_client", $"AADSTS7000215: Invalid client secret provided: '{form["client_secret"]}'.");

        Logins++;
        string token = "token-" + Guid.NewGuid().ToString("N");
        _tokens[token] = _time.GetUtcNow() + TokenLifetime;
        return new KeyVaultReply(200, new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = (int)TokenLifetime.TotalSeconds,
            ["ext_expires_in"] = (int)TokenLifetime.TotalSeconds,
            ["access_token"] = token,
        });
    }

    private static KeyVaultReply LoginError(int status, string error, string description) =>
        new(status, new JsonObject { ["error"] = error, ["error_description"] = description });

    private async Task<KeyVaultReply> AnswerVaultAsync(HttpContext context, string[] path)
    {
        string authorization = context.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal)
            || !_tokens.TryGetValue(authorization["Bearer ".Length..], out DateTimeOffset expires)
            || expires <= _time.GetUtcNow())
        {
            Challenges++;
            context.Response.Headers.WWWAuthenticate = $"Bearer authorization=\"{Address}{Tenant}\", resource=\"{Resource}\"";
            return KeyVaultReply.Error(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
        }

        _requests.Enqueue($"{context.Request.Method} {context.Request.Path.Value!.TrimEnd('/')}");
        Dictionary<string, string> query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal);
        if (!query.TryGetValue("api-version", out string? version) || version.Length == 0)
            return KeyVaultReply.BadParameter("The api-version is missing.");
        if (path.Length == 0)
            return KeyVaultReply.BadParameter("The path is empty.");
        if (Denied.Contains($"{context.Request.Method} {path[0]}"))
            return KeyVaultReply.Error(403, "Forbidden", $"Caller is not authorized to perform action on resource. {authorization}", "ForbiddenByRbac");

        JsonObject? body = null;
        if (context.Request.ContentLength > 0)
        {
            if (context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
                return KeyVaultReply.Error(415, "UnsupportedMediaType", "The body must be application/json.");
            body = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))?.AsObject();
        }

        return Vault.Answer(context.Request.Method, path, query, body);
    }
}
