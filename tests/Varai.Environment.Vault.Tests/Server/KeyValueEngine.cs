using System.Globalization;
using System.Text.Json.Nodes;

namespace Varai.Vault.Tests.Server;

/// <summary>The key-value engine, version 1 or 2.</summary>
internal sealed class KeyValueEngine(int version, TimeProvider clock)
{
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public int Version => version;

    public bool Exists(string path) => _entries.ContainsKey(KeyOf(path));

    public ServerReply Handle(string verb, string path, JsonObject? body, IReadOnlyDictionary<string, string> query) =>
        version == 1 ? HandleFirst(verb, path, body, query) : HandleSecond(verb, path, body, query);

    private string KeyOf(string path) => version == 1 ? path : path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private ServerReply HandleFirst(string verb, string path, JsonObject? body, IReadOnlyDictionary<string, string> query)
    {
        switch (verb)
        {
            case "LIST":
                return List(path, query);
            case "GET":
                return _entries.TryGetValue(path, out Entry? entry)
                    ? new ServerReply(200, With(ServerReply.Envelope(entry.Versions[^1].Data!.DeepClone()), "lease_duration", 2764800))
                    : ServerReply.Missing;
            case "DELETE":
                _entries.Remove(path);
                return ServerReply.Nothing;
            default:
                if (body is null || body.Count == 0)
                    return ServerReply.Error(400, "missing data fields");
                _entries[path] = new Entry { Versions = { new Revision(1, clock.GetUtcNow()) { Data = (JsonObject)body.DeepClone() } } };
                return ServerReply.Nothing;
        }
    }

    private ServerReply HandleSecond(string verb, string path, JsonObject? body, IReadOnlyDictionary<string, string> query)
    {
        string area = path.Split('/')[0];
        string key = path.Contains('/', StringComparison.Ordinal) ? KeyOf(path) : "";
        _entries.TryGetValue(key, out Entry? entry);
        switch (area, verb)
        {
            case ("metadata", "LIST"):
                return List(key, query);
            case ("data", "GET"):
                return Read(entry, query);
            case ("data", "POST" or "PUT"):
                return Write(key, entry, body);
            case ("data", "DELETE"):
                if (entry is { Versions.Count: > 0 })
                    entry.Versions[^1].DeletedAt ??= clock.GetUtcNow();
                return ServerReply.Nothing;
            case ("metadata", "GET"):
                return entry is null ? ServerReply.Missing : ServerReply.Data(Describe(entry));
            case ("metadata", "POST" or "PUT"):
                Configure(key, entry, body!);
                return ServerReply.Nothing;
            case ("metadata", "DELETE"):
                _entries.Remove(key);
                return ServerReply.Nothing;
            case ("delete" or "undelete" or "destroy", "POST" or "PUT"):
                return entry is null ? ServerReply.Missing : Change(area, entry, body!);
            default:
                return ServerReply.Error(404, $"no handler for route \"{path}\". route entry not found.");
        }
    }

