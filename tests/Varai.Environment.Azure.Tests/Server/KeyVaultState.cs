using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Varai.AzureCloud.Tests.Server;

/// <summary>The vault itself, by the documented rules of the REST interface.</summary>
internal sealed partial class KeyVaultState(Func<string> address, TimeProvider time)
{
    private const int MaximumBytes = 25 * 1024;
    private const int MaximumPage = 25;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, StoredSecret> _secrets = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many requests see a deletion, a recovery or a purge in progress.</summary>
    public int Slowness { get; set; }

    public int PageSize { get; set; } = MaximumPage;

    /// <summary>Puts a secret in place, and lets its newest version be changed.</summary>
    public string Plant(string name, string value, Action<StoredVersion>? change = null)
    {
        lock (_lock)
        {
            StoredVersion version = Append(name, value);
            change?.Invoke(version);
            return version.Id;
        }
    }

    public StoredVersion? Find(string name)
    {
        lock (_lock)
            return _secrets.TryGetValue(name, out StoredSecret? secret) && secret.Stage == SecretStage.Active ? secret.Current : null;
    }

    public SecretStage? StageOf(string name)
    {
        lock (_lock)
            return _secrets.TryGetValue(name, out StoredSecret? secret) ? secret.Stage : null;
    }

    public IReadOnlyList<StoredVersion> VersionsOf(string name)
    {
        lock (_lock)
            return _secrets.TryGetValue(name, out StoredSecret? secret) ? [.. secret.Versions] : [];
    }

    public KeyVaultReply Answer(string method, string[] path, IReadOnlyDictionary<string, string> query, JsonObject? body)
    {
        lock (_lock)
        {
            if (path.Length > 1 && !Name.IsMatch(path[1]))
                return KeyVaultReply.BadParameter("The request URI contains an invalid name.");
            return (method, path) switch
            {
                ("GET", ["secrets"]) => List(query, SecretStage.Active),
                ("GET", ["deletedsecrets"]) => List(query, SecretStage.Deleted),
                ("PUT", ["secrets", var name]) => Put(name, body),
                ("GET", ["secrets", var name]) => Get(name, version: null),
                ("GET", ["secrets", var name, "versions"]) => Versions(name, query),
                ("GET", ["secrets", var name, var version]) => Get(name, version),
                ("PATCH", ["secrets", var name, var version]) => Patch(name, version, body),
                ("DELETE", ["secrets", var name]) => Delete(name),
                ("GET", ["deletedsecrets", var name]) => GetDeleted(name),
                ("POST", ["deletedsecrets", var name, "recover"]) => Recover(name),
                ("DELETE", ["deletedsecrets", var name]) => Purge(name),
                _ => KeyVaultReply.Error(405, "MethodNotAllowed", "There is no such operation."),
            };
        }
    }

