using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Varai.Vault.Tests.Server;

/// <summary>A Vault in this process that holds to the documented protocol: tokens, policies and leases that end by its clock,
/// namespaces, both key-value engines, five logins, wrapping, sealing, standby nodes. It fails on demand.</summary>
internal sealed class VaultServer : IAsyncDisposable
{
    public const string RootToken = "root-token";

    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, KeyValueEngine> _engines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (JsonObject Body, string Path, TimeSpan Ttl, DateTimeOffset At)> _wrapped = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ServerRequest> _requests = new();
    private (ServerFault Kind, int Status, int Times, Func<string, bool> Where, string? Text, string? RetryAfter)? _fault;

    private VaultServer(WebApplication app, TimeProvider clock)
    {
        (_app, _clock) = (app, clock);
        Tokens = new TokenStore(clock);
        Logins = new LoginMethods(clock);
        Tokens.Issue(new ServerRole { Policies = ["root"], Ttl = TimeSpan.Zero }, "", RootToken);
        Mount("secret", 2);
        Mount("kv1", 1);
    }

    public string Address => _app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public TokenStore Tokens { get; }

    public LoginMethods Logins { get; }

    public Dictionary<string, ServerPolicy> Policies { get; } = new(StringComparer.Ordinal)
    {
        ["default"] = new(
            ("auth/token/lookup-self", ["read"]), ("auth/token/renew-self", ["update"]), ("auth/token/revoke-self", ["update"]),
            ("sys/leases/renew", ["update"]), ("sys/wrapping/wrap", ["update"]), ("sys/wrapping/lookup", ["update"]), ("sys/wrapping/unwrap", ["update"])),
        ["app"] = new(
            ("secret/*", ["create", "read", "update", "delete", "list"]), ("kv1/*", ["create", "read", "update", "delete", "list"]),
            ("database/creds/*", ["read"]), ("sys/leases/revoke", ["update"])),
    };

    public HashSet<string> Namespaces { get; } = new(StringComparer.Ordinal) { "" };

    public bool IsSealed { get; set; }

    /// <summary>The active node that this one sends requests to.</summary>
    public string? RedirectsTo { get; set; }

    public TimeSpan DatabaseTtl { get; set; } = TimeSpan.FromHours(1);

    public TimeSpan DatabaseMaxTtl { get; set; } = TimeSpan.FromHours(24);

    /// <summary>What the passwords of the database contain.</summary>
    public string DatabasePassword { get; set; } = "pw";

    public IReadOnlyList<ServerRequest> Requests => [.. _requests];

