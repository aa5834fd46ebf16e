using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace Varai.Data.Databases;

/// <summary>Inserts rows that <see cref="TableReader"/> wrote.</summary>
internal sealed class TableWriter(string component, SqliteFile file, TableLayout table, IReadOnlySet<string> indexed)
{
    private const int BufferSize = 128 * 1024;

    private byte[] _buffer = [];
    private Stream _content = Stream.Null;
    private int _start;
    private int _end;

    /// <summary>Reads a content to its end.</summary>
    /// <returns>How many rows were said to be in it, and their fingerprint.</returns>
    public async Task<(long Rows, string Fingerprint)> WriteAsync(Stream content, CancellationToken cancellationToken)
    {
        _content = content;
        _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using SqliteRows insert = file.Prepare(InsertSql());
            for (long rows = 0; ; rows++)
            {
                byte tag = await ReadTagAsync(cancellationToken).ConfigureAwait(false);
                if (tag == TableReader.EndTag)
                    return await ReadEndAsync(rows, cancellationToken).ConfigureAwait(false);
                if (tag != TableReader.RowTag)
                    throw Damaged();
                await InsertAsync(insert, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private string InsertSql()
    {
        var columns = table.Columns.Select(c => SqliteFile.Quote(c.Name));
        if (table.CopiesRowNumber)
            columns = columns.Append(table.RowName!);
        string[] names = [.. columns];
        return $"INSERT INTO {SqliteFile.Quote(table.Name)} ({string.Join(", ", names)}) VALUES ({string.Join(", ", names.Select(_ => "?"))})";
    }

    private async Task InsertAsync(SqliteRows insert, CancellationToken cancellationToken)
    {
        if (table.CopiesRowNumber)
            insert.Bind(table.Columns.Count + 1, await ReadInt64Async(cancellationToken).ConfigureAwait(false));
        var large = new List<(int Column, long Length)>();
        for (int i = 0; i < table.Columns.Count; i++)
        {
            byte tag = await ReadTagAsync(cancellationToken).ConfigureAwait(false);
            switch (tag)
            {
                case TableReader.NullTag:
                    insert.BindNull(i + 1);
                    break;
                case TableReader.IntegerTag:
                    insert.Bind(i + 1, await ReadInt64Async(cancellationToken).ConfigureAwait(false));
                    break;
                case TableReader.RealTag:
                    insert.Bind(i + 1, BitConverter.Int64BitsToDouble(await ReadInt64Async(cancellationToken).ConfigureAwait(false)));
                    break;
                case TableReader.TextTag or TableReader.BytesTag:
                    await BindAsync(insert, i + 1, tag, cancellationToken).ConfigureAwait(false);
                    break;
                case TableReader.LargeTag:
                    large.Add((i, await ReadInt64Async(cancellationToken).ConfigureAwait(false)));
                    break;
                default:
                    throw Damaged();
            }
        }

        if (large.Count == 0)
        {
            insert.Step();
            insert.Reset();
            return;
        }

        await InsertLargeAsync(insert, large, cancellationToken).ConfigureAwait(false);
    }

    // A row is inserted with zeros in the place of large values, which are then written over them. Where an index or a check looks
    // at the value, SQLite needs all of it at once.
    private async Task InsertLargeAsync(SqliteRows insert, List<(int Column, long Length)> large, CancellationToken cancellationToken)
    {
        bool canStream = table.CanStream && !table.HasChecks && !large.Exists(l => indexed.Contains(table.Columns[l.Column].Name));
        foreach ((int column, long length) in large)
        {
            if (canStream)
                insert.BindZeros(column + 1, length);
            else
                insert.BindBytes(column + 1, await ReadWholeAsync(length, cancellationToken).ConfigureAwait(false));
        }

        insert.Step();
        insert.Reset();
        if (!canStream)
            return;
        long rowid = SQLitePCL.raw.sqlite3_last_insert_rowid(file.Handle);
        foreach ((int column, long length) in large)
        {
            using SqliteBlob blob = file.OpenBlob(table.Name, table.Columns[column].Name, rowid, isReadOnly: false);
            for (long left = length; left > 0;)
            {
                await FillAsync(1, cancellationToken).ConfigureAwait(false);
                int count = (int)Math.Min(left, _end - _start);
                blob.Write(_buffer.AsSpan(_start, count));
                _start += count;
                left -= count;
            }
        }
    }

    private async Task BindAsync(SqliteRows insert, int index, byte tag, CancellationToken cancellationToken)
    {
        int length = checked((int)await ReadInt64Async(cancellationToken).ConfigureAwait(false));
        if (length <= BufferSize)
        {
            await FillAsync(length, cancellationToken).ConfigureAwait(false);
            Bind(insert, index, tag, _buffer.AsSpan(_start, length));
            _start += length;
            return;
        }

        Bind(insert, index, tag, await ReadWholeAsync(length, cancellationToken).ConfigureAwait(false));
    }

    private static void Bind(SqliteRows insert, int index, byte tag, ReadOnlySpan<byte> value)
    {
        if (tag == TableReader.TextTag)
            insert.BindUtf8(index, value);
        else
            insert.BindBytes(index, value);
    }

    private async Task<byte[]> ReadWholeAsync(long length, CancellationToken cancellationToken)
    {
        byte[] value = new byte[checked((int)length)];
        int had = Math.Min(value.Length, _end - _start);
        _buffer.AsSpan(_start, had).CopyTo(value);
        _start += had;
        if (await _content.ReadAtLeastAsync(value.AsMemory(had), value.Length - had, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < value.Length - had)
            throw Damaged();
        return value;
    }

    private async Task<(long Rows, string Fingerprint)> ReadEndAsync(long rows, CancellationToken cancellationToken)
    {
        long said = await ReadInt64Async(cancellationToken).ConfigureAwait(false);
        await FillAsync(RowFingerprint.Size, cancellationToken).ConfigureAwait(false);
        string fingerprint = Convert.ToHexStringLower(_buffer.AsSpan(_start, RowFingerprint.Size));
        _start += RowFingerprint.Size;
        if (said != rows || _start != _end || await _content.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false) != 0)
            throw Damaged();
        return (rows, fingerprint);
    }

    private async ValueTask<byte> ReadTagAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
            await FillAsync(1, cancellationToken).ConfigureAwait(false);
        return _buffer[_start++];
    }

    private async ValueTask<long> ReadInt64Async(CancellationToken cancellationToken)
    {
        if (_end - _start < sizeof(long))
            await FillAsync(sizeof(long), cancellationToken).ConfigureAwait(false);
        long value = BinaryPrimitives.ReadInt64LittleEndian(_buffer.AsSpan(_start));
        _start += sizeof(long);
        return value;
    }

    private async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start >= count)
            return;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        while (_end < count)
        {
            int read = await _content.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw Damaged();
            _end += read;
        }
    }

    private DataComponentException Damaged() =>
        new(component, $"The rows of the table '{table.Name}' end too early or can't be read.");
}
