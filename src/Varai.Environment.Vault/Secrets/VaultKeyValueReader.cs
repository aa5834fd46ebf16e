using System.Globalization;
using System.Text.Json;
using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>The JSON of the key-value engine 2.</summary>
internal static class VaultKeyValueReader
{
    /// <returns><see langword="null"/> when there is no such entry; one without data when the version was deleted.</returns>
    public static VaultKeyValueSecret? Secret(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return null;

        VaultData? data = null;
        ReadOnlySpan<byte> metadata = default;
        var members = new JsonMembers(json);
        while (members.MoveNext())
        {
            if (members.Name == "data" && members.Kind == JsonTokenType.StartObject)
                data = new VaultData(new SecretValue(members.Raw));
            else if (members.Name == "metadata" && members.Kind == JsonTokenType.StartObject)
                metadata = members.Raw;
        }

        if (metadata.IsEmpty)
        {
            data?.Dispose();
            throw new FormatException("There is no metadata.");
        }

        (int? version, DateTimeOffset? createdAt, DateTimeOffset? deletedAt, bool destroyed) = (null, null, null, false);
        Dictionary<string, string> custom = new(StringComparer.Ordinal);
        members = new JsonMembers(metadata);
        while (members.MoveNext())
        {
            switch (members.Name)
            {
                case "version":
                    version = (int)members.Number();
                    break;
                case "created_time":
                    createdAt = members.Time();
                    break;
                case "deletion_time":
                    deletedAt = members.Time();
                    break;
                case "destroyed":
                    destroyed = members.Flag();
                    break;
                case "custom_metadata":
                    custom = members.TextMap();
                    break;
            }
        }

        return new VaultKeyValueSecret(data) { Version = version, CreatedAt = createdAt, DeletedAt = deletedAt, IsDestroyed = destroyed, CustomMetadata = custom };
    }

    public static int Version(ReadOnlySpan<byte> json)
    {
        var members = new JsonMembers(json);
        while (members.MoveNext())
        {
            if (members.Name == "version")
                return (int)members.Number();
        }

        throw new FormatException("There is no version.");
    }

    public static VaultKeyValueMetadata Metadata(ReadOnlySpan<byte> json)
    {
        var metadata = new VaultKeyValueMetadata();
        var members = new JsonMembers(json);
        while (members.MoveNext())
        {
            metadata = members.Name switch
            {
                "current_version" => metadata with { CurrentVersion = (int)members.Number() },
                "oldest_version" => metadata with { OldestVersion = (int)members.Number() },
                "created_time" => metadata with { CreatedAt = members.Time() },
                "updated_time" => metadata with { UpdatedAt = members.Time() },
                "max_versions" => metadata with { MaxVersions = (int)members.Number() },
                "cas_required" => metadata with { IsCheckAndSetRequired = members.Flag() },
                "custom_metadata" => metadata with { CustomMetadata = members.TextMap() },
                "versions" when members.Kind == JsonTokenType.StartObject => metadata with { Versions = Versions(members.Raw) },
                _ => metadata,
            };
        }

        return metadata;
    }

    public static void Write(Utf8JsonWriter writer, VaultKeyValueSettings settings)
    {
        if (settings.MaxVersions is { } maximum)
            writer.WriteNumber("max_versions", maximum);
        if (settings.IsCheckAndSetRequired is { } required)
            writer.WriteBoolean("cas_required", required);
        if (settings.DeleteVersionAfter is { } after)
            writer.WriteString("delete_version_after", string.Create(CultureInfo.InvariantCulture, $"{(long)after.TotalSeconds}s"));
        if (settings.CustomMetadata is { } custom)
        {
            writer.WriteStartObject("custom_metadata");
            foreach ((string name, string text) in custom)
                writer.WriteString(name, text);
            writer.WriteEndObject();
        }
    }

    private static List<VaultKeyValueVersion> Versions(ReadOnlySpan<byte> json)
    {
        var versions = new List<VaultKeyValueVersion>();
        var members = new JsonMembers(json);
        while (members.MoveNext())
        {
            if (!int.TryParse(members.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                continue;
            var version = new VaultKeyValueVersion(number);
            var fields = new JsonMembers(members.Raw);
            while (fields.MoveNext())
            {
                version = fields.Name switch
                {
                    "created_time" => version with { CreatedAt = fields.Time() },
                    "deletion_time" => version with { DeletedAt = fields.Time() },
                    "destroyed" => version with { IsDestroyed = fields.Flag() },
                    _ => version,
                };
            }

            versions.Add(version);
        }

        versions.Sort(static (a, b) => a.Version.CompareTo(b.Version));
        return versions;
    }
}