    [GeneratedRegex("^[0-9a-zA-Z-]{1,127}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name { get; }

    private KeyVaultReply Put(string name, JsonObject? body)
    {
        if (body?["value"] is not JsonValue json || !json.TryGetValue(out string? value))
            return KeyVaultReply.BadParameter("Property 'value' is required.");
        if (Encoding.UTF8.GetByteCount(value) > MaximumBytes)
            return KeyVaultReply.BadParameter("The value is too long.");
        if (body["tags"] is JsonObject { Count: > 15 })
            return KeyVaultReply.BadParameter("There are too many tags.");
        if (Advance(name) is { } secret && secret.Stage != SecretStage.Active)
            return Conflict(secret.Stage);

        StoredVersion version = Append(name, value);
        Apply(version, body);
        return new KeyVaultReply(200, version.ToJson(IdOf(name, version.Id), withValue: true));
    }

    private KeyVaultReply Get(string name, string? version)
    {
        if (FindActive(name) is not { } secret)
            return KeyVaultReply.SecretNotFound(name);
        StoredVersion? found = version is null ? secret.Current : secret.Versions.Find(v => v.Id == version);
        if (found is null)
            return KeyVaultReply.SecretNotFound($"{name}/{version}");
        // A secret outside of its dates is given; only a disabled one is not.
        return found.Enabled
            ? new KeyVaultReply(200, found.ToJson(IdOf(secret.Name, found.Id), withValue: true))
            : KeyVaultReply.Error(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled");
    }

    private KeyVaultReply Patch(string name, string version, JsonObject? body)
    {
        if (FindActive(name)?.Versions.Find(v => v.Id == version) is not { } found)
            return KeyVaultReply.SecretNotFound(name);
        Apply(found, body ?? []);
        found.Updated = time.GetUtcNow().ToUnixTimeSeconds();
        return new KeyVaultReply(200, found.ToJson(IdOf(name, version), withValue: false));
    }

    private KeyVaultReply Delete(string name)
    {
        if (Advance(name) is not { } secret)
            return KeyVaultReply.SecretNotFound(name);
        if (secret.Stage is SecretStage.Deleting or SecretStage.Recovering)
            return Conflict(secret.Stage);
        if (secret.Stage != SecretStage.Active)
            return KeyVaultReply.SecretNotFound(name);
        secret.DeletedAt = time.GetUtcNow().ToUnixTimeSeconds();
        Enter(secret, SecretStage.Deleting);
        return new KeyVaultReply(200, DeletedJson(secret));
    }

    private KeyVaultReply GetDeleted(string name) =>
        Advance(name) is { Stage: SecretStage.Deleted } secret ? new KeyVaultReply(200, DeletedJson(secret)) : KeyVaultReply.SecretNotFound(name);

    private KeyVaultReply Recover(string name)
    {
        if (Advance(name) is not { Stage: SecretStage.Deleted } secret)
            return NotDeleted(name);
        Enter(secret, SecretStage.Recovering);
        return new KeyVaultReply(200, secret.Current.ToJson(IdOf(secret.Name, secret.Current.Id), withValue: false));
    }

    private KeyVaultReply Purge(string name)
    {
        if (Advance(name) is not { Stage: SecretStage.Deleted } secret)
            return NotDeleted(name);
        Enter(secret, SecretStage.Purging);
        return new KeyVaultReply(204);
    }

    private KeyVaultReply NotDeleted(string name) => _secrets.TryGetValue(name, out StoredSecret? secret) && secret.Stage != SecretStage.Active
        ? Conflict(secret.Stage)
        : KeyVaultReply.SecretNotFound(name);

    private KeyVaultReply List(IReadOnlyDictionary<string, string> query, SecretStage stage)
    {
        foreach (string name in _secrets.Keys.ToArray())
            Advance(name);
        return Page(
            stage == SecretStage.Active ? "secrets" : "deletedsecrets",
            [.. _secrets.Values.Where(s => s.Stage == stage).OrderBy(s => s.Name, StringComparer.OrdinalIgnoreCase).Select(s =>
                stage == SecretStage.Active ? s.Current.ToJson(IdOf(s.Name), withValue: false) : DeletedJson(s))],
            query);
    }

    private KeyVaultReply Versions(string name, IReadOnlyDictionary<string, string> query) => FindActive(name) is { } secret
        ? Page(
            $"secrets/{name}/versions",
            [.. secret.Versions.OrderBy(v => v.Id, StringComparer.Ordinal).Select(v => v.ToJson(IdOf(secret.Name, v.Id), withValue: false))],
            query)
        : new KeyVaultReply(200, new JsonObject { ["value"] = new JsonArray(), ["nextLink"] = null });

    private KeyVaultReply Page(string path, JsonObject[] items, IReadOnlyDictionary<string, string> query)
    {
        int size = PageSize;
        if (query.TryGetValue("maxresults", out string? text))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > MaximumPage)
                return KeyVaultReply.BadParameter("maxresults must be from 1 to 25.");
            size = Math.Min(size, PageSize);
        }

        int start = query.TryGetValue("$skiptoken", out string? token) ? int.Parse(token, CultureInfo.InvariantCulture) : 0;
        string? next = start + size < items.Length ? $"{address()}/{path}?api-version={query["api-version"]}&$skiptoken={start + size}&maxresults={size}" : null;
        return new KeyVaultReply(200, new JsonObject { ["value"] = new JsonArray([.. items.Skip(start).Take(size)]), ["nextLink"] = next });
    }

    private JsonObject DeletedJson(StoredSecret secret)
    {
        JsonObject json = secret.Current.ToJson(IdOf(secret.Name, secret.Current.Id), withValue: false);
        json["recoveryId"] = $"{address()}/deletedsecrets/{secret.Name}";
        json["deletedDate"] = secret.DeletedAt;
        json["scheduledPurgeDate"] = secret.DeletedAt + (90 * 86_400);
        return json;
    }

    private StoredVersion Append(string name, string value)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        if (!_secrets.TryGetValue(name, out StoredSecret? secret))
            _secrets.Add(name, secret = new StoredSecret { Name = name });
        var version = new StoredVersion { Id = Guid.NewGuid().ToString("N"), Value = value, Created = now, Updated = now };
        secret.Versions.Add(version);
        return version;
    }

    private static void Apply(StoredVersion version, JsonObject body)
    {
        version.ContentType = (string?)body["contentType"] ?? version.ContentType;
        version.Tags = body["tags"]?.DeepClone().AsObject() ?? version.Tags;
        if (body["attributes"] is not JsonObject attributes)
            return;
        version.Enabled = (bool?)attributes["enabled"] ?? version.Enabled;
        version.NotBefore = (long?)attributes["nbf"] ?? version.NotBefore;
        version.Expires = (long?)attributes["exp"] ?? version.Expires;
    }

    private StoredSecret? FindActive(string name) => Advance(name) is { Stage: SecretStage.Active } secret ? secret : null;

    private void Enter(StoredSecret secret, SecretStage stage) => (secret.Stage, secret.Remaining) = (stage, Slowness);

    /// <summary>The secret, where what was in progress has come one request nearer to its end.</summary>
    private StoredSecret? Advance(string name)
    {
        if (!_secrets.TryGetValue(name, out StoredSecret? secret))
            return null;
        if (secret.Stage is SecretStage.Active or SecretStage.Deleted || secret.Remaining-- > 0)
            return secret;
        if (secret.Stage == SecretStage.Purging)
        {
            _secrets.Remove(name);
            return null;
        }

        secret.Stage = secret.Stage == SecretStage.Deleting ? SecretStage.Deleted : SecretStage.Active;
        return secret;
    }

    private static KeyVaultReply Conflict(SecretStage stage) => KeyVaultReply.Conflict(stage switch
    {
        SecretStage.Deleted => "ObjectIsDeletedButRecoverable",
        SecretStage.Recovering => "ObjectIsBeingRecovered",
        _ => "ObjectIsBeingDeleted",
    });

    private string IdOf(string name, string? version = null) => $"{address()}/secrets/{name}" + (version is null ? "" : "/" + version);
}