    private ServerReply Read(Entry? entry, IReadOnlyDictionary<string, string> query)
    {
        int wanted = query.TryGetValue("version", out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        Revision? revision = wanted == 0 ? entry?.Versions.LastOrDefault() : entry?.Versions.FirstOrDefault(v => v.Number == wanted);
        if (revision is null)
            return ServerReply.Missing;
        bool gone = revision.IsDestroyed || revision.DeletedAt <= clock.GetUtcNow();
        JsonObject metadata = Describe(revision);
        metadata["version"] = revision.Number;
        metadata["custom_metadata"] = entry!.Custom?.DeepClone();
        JsonObject body = ServerReply.Envelope(new JsonObject { ["data"] = gone ? null : revision.Data!.DeepClone(), ["metadata"] = metadata });
        return new ServerReply(gone ? 404 : 200, body);
    }

    private ServerReply Write(string key, Entry? entry, JsonObject? body)
    {
        if (body?["data"] is not JsonObject data)
            return ServerReply.Error(400, "no data provided");
        int current = entry?.Versions.LastOrDefault()?.Number ?? 0;
        if (body["options"]?["cas"] is { } cas)
        {
            if ((int)cas != current)
                return ServerReply.Error(400, "check-and-set parameter did not match the current version");
        }
        else if (entry?.CasRequired == true)
        {
            return ServerReply.Error(400, "check-and-set parameter required for this call");
        }

        if (entry is null)
            _entries[key] = entry = new Entry();
        var revision = new Revision(current + 1, clock.GetUtcNow()) { Data = (JsonObject)data.DeepClone() };
        if (entry.DeleteAfter > TimeSpan.Zero)
            revision.DeletedAt = revision.CreatedAt + entry.DeleteAfter;
        entry.Versions.Add(revision);
        int keep = entry.MaxVersions == 0 ? 10 : entry.MaxVersions;
        if (entry.Versions.Count > keep)
            entry.Versions.RemoveRange(0, entry.Versions.Count - keep);
        JsonObject answer = Describe(revision);
        answer["version"] = revision.Number;
        return ServerReply.Data(answer);
    }

    private void Configure(string key, Entry? entry, JsonObject body)
    {
        if (entry is null)
            _entries[key] = entry = new Entry();
        entry.CasRequired = (bool?)body["cas_required"] ?? entry.CasRequired;
        entry.MaxVersions = (int?)body["max_versions"] ?? entry.MaxVersions;
        entry.Custom = body["custom_metadata"]?.DeepClone() as JsonObject ?? entry.Custom;
        if ((string?)body["delete_version_after"] is { } after)
            entry.DeleteAfter = TimeSpan.FromSeconds(int.Parse(after.TrimEnd('s'), CultureInfo.InvariantCulture));
    }

    private ServerReply Change(string area, Entry entry, JsonObject body)
    {
        HashSet<int> numbers = [.. ((JsonArray)body["versions"]!).Select(number => (int)number!)];
        foreach (Revision revision in entry.Versions.Where(v => numbers.Contains(v.Number)))
        {
            if (area == "delete")
                revision.DeletedAt ??= clock.GetUtcNow();
            else if (area == "undelete" && !revision.IsDestroyed)
                revision.DeletedAt = null;
            else if (area == "destroy")
                (revision.IsDestroyed, revision.Data) = (true, null);
        }

        return ServerReply.Nothing;
    }

    private JsonObject Describe(Entry entry) => new()
    {
        ["current_version"] = entry.Versions.LastOrDefault()?.Number ?? 0,
        ["oldest_version"] = entry.Versions.FirstOrDefault()?.Number ?? 0,
        ["created_time"] = Time(entry.Versions.FirstOrDefault()?.CreatedAt),
        ["updated_time"] = Time(entry.Versions.Select(v => v.DeletedAt <= clock.GetUtcNow() ? v.DeletedAt : v.CreatedAt).Max()),
        ["max_versions"] = entry.MaxVersions,
        ["cas_required"] = entry.CasRequired,
        ["delete_version_after"] = "0s",
        ["custom_metadata"] = entry.Custom?.DeepClone(),
        ["versions"] = new JsonObject(entry.Versions.Select(v => KeyValuePair.Create(v.Number.ToString(CultureInfo.InvariantCulture), (JsonNode?)Describe(v)))),
    };

    private static JsonObject Describe(Revision revision) => new()
    {
        ["created_time"] = Time(revision.CreatedAt),
        ["deletion_time"] = Time(revision.DeletedAt),
        ["destroyed"] = revision.IsDestroyed,
    };

    // Vault writes nanoseconds.
    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'89Z'", CultureInfo.InvariantCulture) ?? "";

    private ServerReply List(string folder, IReadOnlyDictionary<string, string> query)
    {
        string prefix = folder.Trim('/') is { Length: > 0 } below ? below + "/" : "";
        IEnumerable<string> keys = _entries.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(key => key[prefix.Length..])
            .Select(key => key.IndexOf('/', StringComparison.Ordinal) is >= 0 and int slash ? key[..(slash + 1)] : key)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        if (query.TryGetValue("after", out string? after))
            keys = keys.Where(key => string.CompareOrdinal(key, after) > 0);
        if (query.TryGetValue("limit", out string? limit))
            keys = keys.Take(int.Parse(limit, CultureInfo.InvariantCulture));
        JsonNode?[] listed = [.. keys.Select(key => JsonValue.Create(key))];
        return listed.Length == 0 ? ServerReply.Missing : ServerReply.Data(new JsonObject { ["keys"] = new JsonArray(listed) });
    }

    private static JsonObject With(JsonObject body, string name, JsonNode value)
    {
        body[name] = value;
        return body;
    }

    private sealed class Entry
    {
        public List<Revision> Versions { get; } = [];

        public bool CasRequired { get; set; }

        public int MaxVersions { get; set; }

        public TimeSpan DeleteAfter { get; set; }

        public JsonObject? Custom { get; set; }
    }

    private sealed class Revision(int number, DateTimeOffset createdAt)
    {
        public int Number => number;

        public DateTimeOffset CreatedAt => createdAt;

        public DateTimeOffset? DeletedAt { get; set; }

        public bool IsDestroyed { get; set; }

        public JsonObject? Data { get; set; }
    }
}
