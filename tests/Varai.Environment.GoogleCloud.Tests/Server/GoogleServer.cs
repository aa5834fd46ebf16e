using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Varai.GoogleCloud.Secrets;
using Varai.Tests.TestResources;

namespace Varai.GoogleCloud.Tests.Server;

/// <summary>Google's token endpoints, metadata server and Secret Manager v1, in this process: by the documented protocol, with a
/// clock of its own, and failing on demand.</summary>
internal sealed class GoogleServer : IAsyncDisposable
{
    public const string ProjectId = "varai-test";
    public const string ProjectNumber = "482913375120";

    private readonly WebApplication _application;
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GoogleServer(WebApplication application)
    {
        _application = application;
        Tokens = new GoogleTokens(Clock);
        Secrets = new GoogleSecrets(Clock);
        Tokens.Add(Account);
    }

    /// <summary>The server's clock; begins at the real time, because Google's library signs with that.</summary>
    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public GoogleTokens Tokens { get; }

    public GoogleSecrets Secrets { get; }

    public GoogleServiceAccount Account { get; } = new("reader@varai-test.iam.gserviceaccount.com");

    public TemporaryFolder Folder { get; } = new();

    /// <summary>What the API does in place of answering properly.</summary>
    public GoogleFault? Fault { get; set; }

    /// <summary>How many more requests <see cref="Fault"/> is for.</summary>
    public int FaultCount { get; set; } = int.MaxValue;

    /// <summary>What the token endpoints do in place of answering properly.</summary>
    public GoogleFault? TokenFault { get; set; }

    /// <summary>Every request: its method, path and query.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The headers of every request to the API that have a name in lower case here.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Headers { get; } = new();

    /// <summary>Ends when a request that hangs has come in.</summary>
    public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Address { get; private set; } = "";

    public string TokenAddress => $"{Address}/token";

    public static async Task<GoogleServer> StartAsync(X509Certificate2? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        WebApplication application = builder.Build();
        var server = new GoogleServer(application);
        application.Run(server.HandleAsync);
        await application.StartAsync();
        server.Address = application.Urls.Single();
        return server;
    }

    /// <summary>Options that reach this server with the service account's key.</summary>
    public GoogleSecretManagerOptions Options() => new()
    {
        Endpoint = Address,
        ProjectId = ProjectId,
        CredentialsFile = Account.WriteFile(Folder, TokenAddress),
    };

    /// <summary>Lets slow answers end.</summary>
    public void Release() => _release.TrySetResult();

    /// <summary>Puts a value in place by a call as any client would make it.</summary>
    public string Plant(string id, ReadOnlySpan<byte> value, string location = "")
    {
        var query = new Dictionary<string, string> { ["secretId"] = id };
        if (!Secrets.Holds(location, id))
        {
            JsonObject creation = location.Length > 0 ? [] : new JsonObject { ["replication"] = new JsonObject { ["automatic"] = new JsonObject() } };
            Secrets.Call(new GoogleCall("secrets.create", ProjectId, location, null, null, query, creation));
        }

        var body = new JsonObject { ["payload"] = new JsonObject { ["data"] = Convert.ToBase64String(value) } };
        string name = Secrets.Call(new GoogleCall("versions.add", ProjectId, location, id, null, new Dictionary<string, string>(), body))["name"]!.ToString();
        return name[(name.LastIndexOf('/') + 1)..];
    }

    public string Plant(string id, string value) => Plant(id, Encoding.UTF8.GetBytes(value));

    public async ValueTask DisposeAsync()
    {
        Release();
        await _application.DisposeAsync();
        Account.Dispose();
        Folder.Dispose();
    }

    private static JsonObject Error(int httpStatus, string status, string message, string? reason, string? retryDelay)
    {
        var details = new JsonArray();
        if (reason is not null)
            details.Add(new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", ["reason"] = reason, ["domain"] = "googleapis.com", ["metadata"] = new JsonObject { ["service"] = "secretmanager.googleapis.com" } });
        if (retryDelay is not null)
            details.Add(new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", ["retryDelay"] = retryDelay });
        var error = new JsonObject { ["code"] = httpStatus, ["message"] = message, ["status"] = status };
        if (details.Count > 0)
            error["details"] = details;
        return new JsonObject { ["error"] = error };
    }

    private async Task HandleAsync(HttpContext context)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        string path = context.Request.Path.Value!;
        bool isApi = path.StartsWith("/v1/", StringComparison.Ordinal);
        if (isApi)
            Headers.Enqueue(context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()));

        GoogleFault? fault = isApi ? NextFault() : TokenFault;
        if (fault is not null && await FailAsync(context, fault))
            return;
        if (!isApi)
            await AnswerTokenAsync(context, path);
        else
            await AnswerApiAsync(context, path, fault);
    }

    private GoogleFault? NextFault() => FaultCount-- > 0 ? Fault : null;

