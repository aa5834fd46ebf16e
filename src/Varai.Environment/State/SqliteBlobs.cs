using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Varai.State;

/// <summary>The blobs of a <see cref="SqliteStateStore"/>, in chunks.</summary>
/// <remarks>The caller's stream is never read inside a transaction: a slow one would keep every writer out. A blob of
/// more than one chunk is therefore staged chunk by chunk and gets its name at the end.</remarks>
internal sealed class SqliteBlobs(SqliteDatabase database, TimeProvider timeProvider, ILogger logger) : IBlobStore
{
    public const int ChunkSize = 256 * 1024;

    private const string Find = "SELECT id, length FROM blobs WHERE hash = ?1";
    private const string Insert = "INSERT INTO blobs (hash, length, touched) VALUES (?1, ?2, ?3) RETURNING id";
    private const string InsertChunk = "INSERT INTO chunks (blob, ordinal, content) VALUES (?1, ?2, ?3)";
    private const string Touch = "UPDATE blobs SET touched = ?2 WHERE id = ?1 AND hash IS NULL RETURNING id";
    private const string Finish = "UPDATE blobs SET hash = ?2, length = ?3 WHERE id = ?1 AND hash IS NULL RETURNING id";
    private const string FindAbandoned = "SELECT id FROM blobs WHERE hash IS NULL AND touched < ?1 LIMIT 1";

    // An upload that has not moved for so long belongs to a process that died.
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

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

        if (small.Count > 0)
        {
            await database.WriteAsync(
                session =>
                {
                    foreach (int i in small)
                        Add(session, ids[i], contents[i].Span);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }

        return ids;
    }

    public async Task<Stream?> OpenReadAsync(BlobId id, CancellationToken cancellationToken)
    {
        (long Row, long Length)? found = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        return found is { } blob ? new SqliteBlobStream(database, id, blob.Row, blob.Length) : null;
    }

    public async ValueTask<bool> ExistsAsync(BlobId id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken).ConfigureAwait(false) is not null;

    public Task<bool> DeleteAsync(BlobId id, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Remove(session, id), cancellationToken);

    public Task DeleteAllAsync(IReadOnlyCollection<BlobId> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        cancellationToken.ThrowIfCancellationRequested();
        return ids.Count == 0 ? Task.CompletedTask : database.WriteAsync(session => ids.Count(id => Remove(session, id)), cancellationToken);
    }

    /// <summary>Removes uploads whose process died.</summary>
    public static void RemoveAbandoned(SqliteSession session, DateTimeOffset now)
    {
        long before = (now - AbandonedAfter).UtcTicks;
        while (true)
        {
            long id;
            using (SqliteStatement find = session.Use(FindAbandoned).Bind(1, before))
            {
                if (!find.Step())
                    return;
                id = find.GetInt64(0);
            }

            Remove(session, id);
        }
    }

    private static void Remove(SqliteSession session, long row)
    {
        using SqliteStatement chunks = session.Use("DELETE FROM chunks WHERE blob = ?1").Bind(1, row);
        chunks.Run();
        using SqliteStatement blob = session.Use("DELETE FROM blobs WHERE id = ?1").Bind(1, row);
        blob.Run();
    }

    private static bool Remove(SqliteSession session, BlobId id)
    {
        if (FindRow(session, id) is not { } blob)
            return false;
        Remove(session, blob.Row);
        return true;
    }

    private static (long Row, long Length)? FindRow(SqliteSession session, BlobId id)
    {
        Span<byte> hash = stackalloc byte[BlobId.Size];
        id.CopyTo(hash);
        using SqliteStatement find = session.Use(Find).Bind(1, hash);
        return find.Step() ? (find.GetInt64(0), find.GetInt64(1)) : null;
    }

    private static void WriteChunk(SqliteSession session, long row, long ordinal, ReadOnlySpan<byte> content)
    {
        using SqliteStatement insert = session.Use(InsertChunk).Bind(1, row).Bind(2, ordinal).Bind(3, content);
        insert.Run();
    }

    private static StateException Interrupted() => new(
        $"The upload of a blob stood still for more than {AbandonedAfter.TotalHours} hours and was removed as abandoned. Put the blob again.")
    {
        IsTransient = true,
    };

    private ValueTask<(long Row, long Length)?> FindAsync(BlobId id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindRow(session, id), cancellationToken);

    private async Task<BlobId> PutSmallAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        BlobId id = BlobId.FromContent(content.Span);
        return await database.WriteAsync(
            session =>
            {
                Add(session, id, content.Span);
                return id;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private void Add(SqliteSession session, BlobId id, ReadOnlySpan<byte> content)
    {
        if (FindRow(session, id) is not null)
            return;
        Span<byte> hash = stackalloc byte[BlobId.Size];
        id.CopyTo(hash);
        long row = InsertRow(session, hash, content.Length);
        WriteChunk(session, row, 0, content);
    }

    private async Task<BlobId> PutLargeAsync(Stream content, Memory<byte> chunk, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long row = await database.WriteAsync(session => InsertRow(session, hash: default, length: 0), cancellationToken).ConfigureAwait(false);
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
            await database.WriteAsync(session => FinishUpload(session, row, id, length), cancellationToken).ConfigureAwait(false);
            isFinished = true;
            return id;
        }
        finally
        {
            if (!isFinished)
                await DropUploadAsync(row).ConfigureAwait(false);
        }
    }

    private static BlobId FinishHash(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[BlobId.Size];
        hash.GetHashAndReset(bytes);
        return new BlobId(bytes);
    }

    private long InsertRow(SqliteSession session, ReadOnlySpan<byte> hash, long length)
    {
        using SqliteStatement insert = session.Use(Insert).Bind(2, length).Bind(3, timeProvider.GetUtcNow().UtcTicks);
        _ = hash.IsEmpty ? insert.BindNull(1) : insert.Bind(1, hash);
        insert.Step();
        return insert.GetInt64(0);
    }

    private Task<bool> StageAsync(long row, long ordinal, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                using SqliteStatement touch = session.Use(Touch).Bind(1, row).Bind(2, timeProvider.GetUtcNow().UtcTicks);
                if (!touch.Step())
                    throw Interrupted();
                WriteChunk(session, row, ordinal, content.Span);
                return true;
            },
            cancellationToken);

    private static bool FinishUpload(SqliteSession session, long row, BlobId id, long length)
    {
        if (FindRow(session, id) is not null)
        {
            Remove(session, row);
            return true;
        }

        Span<byte> hash = stackalloc byte[BlobId.Size];
        id.CopyTo(hash);
        using SqliteStatement finish = session.Use(Finish).Bind(1, row).Bind(2, hash).Bind(3, length);
        return finish.Step() ? true : throw Interrupted();
    }

    // The caller gets what ended the upload; not being able to tidy up after it is worth a line in the log.
    private async Task DropUploadAsync(long row)
    {
        try
        {
            await database.WriteAsync(
                session =>
                {
                    Remove(session, row);
                    return true;
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StateException or ObjectDisposedException)
        {
            Log.UploadLeft(logger, exception);
        }
    }
}
