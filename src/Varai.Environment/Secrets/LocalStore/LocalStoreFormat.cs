using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Varai.Secrets.LocalStore;

/// <summary>The store's file: a line of JSON for the header, one for each version of each secret, and a last one that
/// authenticates all bytes before it.</summary>
internal static class LocalStoreFormat
{
    public const int Version = 1;

    public const int MaximumBytes = 64 * 1024 * 1024;

    public const string Cure = "Put the file of a backup in its place; if its secrets are not needed, delete it.";

    public static ReadOnlyMemory<byte> Write(LocalStoreContent content)
    {
        var file = new ArrayBufferWriter<byte>();
        WriteLine(file, JsonSerializer.SerializeToUtf8Bytes(content.Header, LocalStoreJson.Default.LocalStoreHeader));
        foreach (LocalStoreEntry entry in content.Secrets.OrderBy(secret => secret.Key, StringComparer.Ordinal).SelectMany(secret => secret.Value))
            WriteLine(file, JsonSerializer.SerializeToUtf8Bytes(entry, LocalStoreJson.Default.LocalStoreEntry));
        file.Write(LastLine(content.Key, file.WrittenSpan));
        return file.WrittenCount <= MaximumBytes
            ? file.WrittenMemory
            : throw new LocalStoreException($"it would have {file.WrittenCount} bytes; at most {MaximumBytes} are allowed.");
    }

    /// <summary>Reads the first line, which is not authenticated yet.</summary>
    /// <exception cref="LocalStoreException">It is damaged, or of another format.</exception>
    public static LocalStoreHeader ReadHeader(ReadOnlySpan<byte> file)
    {
        int end = file.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? file : file[..end];
        if (FindFormat(line) is { } format and not Version)
        {
            throw new LocalStoreException(
                $"it has the format {format}, and this version of Varai knows the format {Version}. Use the version that wrote it.");
        }

        return Parse(line, LocalStoreJson.Default.LocalStoreHeader) is { Format: Version } header
            ? header
            : throw new LocalStoreException($"its first line is damaged. {Cure}");
    }

    /// <summary>Reads what is behind the first line.</summary>
    /// <exception cref="LocalStoreException">Something in the file is not what was written.</exception>
    public static LocalStoreContent Read(ReadOnlySpan<byte> file, LocalStoreHeader header, DataKey key)
    {
        int last = file.Length < 2 ? 0 : file[..^1].LastIndexOf((byte)'\n') + 1;
        bool isWhole = CryptographicOperations.FixedTimeEquals(file[last..], LastLine(key, file[..last]));
        var secrets = new Dictionary<string, List<LocalStoreEntry>>(StringComparer.Ordinal);
        int number = 0;
        foreach (Range range in file[..last].Split((byte)'\n'))
        {
            number++;
            if (number == 1 || file[range].IsEmpty)
                continue;
            LocalStoreEntry entry = Parse(file[range], LocalStoreJson.Default.LocalStoreEntry)
                ?? throw new LocalStoreException($"its line {number} is damaged. {Cure}");
            // Only to say where the damage is: a file that is whole has only entries that are.
            if (!isWhole)
                CheckEntry(key, entry, number);
            if (!secrets.TryGetValue(entry.Name, out List<LocalStoreEntry>? versions))
                secrets.Add(entry.Name, versions = []);
            versions.Add(entry);
        }

        return isWhole
            ? new LocalStoreContent(header, key, secrets.ToDictionary(secret => secret.Key, secret => secret.Value.ToArray()))
            : throw new LocalStoreException(
                $"it is not as it was written: its first or last line is damaged, or an entry was added, removed or put back. {Cure}");
    }

    private static void CheckEntry(DataKey key, LocalStoreEntry entry, int line)
    {
        using SecretValue? value = key.Decrypt(entry);
        if (value is null)
            throw new LocalStoreException($"the entry '{Shown(entry.Name)}' in line {line} is damaged. {Cure}");
    }

    // Damage may have made anything of a name.
    private static string Shown(string name) => SecretName.FindProblem(name) is null ? name : "?";

    private static byte[] LastLine(DataKey key, ReadOnlySpan<byte> before) =>
        Encoding.ASCII.GetBytes($"{{\"mac\":\"{Convert.ToHexStringLower(key.Authenticate(before))}\"}}\n");

    private static void WriteLine(ArrayBufferWriter<byte> file, ReadOnlySpan<byte> line)
    {
        file.Write(line);
        file.Write("\n"u8);
    }

    private static T? Parse<T>(ReadOnlySpan<byte> line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Another format has another header, so only this much of it is looked at.
    private static int? FindFormat(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("format"u8)
                && reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int format)
                ? format
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
