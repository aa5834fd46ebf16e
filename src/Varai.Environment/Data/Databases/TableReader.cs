using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Varai.Data.Databases;

/// <summary>The rows of a table as bytes: each row with its values, then at the end their number and fingerprint. Values are masked
/// before they are written. Large values of bytes are streamed, after the rest of their row.</summary>
internal sealed class TableReader : Stream
{
    public const byte EndTag = 0;
    public const byte RowTag = 1;
    public const byte NullTag = 0;
    public const byte IntegerTag = 1;
    public const byte RealTag = 2;
    public const byte TextTag = 3;
    public const byte BytesTag = 4;
    public const byte LargeTag = 5;
    public const int LargeValue = 1024 * 1024;

    private const int BufferSize = 128 * 1024;

    private readonly SqliteFile _file;
    private readonly TableLayout _table;
    private readonly IDataMasker? _masker;
    private readonly MaskingRule?[] _rules;
    private readonly string _component;
    private readonly SqliteRows _rows;
    private readonly SqliteRows? _sizes;
    private readonly int _firstColumn;
    private readonly ArrayBufferWriter<byte> _buffer = new(BufferSize);
    private readonly RowFingerprint _fingerprint = new();
    private readonly Queue<(int Column, long Length)> _large = new();
    private IncrementalHash? _rowHash;
    private SqliteBlob? _blob;
    private long _rowid;
    private int _given;
    private bool _isAtEnd;

    public TableReader(string component, SqliteFile file, TableLayout table, IDataMasker? masker)
    {
        _component = component;
        _file = file;
        _table = table;
        _masker = masker;
        _rules = [.. table.Columns.Select(c => masker?.Policy.Find(table.Name, c.Name))];
        string name = SqliteFile.Quote(table.Name);
        string[] columns = [.. table.Columns.Select(c => SqliteFile.Quote(c.Name))];
        string where = masker?.Policy.Filters.TryGetValue(table.Name, out string? filter) == true ? $" WHERE ({filter}\n)" : "";
        if (table.CanStream)
        {
            // The second column tells whether a value is large, so that SQLite need not load one to say so.
            string[] isLarge = [.. columns.Select(c => $"(typeof({c}) = 'blob' AND octet_length({c}) > {LargeValue})")];
            string values = string.Join(", ", columns.Select((c, i) => $"CASE WHEN {isLarge[i]} THEN NULL ELSE {c} END"));
            _rows = file.Prepare($"SELECT {table.RowName}, {string.Join(" OR ", isLarge)}, {values} FROM {name}{where}");
            _sizes = file.Prepare($"SELECT {string.Join(", ", columns.Select((c, i) => $"CASE WHEN {isLarge[i]} THEN octet_length({c}) END"))} FROM {name} WHERE {table.RowName} = ?1");
            _firstColumn = 2;
        }
        else
        {
            _rows = file.Prepare($"SELECT {(table.RowName is null ? "" : $"{table.RowName}, ")}{string.Join(", ", columns)} FROM {name}{where}");
            _firstColumn = table.RowName is null ? 0 : 1;
        }
    }