    private async Task<bool> FailAsync(HttpContext context, GoogleFault fault)
    {
        if (fault.Hangs)
        {
            Hanging.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        }

        if (fault.CutsConnection)
        {
            context.Abort();
            return true;
        }

        if (fault.RetryAfter is not null)
            context.Response.Headers.RetryAfter = fault.RetryAfter;
        if (fault.IsEndless)
        {
            byte[] chunk = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            return true;
        }

        if (fault.Body is { } body)
        {
            await WriteAsync(context, fault.Status ?? 200, body, fault.ContentType);
            return true;
        }

        if (fault.Status is not { } status)
            return false;
        if (fault.Canonical is { } canonical)
            await WriteAsync(context, status, Error(status, canonical, $"Refused: {fault.Echo}", fault.Reason, fault.RetryDelay).ToJsonString(), fault.ContentType);
        else
            await WriteAsync(context, status, $"<html><body>{fault.Echo}</body></html>", "text/html");
        return true;
    }

    private async Task AnswerTokenAsync(HttpContext context, string path)
    {
        Dictionary<string, string> form = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync(context.RequestAborted)).ToDictionary(f => f.Key, f => f.Value.ToString())
            : [];
        bool isMetadata = context.Request.Headers["Metadata-Flavor"] == "Google";
        (JsonObject? answer, string? error, string? description) = path switch
        {
            "/token" => Tokens.Grant(form),
            "/sts" => Tokens.Exchange(form, Account),
            "/computeMetadata/v1/instance/service-accounts/default/token" when isMetadata => (Tokens.Answer(Account), null, null),
            _ => ((JsonObject?)null, "invalid_request", $"no {path}"),
        };
        if (path == "/computeMetadata/v1/project/project-id" && isMetadata)
            await WriteAsync(context, 200, ProjectId, "application/text");
        else if (answer is not null)
            await WriteAsync(context, 200, answer.ToJsonString(), "application/json");
        else
            await WriteAsync(context, 400, new JsonObject { ["error"] = error, ["error_description"] = description }.ToJsonString(), "application/json");
    }

    private async Task AnswerApiAsync(HttpContext context, string path, GoogleFault? fault)
    {
        try
        {
            GoogleServiceAccount account = Tokens.Authenticate(context.Request.Headers.Authorization);
            JsonObject body = await ReadBodyAsync(context);
            var query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
            GoogleCall call = GoogleCall.Parse(context.Request.Method, path, query, body);
            // Before anything is looked up, so that nobody learns what exists.
            if (call.Project is not (ProjectId or ProjectNumber) || !account.May(call.Verb, call.SecretId))
            {
                throw new GoogleApiException(
                    403, "PERMISSION_DENIED", $"Permission 'secretmanager.{call.Verb}' denied on resource (or it may not exist).", "IAM_PERMISSION_DENIED");
            }

            string answer = Damage(Secrets.Call(call), fault).ToJsonString();
            if (fault?.IsSlow == true || fault?.CutsBody == true)
                await WriteInHalvesAsync(context, answer, fault);
            else
                await WriteAsync(context, 200, answer, "application/json; charset=UTF-8");
        }
        catch (GoogleApiException e)
        {
            if (e.HttpStatus == 401)
                context.Response.Headers.WWWAuthenticate = "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"";
            await WriteAsync(context, e.HttpStatus, Error(e.HttpStatus, e.Status, e.Message, e.Reason, retryDelay: null).ToJsonString(), "application/json; charset=UTF-8");
        }
    }

    private static async Task<JsonObject> ReadBodyAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        string text = await reader.ReadToEndAsync(context.RequestAborted);
        try
        {
            return text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? throw GoogleApiException.InvalidArgument("Root element must be a message.");
        }
        catch (JsonException)
        {
            throw GoogleApiException.InvalidArgument("Invalid JSON payload received.");
        }
    }

    private static JsonObject Damage(JsonObject answer, GoogleFault? fault)
    {
        if (answer["payload"] is not JsonObject payload)
            return answer;
        if (fault?.LeavesOutChecksum == true)
            payload.Remove("dataCrc32c");
        if (fault?.DamagesValue == true)
        {
            byte[] value = Convert.FromBase64String(payload["data"]!.ToString());
            value[^1] ^= 1;
            payload["data"] = Convert.ToBase64String(value);
        }

        return answer;
    }

    private async Task WriteInHalvesAsync(HttpContext context, string text, GoogleFault fault)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        context.Response.ContentType = "application/json; charset=UTF-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        Hanging.TrySetResult();
        if (fault.CutsBody)
        {
            context.Abort();
            return;
        }

        await _release.Task.WaitAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(bytes.AsMemory(bytes.Length / 2), context.RequestAborted);
    }

    private static Task WriteAsync(HttpContext context, int status, string text, string contentType)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
