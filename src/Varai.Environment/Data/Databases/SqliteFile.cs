using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Varai.Data.Databases;

/// <summary>One connection to a database that is moved; used by one caller at a time.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly string _component;
    private readonly string _path;
    private readonly SqliteConnection _connection;

    private SqliteFile(string component, string path, SqliteConnection connection)
    {
        _component = component;
        _path = path;
        _connection = connection;
    }

    public sqlite3 Handle => _connection.Handle!;

    public SqliteConnection Connection => _connection;

    public static SqliteFile Open(string component, string path, bool isNew, TimeSpan busyTimeout)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = isNew ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            _ = raw.sqlite3_extended_result_codes(connection.Handle, 1);
            _ = raw.sqlite3_busy_timeout(connection.Handle, (int)busyTimeout.TotalMilliseconds);
            return new SqliteFile(component, path, connection);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new DataComponentException(component, $"The database '{path}' can't be opened: {e.Message}", e);
        }
    }

    public SqliteRows Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out sqlite3_stmt statement));
        return new SqliteRows(this, statement);
    }

    public void Execute(string sql) => Check(raw.sqlite3_exec(Handle, sql));

    public long ReadInt64(string sql)
    {
        using SqliteRows rows = Prepare(sql);
        return rows.Step() ? rows.GetInt64(0) : 0;
    }

    public string ReadText(string sql)
    {
        using SqliteRows rows = Prepare(sql);
        return rows.Step() ? rows.GetText(0) : "";
    }

    public SqliteBlob OpenBlob(string table, string column, long rowid, bool isReadOnly)
    {
        try
        {
            return new SqliteBlob(_connection, table, column, rowid, isReadOnly);
        }
        catch (SqliteException e)
        {
            throw new DataComponentException(_component, $"A large value of {table}.{column} in '{_path}' can't be opened: {e.Message}", e);
        }
    }

    public void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            throw Fail(result, raw.sqlite3_errmsg(Handle).utf8_to_string());
    }

    public DataComponentException Fail(int result, string message)
    {
        int code = result & 0xFF;
        bool isTransient = code is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL;
        string hint = code switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "somebody else uses it; stop whoever does, or try again",
            raw.SQLITE_FULL => "there is no room left on its disk",
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "it is damaged or no SQLite database",
            raw.SQLITE_CONSTRAINT => "what was copied breaks a constraint; a masking rule may have made two values of a unique column one, or a NULL where none may be",
            _ => "SQLite refused",
        };
        return new DataComponentException(_component, string.Create(CultureInfo.InvariantCulture,
            $"The database '{_path}' can't be used: {hint} (SQLite error {result}: {message})."))
        { IsTransient = isTransient };
    }

    public void Dispose() => _connection.Dispose();

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
