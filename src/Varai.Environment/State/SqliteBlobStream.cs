using System.Security.Cryptography;

namespace Varai.State;

/// <summary>Reads a blob chunk by chunk and hands out the last one only when the whole has the right hash.</summary>
/// <remarks>It holds no connection between two reads.</remarks>
internal sealed class SqliteBlobStream(SqliteDatabase database, BlobId id, long row, long length) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _chunk = new byte[Math.Clamp(length, 0, SqliteBlobs.ChunkSize)];
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
            await LoadAsync(cancellationToken).ConfigureAwait(false);
        return Take(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_rest.IsEmpty && !_isVerified)
            Load(database.Rent());
        return Take(buffer);
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

    private int Take(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    private async ValueTask LoadAsync(CancellationToken cancellationToken) =>
        Load(await database.RentAsync(cancellationToken).ConfigureAwait(false));

    private void Load(SqliteSession session)
    {
        int count;
        try
        {
            count = LoadChunk(session);
        }
        finally
        {
            database.Return(session);
        }

        _hash.AppendData(_chunk, 0, count);
        _read += count;
        _ordinal++;
        if (_read == length)
            Verify();
        _rest = _chunk.AsMemory(0, count);
    }

    private int LoadChunk(SqliteSession session)
    {
        using SqliteStatement find = session.Use("SELECT content FROM chunks WHERE blob = ?1 AND ordinal = ?2").Bind(1, row).Bind(2, _ordinal);
        if (!find.Step())
            throw new StateException($"The blob {id} was deleted while it was read, or the store '{database.Path}' lost a part of it. Read it again; if it is still there, restore the store from a backup.");
        ReadOnlySpan<byte> content = find.GetBytes(0);
        if (content.Length > _chunk.Length || _read + content.Length > length || (content.IsEmpty && length > 0))
            throw Damaged();
        content.CopyTo(_chunk);
        return content.Length;
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
        $"The blob {id} in the store '{database.Path}' is damaged: its content has another hash. Restore the store from a backup, or delete the blob and put it again.");
}
