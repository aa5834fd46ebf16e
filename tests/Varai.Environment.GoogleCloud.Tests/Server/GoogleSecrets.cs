using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Varai.GoogleCloud.Tests.Server;

/// <summary>The secrets of the test server, global and regional, by the rules that Google documents for Secret Manager v1.</summary>
internal sealed partial class GoogleSecrets(TimeProvider clock)
{
    private const int MaximumValueBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Location, string Id), StoredSecret> _secrets = [];
    private long _etag = 1_000_000;
    private long _created;

    /// <summary>The most entries of a page, so that paging can be seen with few secrets.</summary>
    public int MaximumPageSize { get; set; } = 25_000;

    public void SetAlias(string id, string alias, int version)
    {
        lock (_lock)
            _secrets[("", id)].Aliases[alias] = version;
    }

    public bool Holds(string location, string id)
    {
        lock (_lock)
            return _secrets.ContainsKey((location, id));
    }

    public JsonObject Call(GoogleCall call)
    {
        lock (_lock)
        {
            foreach (StoredSecret expired in _secrets.Values.Where(secret => secret.Expires <= clock.GetUtcNow()).ToArray())
                _secrets.Remove((expired.Location, expired.Id));
            return call.Verb switch
            {
                "secrets.list" => List(call, Filtered(call, _secrets.Values.Where(s => s.Location == call.Location).OrderByDescending(s => s.Order), Matches), "secrets", s => s.ToJson()),
                "secrets.create" => Create(call),
                "secrets.get" => Secret(call).ToJson(),
                "secrets.delete" => Delete(call),
                "versions.list" => List(call, Filtered(call, Secret(call).Versions.AsEnumerable().Reverse(), Matches), "versions", v => v.ToJson(call.HasNumericEnums)),
                "versions.add" => Add(call),
                "versions.get" => Version(call).ToJson(call.HasNumericEnums),
                "versions.access" => Access(call),
                "versions.enable" => Change(call, VersionState.Enabled),
                "versions.disable" => Change(call, VersionState.Disabled),
                "versions.destroy" => Change(call, VersionState.Destroyed),
                _ => throw GoogleApiException.NotFound("Method not found."),
            };
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,255}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretId { get; }

    [GeneratedRegex(@"^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelKey { get; }

    [GeneratedRegex("^projects/[^/]+/topics/[^/]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Topic { get; }

    private static void AllowOnly(JsonObject json, params string[] names)
    {
        if (json.FirstOrDefault(property => !names.Contains(property.Key)) is { Key: { } unknown })
            throw GoogleApiException.InvalidArgument($"Invalid JSON payload received. Unknown name \"{unknown}\": Cannot find field.");
    }

    private static IEnumerable<T> Filtered<T>(GoogleCall call, IEnumerable<T> items, Func<T, string, bool> matches)
    {
        string filter = call.Query.GetValueOrDefault("filter", "");
        return filter.Length == 0
            ? items
            : items.Where(item => filter.Split(" OR ").Any(part => part.Split(" AND ").All(term => matches(item, term.Trim()))));
    }

    private static bool Matches(StoredSecret secret, string term) => term switch
    {
        _ when term.StartsWith("name:", StringComparison.Ordinal) => secret.Name.Contains(term["name:".Length..], StringComparison.OrdinalIgnoreCase),
        _ when term.StartsWith("labels.", StringComparison.Ordinal) && term["labels.".Length..].Split('=') is [var key, var value] =>
            secret.Settings["labels"]?[key]?.ToString() == value,
        _ => throw GoogleApiException.InvalidArgument($"Invalid filter: {term}"),
    };

    private static bool Matches(StoredVersion version, string term) => term.StartsWith("state:", StringComparison.Ordinal)
        ? Enum.Parse<VersionState>(term["state:".Length..], ignoreCase: true) == version.State
        : throw GoogleApiException.InvalidArgument($"Invalid filter: {term}");

    // A page token is good for the same question only.
    private JsonObject List<T>(GoogleCall call, IEnumerable<T> items, string property, Func<T, JsonObject> toJson)
    {
        T[] all = [.. items];
        int asked = call.Query.TryGetValue("pageSize", out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        if (asked < 0)
            throw GoogleApiException.InvalidArgument("page_size must not be negative.");
        int size = asked == 0 ? MaximumPageSize : Math.Min(asked, MaximumPageSize);
        string question = $"{call.Parent}|{call.Query.GetValueOrDefault("filter")}|";
        int start = 0;
        if (call.Query.TryGetValue("pageToken", out string? token) && token.Length > 0)
        {
            string plain = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(token));
            if (!plain.StartsWith(question, StringComparison.Ordinal))
                throw GoogleApiException.InvalidArgument("The page token is of another request.");
            start = int.Parse(plain[question.Length..], CultureInfo.InvariantCulture);
        }

        var answer = new JsonObject { ["totalSize"] = all.Length };
        T[] page = [.. all.Skip(start).Take(size)];
        if (page.Length > 0)
            answer[property] = new JsonArray([.. page.Select(item => (JsonNode)toJson(item))]);
        if (start + page.Length < all.Length)
            answer["nextPageToken"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{question}{start + page.Length}"));
        return answer;
    }

    private JsonObject Create(GoogleCall call)
    {
        string id = call.Query.GetValueOrDefault("secretId", "");
        if (!SecretId.IsMatch(id))
            throw GoogleApiException.InvalidArgument($"The provided Secret ID [{id}] does not match the expected format [[a-zA-Z_0-9]+]");
        JsonObject body = call.Body;
        AllowOnly(
            body, "name", "replication", "createTime", "labels", "topics", "expireTime", "ttl", "etag", "rotation", "versionAliases",
            "annotations", "versionDestroyTtl", "customerManagedEncryption", "tags");
        CheckReplication(call, body["replication"] as JsonObject);
        foreach ((string key, JsonNode? value) in body["labels"] as JsonObject ?? [])
        {
            if (!LabelKey.IsMatch(key) || value!.ToString().Length > 63)
                throw GoogleApiException.InvalidArgument($"Invalid label {key}");
        }

        foreach (JsonNode? topic in body["topics"] as JsonArray ?? [])
        {
            if (!Topic.IsMatch(topic!["name"]!.ToString()))
                throw GoogleApiException.InvalidArgument("Invalid topic name.");
        }

        DateTimeOffset? expires = body["expireTime"] is { } time ? DateTimeOffset.Parse(time.ToString(), CultureInfo.InvariantCulture) : null;
        if (expires <= clock.GetUtcNow())
            throw GoogleApiException.InvalidArgument("Secret.expire_time must be in the future.");
        if (_secrets.ContainsKey((call.Location, id)))
            throw new GoogleApiException(409, "ALREADY_EXISTS", $"Secret [{call.Parent}/secrets/{id}] already exists.");

        var settings = new JsonObject();
        foreach (string kept in (string[])["replication", "labels", "annotations", "topics"])
        {
            if (body[kept] is { } value)
                settings[kept] = value.DeepClone();
        }

        var secret = new StoredSecret(call.Location, id, ++_created, clock.GetUtcNow(), expires, settings) { ETag = NextETag() };
        _secrets[(call.Location, id)] = secret;
        return secret.ToJson();
    }

    private static void CheckReplication(GoogleCall call, JsonObject? replication)
    {
        if (call.Location.Length > 0)
        {
            if (replication is not null)
                throw GoogleApiException.InvalidArgument("Replication must not be set for regional secrets.");
            return;
        }

        if (replication is not { Count: 1 })
            throw GoogleApiException.InvalidArgument("Field [secret.replication] is required.");
        AllowOnly(replication, "automatic", "userManaged");
        if (replication["userManaged"] is { } managed && (managed["replicas"] as JsonArray)?.Any(replica => replica?["location"] is not null) != true)
            throw GoogleApiException.InvalidArgument("Field [secret.replication.user_managed.replicas] is required.");
    }

    private JsonObject Delete(GoogleCall call)
    {
        StoredSecret secret = Secret(call);
        CheckETag(call.Query.GetValueOrDefault("etag"), secret.ETag);
        _secrets.Remove((secret.Location, secret.Id));
        return [];
    }

    private JsonObject Add(GoogleCall call)
    {
        StoredSecret secret = Secret(call);
        AllowOnly(call.Body, "payload", "parent");
        if (call.Body["payload"] is not JsonObject payload || payload["data"] is not { } data)
            throw GoogleApiException.InvalidArgument("Field [payload] is required.");
        AllowOnly(payload, "data", "dataCrc32c");
        byte[] value = Convert.FromBase64String(data.ToString().Replace('-', '+').Replace('_', '/'));
        if (value.Length == 0)
            throw GoogleApiException.InvalidArgument("Secret Payload cannot be empty.");
        if (value.Length > MaximumValueBytes)
            throw GoogleApiException.InvalidArgument("The secret payload is larger than 65536 bytes.");
        long checksum = BitwiseCrc32C.Compute(value);
        if (payload["dataCrc32c"] is { } sent && long.Parse(sent.ToString(), CultureInfo.InvariantCulture) != checksum)
            throw GoogleApiException.InvalidArgument($"The checksum in the request did not match the checksum computed by the server for {data}.");

        var version = new StoredVersion(secret, secret.Versions.Count + 1, clock.GetUtcNow(), value, checksum)
        {
            ETag = NextETag(),
            HasClientChecksum = payload["dataCrc32c"] is not null,
        };
        secret.Versions.Add(version);
        return version.ToJson(call.HasNumericEnums);
    }

    private JsonObject Access(GoogleCall call)
    {
        StoredVersion version = Version(call);
        if (version.State != VersionState.Enabled)
            throw GoogleApiException.FailedPrecondition($"Secret Version [{version.Name}] is in {version.State.ToString().ToUpperInvariant()} state.");
        return new JsonObject
        {
            ["name"] = version.Name,
            ["payload"] = new JsonObject
            {
                ["data"] = Convert.ToBase64String(version.Value),
                ["dataCrc32c"] = version.Checksum.ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    private JsonObject Change(GoogleCall call, VersionState state)
    {
        StoredVersion version = Version(call);
        AllowOnly(call.Body, "etag", "name");
        CheckETag(call.Body["etag"]?.ToString(), version.ETag);
        if (version.State == VersionState.Destroyed && state != VersionState.Destroyed)
            throw GoogleApiException.FailedPrecondition($"Secret Version [{version.Name}] is in DESTROYED state.");
        version.State = state;
        version.ETag = NextETag();
        if (state == VersionState.Destroyed)
        {
            version.Value = [];
            version.Destroyed ??= clock.GetUtcNow();
        }

        return version.ToJson(call.HasNumericEnums);
    }

    private StoredSecret Secret(GoogleCall call)
    {
        if (!SecretId.IsMatch(call.SecretId!))
            throw GoogleApiException.InvalidArgument("The provided Secret ID does not match the expected format.");
        return _secrets.TryGetValue((call.Location, call.SecretId!), out StoredSecret? secret)
            ? secret
            : throw GoogleApiException.NotFound($"Secret [{call.Parent}/secrets/{call.SecretId}] not found.");
    }

    private StoredVersion Version(GoogleCall call)
    {
        StoredSecret secret = Secret(call);
        string asked = call.Version!;
        bool mayBeAlias = call.Verb is "versions.get" or "versions.access";
        int number = asked switch
        {
            "latest" when mayBeAlias => secret.Versions.Count,
            _ when asked.All(char.IsAsciiDigit) && asked[0] != '0' => int.Parse(asked, CultureInfo.InvariantCulture),
            _ when mayBeAlias && char.IsAsciiLetter(asked[0]) && SecretId.IsMatch(asked) => secret.Aliases.GetValueOrDefault(asked),
            _ => throw GoogleApiException.InvalidArgument($"The version [{asked}] is not valid."),
        };
        return number >= 1 && number <= secret.Versions.Count
            ? secret.Versions[number - 1]
            : throw GoogleApiException.NotFound($"Secret Version [{secret.Name}/versions/{asked}] not found.");
    }

    private static void CheckETag(string? asked, string present)
    {
        if (!string.IsNullOrEmpty(asked) && asked != present)
            throw GoogleApiException.FailedPrecondition("The etag provided does not match the current one.");
    }

    private string NextETag() => $"\"{++_etag:x}\"";

    private enum VersionState
    {
        Enabled = 1,
        Disabled = 2,
        Destroyed = 3,
    }

    private sealed class StoredSecret(string location, string id, long order, DateTimeOffset created, DateTimeOffset? expires, JsonObject settings)
    {
        public string Location => location;

        public string Id => id;

        public long Order => order;

        public DateTimeOffset? Expires => expires;

        public JsonObject Settings => settings;

        public string ETag { get; init; } = "";

        public Dictionary<string, int> Aliases { get; } = [];

        public List<StoredVersion> Versions { get; } = [];

        // By the project's number, as Google answers, whatever the request said.
        public string Name => location.Length == 0
            ? $"projects/{GoogleServer.ProjectNumber}/secrets/{id}"
            : $"projects/{GoogleServer.ProjectNumber}/locations/{location}/secrets/{id}";

        public JsonObject ToJson()
        {
            var json = (JsonObject)settings.DeepClone();
            json["name"] = Name;
            json["createTime"] = created.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
            json["etag"] = ETag;
            if (expires is { } time)
                json["expireTime"] = time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
            if (Aliases.Count > 0)
                json["versionAliases"] = new JsonObject(Aliases.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value.ToString(CultureInfo.InvariantCulture))));
            return json;
        }
    }

    private sealed class StoredVersion(StoredSecret secret, int number, DateTimeOffset created, byte[] value, long checksum)
    {
        public byte[] Value { get; set; } = value;

        public long Checksum => checksum;

        public VersionState State { get; set; } = VersionState.Enabled;

        public DateTimeOffset? Destroyed { get; set; }

        public string ETag { get; set; } = "";

        public bool HasClientChecksum { get; init; }

        public string Name => $"{secret.Name}/versions/{number}";

        public JsonObject ToJson(bool hasNumericEnums)
        {
            var json = new JsonObject
            {
                ["name"] = Name,
                ["createTime"] = created.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
                ["state"] = hasNumericEnums ? (int)State : State.ToString().ToUpperInvariant(),
                ["etag"] = ETag,
                ["replicationStatus"] = new JsonObject { ["automatic"] = new JsonObject() },
            };
            if (HasClientChecksum)
                json["clientSpecifiedPayloadChecksum"] = true;
            if (Destroyed is { } time)
                json["destroyTime"] = time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
            return json;
        }
    }
}
