using System.Buffers;
using Npgsql;

namespace Varai.PostgreSql.Data.Rows;

/// <summary>The rows of a table as COPY writes them, masked on the way, with their number and fingerprint at the end.</summary>
internal sealed class RowStream : Stream
{
    private const int BufferSize = 128 * 1024;
    private const byte LineEnd = (byte)'\n';
    private const byte FieldEnd = (byte)'\t';

    private readonly DataDatabase _database;
    private readonly string _table;
    private readonly StreamReader _copy;
    private readonly Func<ValueTask> _release;
    private readonly ColumnMask?[]? _masks;
    private readonly LineHasher _hasher = new();
    private readonly ArrayBufferWriter<byte> _output = new(BufferSize);
    private byte[] _input = new byte[BufferSize];
    private int _read;
    private int _given;
    private bool _isAtEnd;
    private bool _isDisposed;

    /// <summary>Takes over a COPY that has begun.</summary>
    public RowStream(DataDatabase database, string table, StreamReader copy, ColumnMask?[]? masks, Func<ValueTask> release)
    {
        _database = database;
        _table = table;
        _copy = copy;
        _masks = masks;
        _release = release;
    }

    /// <summary>Whether all was read, so that the connection can be used again.</summary>
    public bool IsComplete => _isAtEnd;

    public override bool CanRead => true;

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
        while (_given == _output.WrittenCount)
        {
            if (_isAtEnd || buffer.IsEmpty)
                return 0;
            _output.ResetWrittenCount();
            _given = 0;
            try
            {
                if (_masks is null)
                {
                    int count = await FillAsync(buffer, cancellationToken).ConfigureAwait(false);
                    if (count > 0)
                        return count;
                }
                else
                {
                    await MaskAsync(_masks, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (DataDatabase.IsOurs(e))
            {
                throw _database.Failed($"can't be read, at the table '{_table}'", e);
            }
        }

        int given = Math.Min(buffer.Length, _output.WrittenCount - _given);
        _output.WrittenSpan.Slice(_given, given).CopyTo(buffer.Span);
        _given += given;
        return given;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Rows are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _hasher.Dispose();
        try
        {
            // Before the end, the server is told that nobody wants the rest.
            if (!_isAtEnd && _copy is NpgsqlCopyTextReader reader)
                await reader.CancelAsync().ConfigureAwait(false);
            _copy.Dispose();
        }
        catch (Exception e) when (DataDatabase.IsOurs(e) || e is OperationCanceledException)
        {
            // The connection is gone, or knows that it was cancelled; it is not used again.
        }

        await _release().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    // The server sends a row at a time.
    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int filled = 0;
        while (filled < buffer.Length)
        {
            int count = await _copy.BaseStream.ReadAsync(buffer[filled..], cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                End();
                break;
            }

            _hasher.Add(buffer.Span.Slice(filled, count));
            filled += count;
        }

        return filled;
    }

    private async ValueTask MaskAsync(ColumnMask?[] masks, CancellationToken cancellationToken)
    {
        // A row is masked as a whole, so there is room for the largest.
        if (_read == _input.Length)
            Array.Resize(ref _input, checked(_input.Length * 2));
        bool hasEnded = false;
        int searched = _read;
        while (_read < _input.Length && !hasEnded)
        {
            int count = await _copy.BaseStream.ReadAsync(_input.AsMemory(_read), cancellationToken).ConfigureAwait(false);
            hasEnded = count == 0;
            _read += count;
        }

        int start = 0;
        for (int end; (end = _input.AsSpan(Math.Max(start, searched), _read - Math.Max(start, searched)).IndexOf(LineEnd)) >= 0;)
        {
            end += Math.Max(start, searched);
            int before = _output.WrittenCount;
            MaskRow(masks, _input.AsSpan(start, end - start));
            _hasher.Add(_output.WrittenSpan[before..]);
            start = end + 1;
        }

        _input.AsSpan(start, _read - start).CopyTo(_input);
        _read -= start;
        if (hasEnded)
            End();
    }

    private void MaskRow(ColumnMask?[] masks, ReadOnlySpan<byte> row)
    {
        for (int i = 0; i < masks.Length; i++)
        {
            int end = row.IndexOf(FieldEnd);
            ReadOnlySpan<byte> field = end < 0 ? row : row[..end];
            if ((end < 0) != (i == masks.Length - 1))
                throw _database.Failed($"A row of the table '{_table}' has not the columns that it should have.");
            if (i > 0)
                _output.Write("\t"u8);
            if (masks[i] is not { } mask || field.SequenceEqual("\\N"u8))
                _output.Write(field);
            else
                mask.Apply(field, _output);
            row = end < 0 ? [] : row[(end + 1)..];
        }

        _output.Write("\n"u8);
    }

    private void End()
    {
        _isAtEnd = true;
        if (!_hasher.IsAtLineEnd || _read > 0)
            throw _database.Failed($"The rows of the table '{_table}' end in the middle of one.");
        _output.Write(RowTrailer.Write(_hasher.Fingerprint));
    }
}
