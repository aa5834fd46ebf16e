using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Varai.Aws.Tests.Secrets;

/// <summary>AWS Secrets Manager as it is documented, in process, with faults on demand. What moto does better (signatures, IAM) is left
/// to moto; what moto gets wrong (a write to a secret that is scheduled for deletion, the move of AWSCURRENT) is right here.</summary>
internal sealed class FakeSecretsManager : IAsyncDisposable
{
    public const string Region = "eu-central-1";

    private static readonly TimeSpan SignatureLifetime = TimeSpan.FromMinutes(5);

    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FakeSecret> _secrets = new(StringComparer.Ordinal);

    private FakeSecretsManager(WebApplication app) => _app = app;

    /// <summary>Where it listens; the region stands in the path, so that each call tells which region it was for.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>Every call so far.</summary>
    public ConcurrentQueue<FakeCall> Calls { get; } = new();

    /// <summary>Answers in place of the service where it says so.</summary>
    public Func<FakeCall, HttpContext, Task<bool>>? Fault { get; set; }

    /// <summary>What the server's clock shows.</summary>
    public Func<DateTimeOffset> Clock { get; set; } = () => TimeProvider.System.GetUtcNow();

    /// <summary>The access key ids that are valid.</summary>
    public HashSet<string> Keys { get; } = new(StringComparer.Ordinal) { "AKIAFAKE" };

    /// <summary>The most secrets on one page.</summary>
    public int PageSize { get; set; } = 3;

    public static async Task<FakeSecretsManager> StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var server = new FakeSecretsManager(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync(cancellationToken);
        server.Endpoint = app.Urls.Single() + "/{region}/";
        return server;
    }

    /// <summary>Options for a client of this server.</summary>
    public AwsSecretsManagerOptions Options(Action<AwsSecretsManagerOptions>? configure = null)
    {
        var options = new AwsSecretsManagerOptions
        {
            Region = Region,
            Endpoint = Endpoint,
            Credentials = static _ => ValueTask.FromResult<AWSCredentials>(new BasicAWSCredentials("AKIAFAKE", "secret")),
        };
        configure?.Invoke(options);
        return options;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        FakeCall call = await FakeCall.ReadAsync(context.Request);
        Calls.Enqueue(call);
        context.Response.Headers.Date = Clock().ToString("r", CultureInfo.InvariantCulture);
        context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString("D");
        if (Fault is { } fault && await fault(call, context))
            return;

        try
        {
            Authenticate(call);
            JsonObject answer;
            lock (_gate)
                answer = Execute(call);
            await WriteAsync(context, 200, answer);
        }
        catch (FakeAwsException e)
        {
            await WriteAsync(context, e.Status, new JsonObject { ["__type"] = e.Code, ["message"] = e.Message });
        }
    }

    /// <summary>Writes an error as AWS does.</summary>
    public static Task FailAsync(HttpContext context, int status, string code, string message = "") =>
        WriteAsync(context, status, new JsonObject { ["__type"] = "com.amazonaws.secretsmanager#" + code, ["message"] = message });