    public static async Task<VaultServer> StartAsync(TimeProvider? clock = null, X509Certificate2? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is null)
                return;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = certificate,
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                ClientCertificateValidation = static (_, _, _) => true, // the login decides
            });
        }));
        WebApplication app = builder.Build();
        var server = new VaultServer(app, clock ?? TimeProvider.System);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public void Mount(string path, int version, string ns = "")
    {
        Namespaces.Add(ns);
        _engines[$"{ns}|{path}"] = new KeyValueEngine(version, _clock);
    }

    public int Count(string pathEnd) => _requests.Count(request => request.Path.EndsWith(pathEnd, StringComparison.Ordinal));

    /// <summary>Lets requests fail.</summary>
    public void Fail(ServerFault kind, int status = 500, int times = int.MaxValue, Func<string, bool>? where = null, string? text = null, string? retryAfter = null) =>
        _fault = (kind, status, times, where ?? (static _ => true), text, retryAfter);

    public void Heal() => _fault = null;

    /// <summary>Writes an entry past every rule.</summary>
    public void Plant(string mount, string path, JsonObject fields, string ns = "")
    {
        lock (_gate)
        {
            KeyValueEngine engine = _engines[$"{ns}|{mount}"];
            _ = engine.Version == 1
                ? engine.Handle("POST", path, fields, new Dictionary<string, string>())
                : engine.Handle("POST", "data/" + path, new JsonObject { ["data"] = fields }, new Dictionary<string, string>());
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await _app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Requests that hang are cut off.
        }

        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        // Kestrel's path is decoded, but for slashes.
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        string path = Uri.UnescapeDataString(target)["/v1/".Length..];
        string? token = context.Request.Headers["X-Vault-Token"].FirstOrDefault();
        string ns = (context.Request.Headers["X-Vault-Namespace"].FirstOrDefault() ?? "").Trim('/');
        _requests.Enqueue(new ServerRequest(context.Request.Method, path, token, ns, context.Request.Headers.ContainsKey("X-Vault-Request")));
        if (await FailAsync(context, path))
            return;

        JsonObject? body = context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0
            ? await JsonSerializer.DeserializeAsync<JsonObject>(context.Request.Body)
            : null;
        Dictionary<string, string> query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal);
        string verb = context.Request.Method == "GET" && query.GetValueOrDefault("list") == "true" ? "LIST" : context.Request.Method;
        if (RedirectsTo is { } active && path != "sys/health")
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = active + context.Request.Path + context.Request.QueryString;
            return;
        }

        X509Certificate2? certificate = await context.Connection.GetClientCertificateAsync();
        ServerReply reply;
        lock (_gate)
        {
            reply = Handle(verb, path, token, ns, body, query, certificate);
            if (reply.Status == 200 && context.Request.Headers["X-Vault-Wrap-TTL"].FirstOrDefault() is { } wrap)
                reply = Wrap(reply, path, wrap);
        }

        context.Response.StatusCode = reply.Status;
        if (reply.Body is not null)
            await context.Response.WriteAsJsonAsync(reply.Body, context.RequestAborted);
    }

    private ServerReply Handle(
        string verb, string path, string? id, string ns, JsonObject? body, Dictionary<string, string> query, X509Certificate2? certificate)
    {
        if (path == "sys/health")
            return Health(query);
        if (path == "sys/seal-status")
            return new ServerReply(200, new JsonObject { ["sealed"] = IsSealed });
        if (IsSealed)
            return ServerReply.Error(503, "Vault is sealed");
        if (!Namespaces.Contains(ns))
            return ServerReply.Error(404, "no handler for route: namespace not found");
        if (path == "sys/wrapping/lookup")
            return LookUpWrapped((string?)body?["token"] ?? id);
        if (path == "sys/wrapping/unwrap" && (string?)body?["token"] is null)
            return Unwrap(id);
        if (path.StartsWith("auth/", StringComparison.Ordinal) && path.Contains("/login", StringComparison.Ordinal))
            return LogIn(path, ns, body, certificate);
        if (Tokens.Find(id) is not { } token || (token.Namespace.Length > 0 && token.Namespace != ns))
            return ServerReply.Denied;
        return Handle(verb, path, token, ns, body, query);
    }

    private ServerReply Handle(string verb, string path, ServerToken token, string ns, JsonObject? body, Dictionary<string, string> query)
    {
        const string Probe = "sys/internal/ui/mounts/";
        if (path.StartsWith(Probe, StringComparison.Ordinal))
            return DescribeMount(token, ns, path[Probe.Length..].TrimEnd('/'));

        (KeyValueEngine? engine, string rest) = FindEngine(ns, path);
        string capability = verb switch
        {
            "GET" => "read",
            "LIST" => "list",
            "DELETE" => "delete",
            _ => engine is not null && path.Contains('/', StringComparison.Ordinal) && !engine.Exists(rest) ? "create" : "update",
        };
        if (!Grants(token, path, capability))
            return ServerReply.Denied;
        if (engine is not null)
            return engine.Handle(verb, rest, body, query);
        if (path.StartsWith("database/creds/", StringComparison.Ordinal))
        {
            var data = new JsonObject { ["username"] = "v-" + Guid.NewGuid().ToString("N")[..8], ["password"] = DatabasePassword + Guid.NewGuid().ToString("N") };
            return Tokens.Lease(token, path, data, DatabaseTtl, DatabaseMaxTtl);
        }

        return path switch
        {
            "auth/token/lookup-self" => Tokens.Lookup(token),
            "auth/token/renew-self" => Tokens.Renew(token, Duration(body?["increment"])),
            "auth/token/revoke-self" => Revoke(token),
            "auth/approle/role/orders/secret-id" => SecretId(),
            "sys/leases/renew" => Tokens.RenewLease((string?)body?["lease_id"], Duration(body?["increment"]) ?? TimeSpan.Zero),
            "sys/leases/revoke" => Tokens.RevokeLease((string?)body?["lease_id"]),
            "sys/wrapping/unwrap" => Unwrap((string?)body?["token"]),
            "sys/wrapping/wrap" => ServerReply.Data(body?.DeepClone()),
            "sys/seal" => Seal(),
            _ => ServerReply.Error(404, $"no handler for route \"{path}\". route entry not found."),
        };
    }

    private bool Grants(ServerToken token, string path, string capability) => token.Policies.Any(name =>
        name == "root" || (Policies.TryGetValue(name, out ServerPolicy? policy) && policy.Grants(path, capability)));

    private (KeyValueEngine? Engine, string Below) FindEngine(string ns, string path)
    {
        string mount = path.Split('/')[0];
        return (_engines.GetValueOrDefault($"{ns}|{mount}"), path.Length > mount.Length ? path[(mount.Length + 1)..] : "");
    }

    private ServerReply DescribeMount(ServerToken token, string ns, string mount)
    {
        bool sees = token.Policies.Any(name => name == "root" || (Policies.TryGetValue(name, out ServerPolicy? policy) && policy.Rules.Any(r => r.Path.StartsWith(mount + "/", StringComparison.Ordinal))));
        if (!sees)
            return ServerReply.Error(403, $"preflight capability check returned 403, please ensure client's policies grant access to path \"{mount}/\"");
        if (_engines.GetValueOrDefault($"{ns}|{mount}") is { } engine)
            return ServerReply.Data(new JsonObject { ["path"] = mount + "/", ["type"] = "kv", ["options"] = engine.Version == 2 ? new JsonObject { ["version"] = "2" } : null });
        return mount == "database"
            ? ServerReply.Data(new JsonObject { ["path"] = "database/", ["type"] = "database", ["options"] = null })
            : ServerReply.Error(403, "preflight capability check returned 403");
    }

    private ServerReply Health(Dictionary<string, string> query)
    {
        bool standby = RedirectsTo is not null;
        int status = IsSealed ? Code("sealedcode", 503) : standby && query.GetValueOrDefault("standbyok") != "true" ? Code("standbycode", 429) : 200;
        return new ServerReply(status, new JsonObject
        {
            ["initialized"] = true,
            ["sealed"] = IsSealed,
            ["standby"] = standby,
            ["server_time_utc"] = _clock.GetUtcNow().ToUnixTimeSeconds(),
            ["version"] = "1.20.0",
            ["cluster_name"] = "vault-cluster-test",
        });

        int Code(string name, int usual) => query.TryGetValue(name, out string? code) ? int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) : usual;
    }

    private ServerReply LogIn(string path, string ns, JsonObject? body, X509Certificate2? certificate)
    {
        (ServerRole? role, ServerReply? error) = Logins.LogIn(path, body, certificate);
        if (role is null)
            return error!;
        JsonObject answer = ServerReply.Envelope(data: null);
        answer["auth"] = Tokens.Auth(Tokens.Issue(role, ns));
        return new ServerReply(200, answer);
    }

    private ServerReply SecretId()
    {
        string id = Guid.NewGuid().ToString();
        Logins.SecretIds[id] = 0;
        return ServerReply.Data(new JsonObject { ["secret_id"] = id, ["secret_id_accessor"] = "accessor" });
    }

    private ServerReply Revoke(ServerToken token)
    {
        if (token.IsBatch)
            return ServerReply.Error(400, "batch tokens cannot be revoked");
        Tokens.Revoke(token.Id);
        return ServerReply.Nothing;
    }

    private ServerReply Seal()
    {
        IsSealed = true;
        return ServerReply.Nothing;
    }

    private ServerReply Wrap(ServerReply reply, string path, string ttl)
    {
        string token = "hvs.wrap" + Guid.NewGuid().ToString("N");
        TimeSpan time = Duration(JsonValue.Create(ttl))!.Value;
        _wrapped[token] = (reply.Body!, path, time, _clock.GetUtcNow());
        JsonObject body = ServerReply.Envelope(data: null);
        body["wrap_info"] = new JsonObject
        {
            ["token"] = token,
            ["accessor"] = "accessor",
            ["ttl"] = (int)time.TotalSeconds,
            ["creation_time"] = _clock.GetUtcNow().ToString("O"),
            ["creation_path"] = path,
        };
        return new ServerReply(200, body);
    }

    private ServerReply Unwrap(string? token) =>
        token is not null && _wrapped.Remove(token, out var wrapped) && wrapped.At + wrapped.Ttl > _clock.GetUtcNow()
            ? new ServerReply(200, wrapped.Body)
            : ServerReply.Error(400, "wrapping token is not valid or does not exist");

    private ServerReply LookUpWrapped(string? token) => token is not null && _wrapped.TryGetValue(token, out var wrapped) && wrapped.At + wrapped.Ttl > _clock.GetUtcNow()
        ? ServerReply.Data(new JsonObject
        {
            ["creation_path"] = wrapped.Path,
            ["creation_time"] = wrapped.At.ToString("O"),
            ["creation_ttl"] = (int)wrapped.Ttl.TotalSeconds,
        })
        : ServerReply.Error(400, "wrapping token is not valid or does not exist");

    private async Task<bool> FailAsync(HttpContext context, string path)
    {
        if (_fault is not { Times: > 0 } fault || !fault.Where(path))
            return false;

        _fault = fault with { Times = fault.Times - 1 };
        string text = fault.Text ?? "something went wrong";
        HttpResponse response = context.Response;
        switch (fault.Kind)
        {
            case ServerFault.Status:
                response.StatusCode = fault.Status;
                if (fault.RetryAfter is not null)
                    response.Headers.RetryAfter = fault.RetryAfter;
                await response.WriteAsJsonAsync(new JsonObject { ["errors"] = new JsonArray(text) });
                break;
            case ServerFault.Garbage:
                await response.WriteAsync("<html>" + text);
                break;
            case ServerFault.WrongShape:
                await response.WriteAsJsonAsync(new JsonObject { ["data"] = new JsonObject { ["data"] = new JsonObject { ["value"] = text } }, ["lease_duration"] = text });
                break;
            case ServerFault.Cut:
                response.ContentLength = 10_000;
                await response.WriteAsync("{\"data\":{\"data\":{\"value\":\"" + text);
                await response.Body.FlushAsync();
                context.Abort();
                break;
            default:
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                break;
        }

        return true;
    }

    private static TimeSpan? Duration(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Number => TimeSpan.FromSeconds((double)node),
        JsonValueKind.String => TimeSpan.FromSeconds(double.Parse(((string)node!).TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture)),
        _ => null,
    };
}
