using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Varai.Configuration.History;

/// <summary>An entry and its hash as the stream holds them: 64 hexadecimal digits, a line feed, and the JSON that was hashed.
/// The hash covers the bytes as written, so no later change of the serialiser can break it.</summary>
internal sealed record HashedEntry(VersionEntry Entry, string Hash)
{
    private const int HashLength = 64;

    public static (byte[] Content, string Hash) Write(VersionEntry entry)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(entry, HistoryJson.Default.VersionEntry);
        string hash = Convert.ToHexStringLower(SHA256.HashData(json));
        return ([.. Encoding.ASCII.GetBytes(hash), (byte)'\n', .. json], hash);
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="content">The stream's bytes.</param>
    /// <param name="problem">What is wrong with them; <see langword="null"/> when nothing is.</param>
    /// <returns>The entry; <see langword="null"/> when it can't be read at all.</returns>
    public static HashedEntry? Read(ReadOnlySpan<byte> content, out string? problem)
    {
        if (content.Length <= HashLength || content[HashLength] != (byte)'\n')
        {
            problem = "the entry is not in the format of a version";
            return null;
        }

        string hash = Encoding.ASCII.GetString(content[..HashLength]);
        ReadOnlySpan<byte> json = content[(HashLength + 1)..];
        problem = hash == Convert.ToHexStringLower(SHA256.HashData(json)) ? null : "the entry does not have the hash it carries";
        try
        {
            VersionEntry? entry = JsonSerializer.Deserialize(json, HistoryJson.Default.VersionEntry);

            // The serialiser lets null through as an item.
            if (entry is not null && !entry.Files.Contains(null!) && !entry.Components.Values.Contains(null!))
                return new HashedEntry(entry, hash);
        }
        catch (JsonException)
        {
            // Told below, the same as for JSON that is no entry.
        }

        problem ??= "the entry is not the JSON of a version";
        return null;
    }
}
