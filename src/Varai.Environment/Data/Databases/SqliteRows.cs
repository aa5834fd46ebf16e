using SQLitePCL;

namespace Varai.Data.Databases;

/// <summary>A prepared statement.</summary>
internal sealed class SqliteRows(SqliteFile file, sqlite3_stmt statement) : IDisposable
{
    public bool Step()
    {
        int result = raw.sqlite3_step(statement);
        return result switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw file.Fail(result, raw.sqlite3_errmsg(file.Handle).utf8_to_string()),
        };
    }

    public void Reset() => _ = raw.sqlite3_reset(statement);

    public int TypeOf(int column) => raw.sqlite3_column_type(statement, column);

    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    public double GetDouble(int column) => raw.sqlite3_column_double(statement, column);

    public string GetText(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string() ?? "";

    /// <summary>A text as UTF-8, valid until the next step.</summary>
    public ReadOnlySpan<byte> GetUtf8(int column)
    {
        // A database in UTF-16 has it converted by this; the bytes are then those of the converted text.
        _ = raw.sqlite3_column_text(statement, column);
        return raw.sqlite3_column_blob(statement, column);
    }

    public ReadOnlySpan<byte> GetBytes(int column) => raw.sqlite3_column_blob(statement, column);

    public void Bind(int index, long value) => file.Check(raw.sqlite3_bind_int64(statement, index, value));

    public void Bind(int index, double value) => file.Check(raw.sqlite3_bind_double(statement, index, value));

    public void Bind(int index, string value) => file.Check(raw.sqlite3_bind_text(statement, index, value));

    public void BindNull(int index) => file.Check(raw.sqlite3_bind_null(statement, index));

    public void BindZeros(int index, long length) => file.Check(raw.sqlite3_bind_zeroblob(statement, index, checked((int)length)));

    // An empty span has no address, which SQLite would take for NULL.
    public void BindUtf8(int index, ReadOnlySpan<byte> value) => file.Check(value.IsEmpty
        ? raw.sqlite3_bind_text(statement, index, "")
        : raw.sqlite3_bind_text(statement, index, value));

    public void BindBytes(int index, ReadOnlySpan<byte> value) => file.Check(value.IsEmpty
        ? raw.sqlite3_bind_zeroblob(statement, index, 0)
        : raw.sqlite3_bind_blob(statement, index, value));

    public void Dispose() => statement.Dispose();
}