    /// <summary>The fingerprint of the rows read by now.</summary>
    public RowFingerprint Fingerprint => _fingerprint;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_given == _buffer.WrittenCount)
        {
            if (_blob is not null)
            {
                int read = ReadBlob(buffer);
                if (read > 0)
                    return read;
                continue;
            }

            if (_isAtEnd || buffer.IsEmpty)
                return 0;
            _buffer.ResetWrittenCount();
            _given = 0;
            Fill();
        }

        int count = Math.Min(buffer.Length, _buffer.WrittenCount - _given);
        _buffer.WrittenSpan.Slice(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _blob?.Dispose();
            _rowHash?.Dispose();
            _rows.Dispose();
            _sizes?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fill()
    {
        while (_buffer.WrittenCount < BufferSize / 2)
        {
            if (!_rows.Step())
            {
                End();
                return;
            }

            WriteRow();
            if (_large.Count > 0)
            {
                OpenBlob();
                return;
            }
        }
    }

    private void WriteRow()
    {
        Write(RowTag);
        if (_table.RowName is not null)
            _rowid = _rows.GetInt64(0);
        if (_table.CopiesRowNumber)
            Write(_rowid);
        int start = _buffer.WrittenCount;
        long[]? sizes = _sizes is not null && _rows.GetInt64(1) != 0 ? ReadSizes(_sizes) : null;
        for (int i = 0; i < _table.Columns.Count; i++)
        {
            if (sizes is not null && sizes[i] > 0)
                WriteLarge(i, sizes[i]);
            else
                WriteValue(i);
        }

        ReadOnlySpan<byte> row = _buffer.WrittenSpan[start..];
        if (_large.Count == 0)
        {
            _fingerprint.Add(row);
            return;
        }

        _rowHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _rowHash.AppendData(row);
    }

    private long[] ReadSizes(SqliteRows sizes)
    {
        long[] found = new long[_table.Columns.Count];
        sizes.Bind(1, _rowid);
        if (sizes.Step())
        {
            for (int i = 0; i < found.Length; i++)
                found[i] = sizes.GetInt64(i);
        }

        sizes.Reset();
        return found;
    }

    private void WriteValue(int column)
    {
        int type = _rows.TypeOf(column + _firstColumn);
        if (type == raw.SQLITE_NULL)
        {
            Write(NullTag);
            return;
        }

        MaskingRule? rule = _rules[column];
        if (rule is null && _masker is { IsRequired: true } && type is raw.SQLITE_TEXT or raw.SQLITE_BLOB)
            rule = RuleFor(column);
        if (rule is null or { Kind: MaskingRuleKind.Keep })
            WriteKept(type, column + _firstColumn);
        else
            WriteMasked(rule, type, column + _firstColumn);
    }

    // SQLite stores text in any column that is not strict, whatever it is declared as.
    private MaskingRule RuleFor(int column)
    {
        string name = $"{_table.Name}.{_table.Columns[column].Name}";
        throw new DataMaskingException(
            _component, $"The column {name} is declared as '{_table.Columns[column].DeclaredType}', but there is text or bytes in it: give it a masking rule, or keep it explicitly.", [name]);
    }

    private void WriteKept(int type, int column)
    {
        switch (type)
        {
            case raw.SQLITE_INTEGER:
                Write(IntegerTag);
                Write(_rows.GetInt64(column));
                break;
            case raw.SQLITE_FLOAT:
                Write(RealTag);
                Write(BitConverter.DoubleToInt64Bits(_rows.GetDouble(column)));
                break;
            case raw.SQLITE_TEXT:
                WriteBytes(TextTag, _rows.GetUtf8(column));
                break;
            default:
                WriteBytes(BytesTag, _rows.GetBytes(column));
                break;
        }
    }

    private void WriteMasked(MaskingRule rule, int type, int column)
    {
        switch (type)
        {
            case raw.SQLITE_INTEGER when _masker!.MaskInteger(rule, _rows.GetInt64(column)) is { } masked:
                Write(IntegerTag);
                Write(masked);
                break;
            case raw.SQLITE_FLOAT when rule.Kind != MaskingRuleKind.Null:
                // A fraction would tell more than its whole part does.
                Write(RealTag);
                Write(BitConverter.DoubleToInt64Bits(MaskReal(rule, _rows.GetDouble(column))));
                break;
            case raw.SQLITE_TEXT when _masker!.MaskText(rule, _rows.GetText(column)) is { } masked:
                WriteBytes(TextTag, Encoding.UTF8.GetBytes(masked));
                break;
            case raw.SQLITE_BLOB when MaskBytes(rule, column) is { } masked:
                WriteBytes(BytesTag, masked);
                break;
            default:
                Write(NullTag);
                break;
        }
    }

    private double MaskReal(MaskingRule rule, double value)
    {
        const double Largest = 1e15;
        long whole = (long)Math.Clamp(Math.Truncate(value), -Largest, Largest);
        return (double)(_masker!.MaskInteger(rule, whole) ?? 0);
    }

    private byte[]? MaskBytes(MaskingRule rule, int column)
    {
        using var bytes = new MemoryStream(_rows.GetBytes(column).ToArray(), writable: false);
        return _masker!.MaskBytes(rule, bytes);
    }

    private void WriteLarge(int column, long length)
    {
        MaskingRule? rule = _rules[column] ?? (_masker is { IsRequired: true } ? RuleFor(column) : null);
        if (rule is null or { Kind: MaskingRuleKind.Keep })
        {
            Write(LargeTag);
            Write(length);
            _large.Enqueue((column, length));
            return;
        }

        using SqliteBlob value = _file.OpenBlob(_table.Name, _table.Columns[column].Name, _rowid, isReadOnly: true);
        if (_masker!.MaskBytes(rule, value) is { } masked)
            WriteBytes(BytesTag, masked);
        else
            Write(NullTag);
    }

    private void OpenBlob()
    {
        (int column, _) = _large.Peek();
        _blob = _file.OpenBlob(_table.Name, _table.Columns[column].Name, _rowid, isReadOnly: true);
    }

    private int ReadBlob(Span<byte> buffer)
    {
        int read = _blob!.Read(buffer);
        if (read > 0)
        {
            _rowHash!.AppendData(buffer[..read]);
            return read;
        }

        _blob.Dispose();
        _blob = null;
        _large.Dequeue();
        if (_large.Count > 0)
        {
            OpenBlob();
            return 0;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _rowHash!.GetHashAndReset(hash);
        _rowHash.Dispose();
        _rowHash = null;
        _fingerprint.AddHash(hash);
        return 0;
    }

    private void End()
    {
        _isAtEnd = true;
        Write(EndTag);
        Write(_fingerprint.Rows);
        _fingerprint.CopyTo(_buffer.GetSpan(RowFingerprint.Size));
        _buffer.Advance(RowFingerprint.Size);
    }

    private void Write(byte tag)
    {
        _buffer.GetSpan(1)[0] = tag;
        _buffer.Advance(1);
    }

    private void Write(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
    }

    private void WriteBytes(byte tag, ReadOnlySpan<byte> value)
    {
        Write(tag);
        Write(value.Length);
        _buffer.Write(value);
    }
}
