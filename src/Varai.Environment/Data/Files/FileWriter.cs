using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Varai.State;

namespace Varai.Data.Files;

/// <summary>Writes one file and reads it back.</summary>
internal static class FileWriter
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Writes a file and checks what the file system then has.</summary>
    /// <returns>The hash of the content.</returns>
    public static async Task<BlobId> WriteAsync(
        string component, string path, DataItem item, Stream content, bool mustFlush, CancellationToken cancellationToken)
    {
        // Nobody else knows the path, so it need not be locked. It is a new file: one that is cut to nothing and written again is sent
        // to the disk by itself when it is closed, by some file systems.
        using SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int first = await content.ReadAtLeastAsync(buffer.AsMemory(0, BufferSize), BufferSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            BlobId hash;
            if (first < BufferSize)
            {
                hash = WriteSmall(component, handle, item, buffer, first);
            }
            else
            {
                hash = await WriteLargeAsync(handle, content, buffer, cancellationToken).ConfigureAwait(false);
                if (HashOf(handle, buffer, cancellationToken) != hash)
                    throw Damaged(component, item.Name);
            }

            if (!OperatingSystem.IsWindows() && item.Mode is { } mode)
                File.SetUnixFileMode(handle, mode);
            if (item.Modified is { } modified)
                File.SetLastWriteTimeUtc(handle, modified.UtcDateTime);
            if (mustFlush)
                RandomAccess.FlushToDisk(handle);
            return hash;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static BlobId HashOf(string path, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return HashOf(handle, buffer, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static BlobId WriteSmall(string component, SafeFileHandle handle, DataItem item, byte[] buffer, int length)
    {
        ReadOnlySpan<byte> content = buffer.AsSpan(0, length);
        RandomAccess.Write(handle, content, fileOffset: 0);
        if (length == 0)
            return BlobId.FromContent(content);
        byte[] again = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            int read = 0;
            for (int got = -1; got != 0 && read < length; read += got)
                got = RandomAccess.Read(handle, again.AsSpan(read, length - read), read);
            if (!content.SequenceEqual(again.AsSpan(0, read)))
                throw Damaged(component, item.Name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(again);
        }

        return BlobId.FromContent(content);
    }

    // The buffer is full at the beginning.
    private static async Task<BlobId> WriteLargeAsync(SafeFileHandle handle, Stream content, byte[] buffer, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long position = 0;
        for (int read = BufferSize; read > 0; read = await content.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken).ConfigureAwait(false))
        {
            hash.AppendData(buffer, 0, read);
            RandomAccess.Write(handle, buffer.AsSpan(0, read), position);
            position += read;
        }

        return Finish(hash);
    }

    private static BlobId HashOf(SafeFileHandle handle, byte[] buffer, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long position = 0;
        while (RandomAccess.Read(handle, buffer, position) is var read and > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            position += read;
        }

        return Finish(hash);
    }

    private static BlobId Finish(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[BlobId.Size];
        hash.GetHashAndReset(bytes);
        return new BlobId(bytes);
    }

    private static DataComponentException Damaged(string component, string name) =>
        new(component, $"The file '{name}' was not read back as it was written: check the disk of the target.");
}
