using System.Buffers;
using System.Security.Cryptography;
using Npgsql;
using Varai.State;

namespace Varai.PostgreSql.State;

/// <summary>The blobs of a <see cref="PostgreSqlStateStore"/>, in chunks.</summary>
/// <remarks>The caller's stream is never read inside a transaction: a slow one would hold a connection and its locks. A blob of more
/// than one chunk is staged chunk by chunk and gets its name at the end.</remarks>
internal sealed class PostgreSqlBlobs(PostgreSqlDatabase database) : IBlobStore
{
    public const int ChunkSize = 256 * 1024;

    // A statement takes no more than 1 GB, and all of it is in memory.
    private const int MostTogether = 64;

    private int _hasTidied;

    public async Task<BlobId> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        cancellationToken.ThrowIfCancellationRequested();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            Memory<byte> chunk = buffer.AsMemory(0, ChunkSize);
            int count = await content.ReadAtLeastAsync(chunk, ChunkSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return count < ChunkSize
                ? await PutSmallAsync(chunk[..count], cancellationToken).ConfigureAwait(false)
                : await PutLargeAsync(content, chunk, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async Task<IReadOnlyList<BlobId>> PutAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> contents, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contents);
        cancellationToken.ThrowIfCancellationRequested();
        var ids = new BlobId[contents.Count];
        var small = new List<int>(ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            if (contents[i].Length >= ChunkSize)
            {
                ids[i] = await this.PutAsync(contents[i], cancellationToken).ConfigureAwait(false);
                continue;
            }

            ids[i] = BlobId.FromContent(contents[i].Span);
            small.Add(i);
        }

        foreach (int[] together in small.Chunk(MostTogether))
        {
            byte[][] hashes = [.. together.Select(i => HashBytes(ids[i]))];
            byte[][] bytes = [.. together.Select(i => contents[i].ToArray())];
            await database.WriteAsync(
                () => Sql.Command(database.Statements.PutSmallBlobs, Sql.ManyBytes(hashes), Sql.ManyBytes(bytes)),
                static _ => Task.FromResult(true),
                cancellationToken).ConfigureAwait(false);
        }

        return ids;
    }

    public async Task<Stream?> OpenReadAsync(BlobId id, CancellationToken cancellationToken)
    {
        (long Row, long Length)? found = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        return found is { } blob ? new PostgreSqlBlobStream(database, id, blob.Row, blob.Length) : null;
    }

    public async ValueTask<bool> ExistsAsync(BlobId id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken).ConfigureAwait(false) is not null;

    public Task<bool> DeleteAsync(BlobId id, CancellationToken cancellationToken) =>
        database.WriteAsync(() => Sql.Command(database.Statements.DeleteBlob, Hash(id)), static reader => HasCountAsync(reader), cancellationToken);

    public Task DeleteAllAsync(IReadOnlyCollection<BlobId> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        cancellationToken.ThrowIfCancellationRequested();
        if (ids.Count == 0)
            return Task.CompletedTask;
        byte[][] hashes = [.. ids.Select(HashBytes)];
        return database.WriteAsync(
            () => Sql.Command(database.Statements.DeleteBlobs, Sql.ManyBytes(hashes)), static _ => Task.FromResult(true), cancellationToken);
    }

    private static NpgsqlParameter Hash(BlobId id) => Sql.Bytes(HashBytes(id));

    private static byte[] HashBytes(BlobId id)
    {
        byte[] hash = new byte[BlobId.Size];
        id.CopyTo(hash);
        return hash;
    }

    private static async Task<bool> HasCountAsync(NpgsqlDataReader reader) =>
        await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) && reader.GetInt64(0) > 0;

    private static StateException Interrupted() => new(
        "The upload of a blob stood still for more than a day and was removed as abandoned. Put the blob again.")
    {
        IsTransient = true,
    };

    private Task<(long Row, long Length)?> FindAsync(BlobId id, CancellationToken cancellationToken) =>
        database.ReadAsync<(long Row, long Length)?>(
            () => Sql.Command(database.Statements.FindBlob, Hash(id)),
            static async reader => await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) ? (reader.GetInt64(0), reader.GetInt64(1)) : null,
            cancellationToken);

    private async Task<BlobId> PutSmallAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        BlobId id = BlobId.FromContent(content.Span);
        await database.WriteAsync(
            () => Sql.Command(database.Statements.PutSmallBlob, Hash(id), Sql.Number(content.Length), Sql.Bytes(content)),
            static _ => Task.FromResult(true),
            cancellationToken).ConfigureAwait(false);
        return id;
    }

    private async Task<BlobId> PutLargeAsync(Stream content, Memory<byte> chunk, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (Interlocked.Exchange(ref _hasTidied, 1) == 0)
            await TidyAsync(() => Sql.Command(database.Statements.DropAbandoned), cancellationToken).ConfigureAwait(false);
        long row = await database.WriteAsync(
            () => Sql.Command(database.Statements.BeginUpload),
            static async reader => await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) ? reader.GetInt64(0) : 0,
            cancellationToken).ConfigureAwait(false);
        bool isFinished = false;
        try
        {
            long length = 0;
            int count = chunk.Length;
            for (long ordinal = 0; count > 0; ordinal++)
            {
                await StageAsync(row, ordinal, chunk[..count], cancellationToken).ConfigureAwait(false);
                hash.AppendData(chunk.Span[..count]);
                length += count;
                count = await content.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            }

            BlobId id = FinishHash(hash);
            isFinished = await FinishAsync(row, id, length, cancellationToken).ConfigureAwait(false);
            return id;
        }
        finally
        {
            if (!isFinished)
                await TidyAsync(() => Sql.Command(database.Statements.DropUpload, Sql.Number(row)), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static BlobId FinishHash(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[BlobId.Size];
        hash.GetHashAndReset(bytes);
        return new BlobId(bytes);
    }

    private async Task StageAsync(long row, long ordinal, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        // One statement is a transaction by itself. It need not be durable alone: the one that names the blob flushes all before it.
        bool isThere = await database.ReadAsync(
            () => Sql.Command(database.Statements.StageChunk, Sql.Number(row), Sql.Number(ordinal), Sql.Bytes(content)),
            static reader => HasCountAsync(reader),
            cancellationToken).ConfigureAwait(false);
        if (!isThere)
            throw Interrupted();
    }

    /// <returns>Whether the upload became the blob; not when the same content was there already.</returns>
    private async Task<bool> FinishAsync(long row, BlobId id, long length, CancellationToken cancellationToken)
    {
        try
        {
            bool isThere = await database.WriteAsync(
                () => Sql.Command(database.Statements.FinishUpload, Sql.Number(row), Hash(id), Sql.Number(length)),
                static reader => reader.ReadAsync(CancellationToken.None),
                cancellationToken).ConfigureAwait(false);
            return isThere ? true : throw Interrupted();
        }
        catch (StateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }

    // The caller gets what ended the upload; not being able to tidy up is worth a line in the log.
    private async Task TidyAsync(Func<NpgsqlBatchCommand> command, CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(command, static _ => Task.FromResult(true), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StateException or ObjectDisposedException)
        {
            Log.UploadLeft(database.Logger, database.Target.ToString(), exception);
        }
    }
}
