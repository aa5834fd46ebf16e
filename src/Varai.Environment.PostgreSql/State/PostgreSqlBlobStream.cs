using System.Security.Cryptography;
using Npgsql;
using Varai.State;

namespace Varai.PostgreSql.State;

/// <summary>Reads a blob chunk by chunk and hands out the last one only when the whole has the right hash.</summary>
/// <remarks>It holds no connection between two reads.</remarks>
internal sealed class PostgreSqlBlobStream(PostgreSqlDatabase database, BlobId id, long row, long length) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private ReadOnlyMemory<byte> _rest;
    private long _ordinal;
    private long _read;
    private bool _isVerified;
    private bool _isDisposed;

    public override bool CanRead => !_isDisposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (_rest.IsEmpty && !_isVerified)
            Take(await database.ReadAsync(Command, ReadChunkAsync, cancellationToken).ConfigureAwait(false));
        return Give(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_rest.IsEmpty && !_isVerified)
            Take(database.RunSynchronously(ReadChunk));
        return Give(buffer);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
            _hash.Dispose();
        _isDisposed = true;
        base.Dispose(disposing);
    }

    private static async Task<byte[]?> ReadChunkAsync(NpgsqlDataReader reader) =>
        await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) ? await reader.GetFieldValueAsync<byte[]>(0, CancellationToken.None).ConfigureAwait(false) : null;

    private byte[]? ReadChunk(NpgsqlConnection connection)
    {
        using NpgsqlBatch batch = database.CreateBatch(connection, Command());
        using NpgsqlDataReader reader = batch.ExecuteReader();
        return reader.Read() ? reader.GetFieldValue<byte[]>(0) : null;
    }

    private NpgsqlBatchCommand Command() => Sql.Command(database.Statements.ReadChunk, Sql.Number(row), Sql.Number(_ordinal));

    private int Give(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    private void Take(byte[]? chunk)
    {
        if (chunk is null)
            throw new StateException($"The blob {id} was deleted while it was read, or {database.Target} lost a part of it. Read it again; if it is still there, restore the store from a backup.");
        if (chunk.Length > PostgreSqlBlobs.ChunkSize || _read + chunk.Length > length || (chunk.Length == 0 && length > 0))
            throw Damaged();
        _hash.AppendData(chunk);
        _read += chunk.Length;
        _ordinal++;
        if (_read == length)
            Verify();
        _rest = chunk;
    }

    private void Verify()
    {
        Span<byte> bytes = stackalloc byte[BlobId.Size];
        _hash.GetHashAndReset(bytes);
        if (new BlobId(bytes) != id)
            throw Damaged();
        _isVerified = true;
    }

    private StateException Damaged() => new(
        $"The blob {id} in {database.Target} is damaged: its content has another hash. Restore the store from a backup, or delete the blob and put it again.");
}