    private static async Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.1";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body));
    }

    private void Authenticate(FakeCall call)
    {
        if (!Keys.Contains(call.AccessKeyId))
            throw new FakeAwsException("UnrecognizedClientException", "The security token included in the request is invalid.");
        if ((Clock() - call.SignedAt).Duration() > SignatureLifetime)
            throw new FakeAwsException("InvalidSignatureException", "Signature expired: it is now earlier than it may be.");
        if (call.SignedHash != Convert.ToHexStringLower(SHA256.HashData(call.Body)) || call.SignedRegion != call.Region)
            throw new FakeAwsException("InvalidSignatureException", "The request signature we calculated does not match.");
    }

    private JsonObject Execute(FakeCall call)
    {
        JsonObject input = call.Json;
        return call.Operation switch
        {
            "CreateSecret" => Create(input, call.Region),
            "PutSecretValue" => Put(Live(input, call.Region), input),
            "GetSecretValue" => Get(Find(input, call.Region), input),
            "BatchGetSecretValue" => GetMany(input, call.Region),
            "ListSecrets" => List(input, call.Region),
            "DescribeSecret" => Find(input, call.Region).Describe(call.Region, "VersionIdsToStages"),
            "DeleteSecret" => Delete(input, call.Region),
            "RestoreSecret" => Restore(Find(input, call.Region)),
            "UpdateSecretVersionStage" => MoveStage(Live(input, call.Region), input),
            _ => throw new FakeAwsException("UnknownOperationException", call.Operation),
        };
    }

    private FakeSecret Find(JsonObject input, string region)
    {
        string id = (string)input["SecretId"]!;
        foreach (FakeSecret secret in _secrets.Values)
        {
            if (secret.Regions.Contains(region) && (secret.Name == id || secret.Arn(region) == id))
                return secret;
        }

        throw new FakeAwsException("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }

    private FakeSecret Live(JsonObject input, string region)
    {
        FakeSecret secret = Find(input, region);
        return secret.DeletedAt is null
            ? secret
            : throw new FakeAwsException("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.");
    }

    private JsonObject Create(JsonObject input, string region)
    {
        string name = (string)input["Name"]!;
        if (_secrets.TryGetValue(name, out FakeSecret? existing))
        {
            throw existing.DeletedAt is null
                ? new FakeAwsException("ResourceExistsException", "The operation failed because the secret already exists.")
                : new FakeAwsException("InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion.");
        }

        var secret = new FakeSecret(name, region, Clock());
        secret.Regions.UnionWith(input["AddReplicaRegions"]?.AsArray().Select(r => (string)r!["Region"]!) ?? []);
        secret.Details = new JsonObject
        {
            ["Description"] = (string?)input["Description"],
            ["KmsKeyId"] = (string?)input["KmsKeyId"],
            ["Tags"] = input["Tags"]?.DeepClone(),
        };
        JsonObject answer = Put(secret, input);
        _secrets[name] = secret;
        return answer;
    }

    private JsonObject Put(FakeSecret secret, JsonObject input)
    {
        string id = (string)input["ClientRequestToken"]!;
        if (id.Length is < 32 or > 64)
            throw new FakeAwsException("InvalidParameterException", "ClientRequestToken must be 32-64 characters long.");
        string? text = (string?)input["SecretString"], binary = (string?)input["SecretBinary"];
        if ((text is null) == (binary is null) || text?.Length is 0 or > 65536 || binary?.Length == 0)
            throw new FakeAwsException("InvalidParameterException", "The value is not one that is kept.");
        var version = new FakeVersion(id, text, binary, Clock());
        if (!secret.Versions.TryAdd(id, version) && secret.Versions[id] with { CreatedAt = version.CreatedAt, Stages = version.Stages } != version)
            throw new FakeAwsException("ResourceExistsException", "The token is in use.");
        foreach (JsonNode? stage in input["VersionStages"]?.AsArray() ?? ["AWSCURRENT"])
            secret.Move((string)stage!, id);
        secret.ChangedAt = Clock();
        return secret.Answer(id);
    }

    private static JsonObject Get(FakeSecret secret, JsonObject input)
    {
        if (secret.DeletedAt is not null)
            throw new FakeAwsException("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.");
        string? id = (string?)input["VersionId"], stage = (string?)input["VersionStage"];
        FakeVersion? version = id is not null
            ? secret.Versions.GetValueOrDefault(id)
            : secret.Versions.Values.FirstOrDefault(v => v.Stages.Contains(stage ?? "AWSCURRENT"));
        if (version is null)
            throw new FakeAwsException("ResourceNotFoundException", "Secrets Manager can't find the specified secret value.");
        if (stage is not null && !version.Stages.Contains(stage))
            throw new FakeAwsException("InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.");
        return version.Answer(secret);
    }

    private JsonObject GetMany(JsonObject input, string region)
    {
        var values = new JsonArray();
        var errors = new JsonArray();
        JsonArray ids = input["SecretIdList"]!.AsArray();
        if (ids.Count > 20)
            throw new FakeAwsException("InvalidParameterException", "At most 20.");
        int start = int.Parse((string?)input["NextToken"] ?? "0", CultureInfo.InvariantCulture);
        foreach (string id in ids.Skip(start).Take(PageSize).Select(id => (string)id!))
        {
            try
            {
                values.Add(Get(Find(new JsonObject { ["SecretId"] = id }, region), []));
            }
            catch (FakeAwsException e)
            {
                errors.Add(new JsonObject { ["SecretId"] = id, ["ErrorCode"] = e.Code, ["Message"] = e.Message });
            }
        }

        var answer = new JsonObject { ["SecretValues"] = values, ["Errors"] = errors };
        if (start + PageSize < ids.Count)
            answer["NextToken"] = (start + PageSize).ToString(CultureInfo.InvariantCulture);
        return answer;
    }

    private JsonObject List(JsonObject input, string region)
    {
        string[] prefixes = [.. input["Filters"]?.AsArray().Where(f => (string)f!["Key"]! == "name").SelectMany(f => f!["Values"]!.AsArray()).Select(v => (string)v!) ?? []];
        FakeSecret[] all = [.. _secrets.Values
            .Where(s => s.Regions.Contains(region) && (s.DeletedAt is null || (bool?)input["IncludePlannedDeletion"] == true))
            .Where(s => prefixes.Length == 0 || prefixes.Any(p => s.Name.StartsWith(p, StringComparison.Ordinal)))];
        int start = int.Parse((string?)input["NextToken"] ?? "0", CultureInfo.InvariantCulture);
        var answer = new JsonObject
        {
            ["SecretList"] = new JsonArray([.. all.Skip(start).Take(PageSize).Select(s => s.Describe(region, "SecretVersionsToStages"))]),
        };
        if (start + PageSize < all.Length)
            answer["NextToken"] = (start + PageSize).ToString(CultureInfo.InvariantCulture);
        return answer;
    }

    private JsonObject Delete(JsonObject input, string region)
    {
        bool atOnce = (bool?)input["ForceDeleteWithoutRecovery"] == true;
        if (atOnce && !_secrets.ContainsKey((string)input["SecretId"]!))
            return new JsonObject { ["DeletionDate"] = Clock().ToUnixTimeSeconds() };
        FakeSecret secret = atOnce ? Find(input, region) : Live(input, region);
        secret.DeletedAt = Clock().AddDays((int?)input["RecoveryWindowInDays"] ?? 30);
        if (atOnce)
            _secrets.Remove(secret.Name);
        return new JsonObject
        {
            ["ARN"] = secret.Arn(region),
            ["Name"] = secret.Name,
            ["DeletionDate"] = secret.DeletedAt.Value.ToUnixTimeMilliseconds() / 1000.0,
        };
    }

    private static JsonObject Restore(FakeSecret secret)
    {
        secret.DeletedAt = null;
        return secret.Answer(null);
    }

    private static JsonObject MoveStage(FakeSecret secret, JsonObject input)
    {
        string stage = (string)input["VersionStage"]!;
        string? to = (string?)input["MoveToVersionId"], from = (string?)input["RemoveFromVersionId"];
        if (secret.Versions.Values.FirstOrDefault(v => v.Stages.Contains(stage))?.Id is { } holder && holder != from)
            throw new FakeAwsException("InvalidParameterException", "RemoveFromVersionId must name the version that has the stage.");
        if (to is not null && !secret.Versions.ContainsKey(to))
            throw new FakeAwsException("InvalidParameterException", "Not a valid version.");
        secret.Move(stage, to);
        return secret.Answer(null);
    }
}
