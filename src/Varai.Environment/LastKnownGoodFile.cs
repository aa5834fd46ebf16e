using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Varai;

/// <summary>A file in the state folder with what this node last read from the state store and used, so that it can start while the
/// store is away. For the service's user alone; replaced as a whole.</summary>
/// <remarks>One line with the format and the SHA-256 of the rest, one line of JSON with the names and lengths, then the contents
/// as they are.</remarks>
internal sealed class LastKnownGoodFile(string path, ILogger logger)
{
    private const string Format = "varai-last-known-good/1 ";
    private const string Temporary = ".tmp";
    private const int HashLength = 64;

    private readonly Lock _lock = new();
    private bool _isFailing;
    private bool _isClean;

    public string FullPath { get; } = path;

    /// <summary>The file of one kind in a state folder; services that run in different environments may share a folder.</summary>
    public static LastKnownGoodFile In(string directory, string environmentName, string kind, ILogger logger) =>
        new(Path.Combine(directory, $"last-known-good.{environmentName}.{kind}"), logger);

    /// <summary>Reads the file.</summary>
    /// <returns>What it holds; <see langword="null"/> when there is none, or none that can be used, which is logged.</returns>
    public LastKnownGood? Read()
    {
        try
        {
            if (!File.Exists(FullPath))
                return null;
            if (Parse(File.ReadAllBytes(FullPath)) is { } found)
                return found;
            Log.LastKnownGoodDamaged(logger, FullPath, exception: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.LastKnownGoodDamaged(logger, FullPath, e);
        }

        return null;
    }

    /// <summary>Replaces the file. One that can't be written is logged, once until it can be again: the service needs it only
    /// during an outage.</summary>
    public void Write(LastKnownGood content)
    {
        lock (_lock)
        {
            try
            {
                PrivateFolder.Create(Path.GetDirectoryName(FullPath)!);
                RemoveLeftovers();
                Replace(FullPath, Serialise(content));
                _isFailing = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!_isFailing)
                    Log.LastKnownGoodNotWritten(logger, FullPath, e);
                _isFailing = true;
            }
        }
    }

    // What processes left that were killed while they wrote. One that still writes keeps its file locked.
    private void RemoveLeftovers()
    {
        if (_isClean)
            return;
        _isClean = true;
        foreach (string left in Directory.EnumerateFiles(Path.GetDirectoryName(FullPath)!, $"{Path.GetFileName(FullPath)}.*{Temporary}"))
        {
            try
            {
                new FileStream(left, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is in use, or gone by now.
            }
        }
    }

    private static byte[] Serialise(LastKnownGood content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("read", content.ReadAt);
            writer.WriteNumber("version", content.Version);
            writer.WriteStartArray("contents");
            foreach ((string name, ReadOnlyMemory<byte> bytes) in content.Contents)
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                writer.WriteNumber("length", bytes.Length);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        foreach ((_, ReadOnlyMemory<byte> bytes) in content.Contents)
            buffer.Write(bytes.Span);
        return [.. Encoding.ASCII.GetBytes($"{Format}{Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan))}\n"), .. buffer.WrittenSpan];
    }

    private static LastKnownGood? Parse(byte[] file)
    {
        int start = Format.Length + HashLength + 1;
        if (file.Length < start || !file.AsSpan().StartsWith(Encoding.ASCII.GetBytes(Format)))
            return null;
        ReadOnlySpan<byte> rest = file.AsSpan(start);
        if (!file.AsSpan(Format.Length, HashLength).SequenceEqual(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(rest)))))
            return null;

        // The hash is right, so this is what was written.
        int end = start + rest.IndexOf((byte)'\n');
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(start, end - start));
        var contents = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        int position = end + 1;
        foreach (JsonElement item in header.RootElement.GetProperty("contents").EnumerateArray())
        {
            int length = item.GetProperty("length").GetInt32();
            contents.Add(new(item.GetProperty("name").GetString()!, file.AsMemory(position, length)));
            position += length;
        }

        return new LastKnownGood(header.RootElement.GetProperty("read").GetDateTimeOffset(), header.RootElement.GetProperty("version").GetInt64(), contents);
    }

    private static void Replace(string path, byte[] content)
    {
        string temporary = string.Create(CultureInfo.InvariantCulture, $"{path}.{Guid.NewGuid():N}{Temporary}");

        // Shared in a way that says to others that it is in use, and lets it be renamed.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Delete };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using var stream = new FileStream(temporary, options);
            stream.Write(content);
            stream.Flush(flushToDisk: true);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
