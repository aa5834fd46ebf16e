using System.Text.Json;
using Varai.Secrets;

namespace Varai.Aws.Secrets;

/// <summary>Reads what AWS answers, without reflection; values go from the buffer into a <see cref="SecretValue"/>, never through a string.</summary>
/// <remarks>Each method throws <see cref="JsonException"/>, <see cref="InvalidOperationException"/> or <see cref="FormatException"/> for what
/// is no such answer; those are caught and dropped, since they may quote it.</remarks>
internal static class AwsResponseReader
{
    public static AwsSecretValue ReadValue(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = Begin(json);
        AwsSecretValue value = ReadValue(ref reader);
        try
        {
            End(ref reader);
            return value;
        }
        catch
        {
            value.Value.Dispose();
            throw;
        }
    }

    public static (AwsSecretBatch Batch, string? NextToken) ReadBatch(ReadOnlySpan<byte> json)
    {
        var values = new List<AwsSecretValue>();
        var errors = new List<AwsSecretError>();
        string? next = null;
        try
        {
            Utf8JsonReader reader = Begin(json);
            while (NextProperty(ref reader, out string name))
            {
                switch (name)
                {
                    case "SecretValues":
                        while (NextObject(ref reader))
                            values.Add(ReadValue(ref reader));
                        break;
                    case "Errors":
                        while (NextObject(ref reader))
                            errors.Add(ReadError(ref reader));
                        break;
                    case "NextToken":
                        next = reader.GetString();
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            End(ref reader);
            return (new AwsSecretBatch(values, errors), next);
        }
        catch
        {
            foreach (AwsSecretValue value in values)
                value.Value.Dispose();
            throw;
        }
    }

    public static (IReadOnlyList<AwsSecretDescription> Secrets, string? NextToken) ReadList(ReadOnlySpan<byte> json)
    {
        var secrets = new List<AwsSecretDescription>();
        string? next = null;
        Utf8JsonReader reader = Begin(json);
        while (NextProperty(ref reader, out string name))
        {
            switch (name)
            {
                case "SecretList":
                    while (NextObject(ref reader))
                        secrets.Add(ReadDescription(ref reader));
                    break;
                case "NextToken":
                    next = reader.GetString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        End(ref reader);
        return (secrets, next);
    }

    public static AwsSecretDescription ReadDescription(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = Begin(json);
        AwsSecretDescription description = ReadDescription(ref reader);
        End(ref reader);
        return description;
    }

    public static AwsSecretVersion ReadVersion(ReadOnlySpan<byte> json)
    {
        string? arn = null, name = null, version = null;
        Utf8JsonReader reader = Begin(json);
        while (NextProperty(ref reader, out string property))
        {
            switch (property)
            {
                case "ARN": arn = reader.GetString(); break;
                case "Name": name = reader.GetString(); break;
                case "VersionId": version = reader.GetString(); break;
                default: reader.Skip(); break;
            }
        }

        End(ref reader);
        return new AwsSecretVersion(Required(arn), Required(name), Required(version));
    }

    public static DateTimeOffset ReadDeletionDate(ReadOnlySpan<byte> json)
    {
        DateTimeOffset? date = null;
        Utf8JsonReader reader = Begin(json);
        while (NextProperty(ref reader, out string property))
        {
            if (property == "DeletionDate")
                date = ReadTime(ref reader);
            else
                reader.Skip();
        }

        End(ref reader);
        return date ?? throw new JsonException("There is no date.");
    }

    private static AwsSecretValue ReadValue(ref Utf8JsonReader reader)
    {
        string? arn = null, name = null, version = null;
        IReadOnlyList<string> stages = [];
        DateTimeOffset? created = null;
        SecretValue? value = null;
        try
        {
            while (NextProperty(ref reader, out string property))
            {
                switch (property)
                {
                    case "ARN": arn = reader.GetString(); break;
                    case "Name": name = reader.GetString(); break;
                    case "VersionId": version = reader.GetString(); break;
                    case "VersionStages": stages = ReadStrings(ref reader); break;
                    case "CreatedDate": created = ReadTime(ref reader); break;
                    case "SecretString" or "SecretBinary" when reader.TokenType == JsonTokenType.String:
                        value?.Dispose();
                        value = property == "SecretString" ? SecretValue.FromJsonString(ref reader) : ReadBinary(ref reader);
                        break;
                    default: reader.Skip(); break;
                }
            }

            return new AwsSecretValue(Required(arn), Required(name), Required(version), value ?? throw new JsonException("There is no value."))
            {
                Stages = stages,
                CreatedAt = created,
            };
        }
        catch
        {
            value?.Dispose();
            throw;
        }
    }

    private static SecretValue ReadBinary(ref Utf8JsonReader reader)
    {
        SecretValue value = SecretValue.FromJsonBase64(ref reader);
        if (!value.RevealBytes().Span.SequenceEqual(AwsRequestWriter.EmptyValue))
            return value;
        value.Dispose();
        return new SecretValue(ReadOnlySpan<byte>.Empty);
    }

    private static AwsSecretError ReadError(ref Utf8JsonReader reader)
    {
        string? id = null, code = null;
        while (NextProperty(ref reader, out string property))
        {
            switch (property)
            {
                case "SecretId": id = reader.GetString(); break;
                case "ErrorCode": code = reader.GetString(); break;
                default: reader.Skip(); break;
            }
        }

        return new AwsSecretError(Required(id), AwsErrorCodes.Clean(code));
    }

    private static AwsSecretDescription ReadDescription(ref Utf8JsonReader reader)
    {
        var read = new AwsSecretDescription("", "");
        while (NextProperty(ref reader, out string property))
        {
            switch (property)
            {
                case "ARN": read = read with { Arn = Required(reader.GetString()) }; break;
                case "Name": read = read with { Name = Required(reader.GetString()) }; break;
                case "Description": read = read with { Description = reader.GetString() }; break;
                case "KmsKeyId": read = read with { KmsKeyId = reader.GetString() }; break;
                case "PrimaryRegion": read = read with { PrimaryRegion = reader.GetString() }; break;
                case "CreatedDate": read = read with { CreatedAt = ReadTime(ref reader) }; break;
                case "LastChangedDate": read = read with { ChangedAt = ReadTime(ref reader) }; break;
                case "DeletedDate": read = read with { DeletedAt = ReadTime(ref reader) }; break;
                case "NextRotationDate": read = read with { NextRotationAt = ReadTime(ref reader) }; break;
                case "RotationEnabled": read = read with { IsRotated = reader.TokenType == JsonTokenType.True }; break;
                case "Tags": read = read with { Tags = ReadTags(ref reader) }; break;
                // The same under the names that describing and listing have for it.
                case "VersionIdsToStages" or "SecretVersionsToStages": read = read with { Versions = ReadVersions(ref reader) }; break;
                default: reader.Skip(); break;
            }
        }

        return read.Arn.Length > 0 && read.Name.Length > 0 ? read : throw new JsonException("There is no name.");
    }

    private static Dictionary<string, string> ReadTags(ref Utf8JsonReader reader)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        while (NextObject(ref reader))
        {
            string? key = null, value = null;
            while (NextProperty(ref reader, out string property))
            {
                switch (property)
                {
                    case "Key": key = reader.GetString(); break;
                    case "Value": value = reader.GetString(); break;
                    default: reader.Skip(); break;
                }
            }

            tags[Required(key)] = value ?? "";
        }

        return tags;
    }

    private static Dictionary<string, IReadOnlyList<string>> ReadVersions(ref Utf8JsonReader reader)
    {
        var versions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (reader.TokenType == JsonTokenType.Null)
            return versions;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader, out string id))
            versions[id] = ReadStrings(ref reader);
        return versions;
    }

    private static List<string> ReadStrings(ref Utf8JsonReader reader)
    {
        var strings = new List<string>();
        if (reader.TokenType == JsonTokenType.Null)
            return strings;
        Expect(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            strings.Add(Required(reader.GetString()));
        return strings;
    }

    // Seconds since 1970, whole or not.
    private static DateTimeOffset? ReadTime(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        double seconds = reader.GetDouble();
        return Math.Abs(seconds) < 1e11
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000))
            : throw new JsonException("There is a time far away.");
    }

    private static Utf8JsonReader Begin(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        Expect(ref reader, JsonTokenType.StartObject);
        return reader;
    }

    // The reader itself refuses what follows.
    private static void End(ref Utf8JsonReader reader) => reader.Read();

    /// <summary>Goes to the value of the next property of the object that the reader is in.</summary>
    private static bool NextProperty(ref Utf8JsonReader reader, out string name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.PropertyName)
        {
            name = "";
            return false;
        }

        name = Required(reader.GetString());
        reader.Read();
        return true;
    }

    /// <summary>Goes to the next object of the array that the reader begins or is in; null counts as an empty array.</summary>
    private static bool NextObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return false;
        if (reader.TokenType != JsonTokenType.EndObject)
            Expect(ref reader, JsonTokenType.StartArray);
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray)
            return false;
        Expect(ref reader, JsonTokenType.StartObject);
        return true;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (reader.TokenType != type)
            throw new JsonException("There is another kind of value.");
    }

    private static string Required(string? text) => text is { Length: > 0 } ? text : throw new JsonException("Something is missing.");
}
