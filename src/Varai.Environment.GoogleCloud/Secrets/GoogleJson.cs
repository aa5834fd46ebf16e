using System.Globalization;
using System.Text.Json;
using Varai.Secrets;

namespace Varai.GoogleCloud.Secrets;

/// <summary>The JSON of Secret Manager. Values go from and to buffers that are zeroed, never through strings.</summary>
/// <remarks>What reads throws <see cref="JsonException"/>, <see cref="InvalidOperationException"/> or <see cref="FormatException"/> for
/// an answer that is not as documented; their messages may quote it, so they are not passed on.</remarks>
internal static class GoogleJson
{
    public static void WritePayload(SecretBuffer buffer, ReadOnlySpan<byte> value)
    {
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartObject("payload"u8);
        json.WriteBase64String("data"u8, value);
        json.WriteString("dataCrc32c"u8, Crc32C.Compute(value).ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteETag(SecretBuffer buffer, string? etag)
    {
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        if (etag is not null)
            json.WriteString("etag"u8, etag);
        json.WriteEndObject();
    }

    public static void WriteSecret(SecretBuffer buffer, GoogleSecretCreation creation, bool isRegional)
    {
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        if (!isRegional)
            WriteReplication(json, creation.ReplicationLocations);
        WriteMap(json, "labels", creation.Labels);
        WriteMap(json, "annotations", creation.Annotations);
        if (creation.Topics.Count > 0)
        {
            json.WriteStartArray("topics"u8);
            foreach (string topic in creation.Topics)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, topic);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (creation.ExpiresAt is { } expiry)
            json.WriteString("expireTime"u8, expiry.UtcDateTime);
        json.WriteEndObject();
    }

    /// <returns>The value, the version's number and the checksum that came along, if one did.</returns>
    public static (SecretValue Value, string Version, uint? Checksum) ReadPayload(ReadOnlySpan<byte> json)
    {
        SecretValue? value = null;
        string? version = null;
        uint? checksum = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            BeginDocument(ref reader);
            while (NextProperty(ref reader, out string property))
            {
                if (property == "name")
                    version = LastSegment(reader.GetString());
                else if (property == "payload" && reader.TokenType == JsonTokenType.StartObject)
                    ReadData(ref reader, ref value, ref checksum);
                else
                    reader.Skip();
            }

            Expect(value is not null && IsNumber(version));
            return (value!, version!, checksum);
        }
        catch
        {
            value?.Dispose();
            throw;
        }
    }

    public static GoogleSecretVersion ReadVersion(ReadOnlySpan<byte> json, string secretId)
    {
        var reader = new Utf8JsonReader(json);
        BeginDocument(ref reader);
        return ReadVersion(ref reader, secretId);
    }

    public static GoogleSecretMetadata ReadSecret(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        BeginDocument(ref reader);
        return ReadSecret(ref reader);
    }

    public static (List<GoogleSecretMetadata> Secrets, string? NextPage) ReadSecrets(ReadOnlySpan<byte> json)
    {
        var secrets = new List<GoogleSecretMetadata>();
        var reader = new Utf8JsonReader(json);
        string? next = ReadPage(ref reader, "secrets", (ref Utf8JsonReader item) => secrets.Add(ReadSecret(ref item)));
        return (secrets, next);
    }

    public static (List<GoogleSecretVersion> Versions, string? NextPage) ReadVersions(ReadOnlySpan<byte> json, string secretId)
    {
        var versions = new List<GoogleSecretVersion>();
        var reader = new Utf8JsonReader(json);
        string? next = ReadPage(ref reader, "versions", (ref Utf8JsonReader item) => versions.Add(ReadVersion(ref item, secretId)));
        return (versions, next);
    }

    private delegate void ItemReader(ref Utf8JsonReader reader);

    private static string? ReadPage(ref Utf8JsonReader reader, string list, ItemReader read)
    {
        string? next = null;
        BeginDocument(ref reader);
        while (NextProperty(ref reader, out string property))
        {
            if (property == "nextPageToken")
                next = reader.GetString() is { Length: > 0 } token ? token : null;
            else if (property == list)
                ReadItems(ref reader, read);
            else
                reader.Skip();
        }

        return next;
    }

    private static void ReadItems(ref Utf8JsonReader reader, ItemReader read)
    {
        Expect(reader.TokenType == JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            read(ref reader);
        Expect(reader.TokenType == JsonTokenType.EndArray);
    }

    private static void ReadData(ref Utf8JsonReader reader, ref SecretValue? value, ref uint? checksum)
    {
        while (NextProperty(ref reader, out string property))
        {
            if (property == "data")
            {
                value?.Dispose();
                value = SecretValue.FromJsonBase64(ref reader);
            }
            else if (property == "dataCrc32c")
            {
                checksum = checked((uint)ReadInteger(ref reader));
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static GoogleSecretVersion ReadVersion(ref Utf8JsonReader reader, string secretId)
    {
        var version = new GoogleSecretVersion(secretId, "");
        while (NextProperty(ref reader, out string property))
        {
            switch (property)
            {
                case "name": version = version with { Version = LastSegment(reader.GetString()) }; break;
                case "state": version = version with { State = ReadState(ref reader) }; break;
                case "createTime": version = version with { CreatedAt = reader.GetDateTimeOffset() }; break;
                case "destroyTime": version = version with { DestroyedAt = reader.GetDateTimeOffset() }; break;
                case "scheduledDestroyTime": version = version with { DestroyAt = reader.GetDateTimeOffset() }; break;
                case "etag": version = version with { ETag = reader.GetString() }; break;
                default: reader.Skip(); break;
            }
        }

        Expect(IsNumber(version.Version));
        return version;
    }

    private static GoogleSecretMetadata ReadSecret(ref Utf8JsonReader reader)
    {
        var secret = new GoogleSecretMetadata("");
        while (NextProperty(ref reader, out string property))
        {
            switch (property)
            {
                case "name": secret = secret with { SecretId = LastSegment(reader.GetString()) }; break;
                case "createTime": secret = secret with { CreatedAt = reader.GetDateTimeOffset() }; break;
                case "expireTime": secret = secret with { ExpiresAt = reader.GetDateTimeOffset() }; break;
                case "etag": secret = secret with { ETag = reader.GetString() }; break;
                case "labels": secret = secret with { Labels = ReadMap(ref reader) }; break;
                case "annotations": secret = secret with { Annotations = ReadMap(ref reader) }; break;
                case "versionAliases": secret = secret with { VersionAliases = ReadMap(ref reader) }; break;
                case "topics": secret = secret with { Topics = ReadTexts(ref reader, "name") }; break;
                case "replication": secret = secret with { ReplicationLocations = ReadTexts(ref reader, "location") }; break;
                default: reader.Skip(); break;
            }
        }

        Expect(GoogleSecretName.IsValidId(secret.SecretId));
        return secret;
    }

    private static Dictionary<string, string> ReadMap(ref Utf8JsonReader reader)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        Expect(reader.TokenType == JsonTokenType.StartObject);
        while (NextProperty(ref reader, out string key))
        {
            map[key] = reader.TokenType == JsonTokenType.Number
                ? reader.GetInt64().ToString(CultureInfo.InvariantCulture)
                : reader.GetString() ?? "";
        }

        return map;
    }

    /// <summary>Every text of one property below the present value, however deep.</summary>
    private static List<string> ReadTexts(ref Utf8JsonReader reader, string property)
    {
        var texts = new List<string>();
        int depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(property))
                continue;
            reader.Read();
            texts.Add(reader.GetString() ?? "");
        }

        return texts;
    }

    private static GoogleSecretVersionState ReadState(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
            return reader.TryGetInt32(out int number) && number is > 0 and <= 3 ? (GoogleSecretVersionState)number : GoogleSecretVersionState.Unknown;
        return reader.ValueTextEquals("ENABLED"u8) ? GoogleSecretVersionState.Enabled
            : reader.ValueTextEquals("DISABLED"u8) ? GoogleSecretVersionState.Disabled
            : reader.ValueTextEquals("DESTROYED"u8) ? GoogleSecretVersionState.Destroyed
            : GoogleSecretVersionState.Unknown;
    }

    // In JSON, protobuf writes 64-bit integers as texts and reads both.
    private static long ReadInteger(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number
        ? reader.GetInt64()
        : long.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : throw new JsonException();

    private static void BeginDocument(ref Utf8JsonReader reader) =>
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);

    /// <summary>Goes to the value of the next property, or to the end of the object.</summary>
    private static bool NextProperty(ref Utf8JsonReader reader, out string property)
    {
        Expect(reader.Read());
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            property = "";
            return false;
        }

        property = reader.GetString()!;
        return reader.Read();
    }

    private static string LastSegment(string? resource) => resource is null ? "" : resource[(resource.LastIndexOf('/') + 1)..];

    private static bool IsNumber(string? version) => version?.Length > 0 && version.All(char.IsAsciiDigit);

    private static void Expect(bool condition)
    {
        if (!condition)
            throw new JsonException();
    }

    private static void WriteReplication(Utf8JsonWriter json, IList<string> locations)
    {
        json.WriteStartObject("replication"u8);
        json.WriteStartObject(locations.Count == 0 ? "automatic"u8 : "userManaged"u8);
        if (locations.Count > 0)
        {
            json.WriteStartArray("replicas"u8);
            foreach (string location in locations)
            {
                json.WriteStartObject();
                json.WriteString("location"u8, location);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter json, string property, IDictionary<string, string> map)
    {
        if (map.Count == 0)
            return;
        json.WriteStartObject(property);
        foreach ((string key, string value) in map)
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
