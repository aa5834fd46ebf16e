using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Varai.State;

/// <summary>One connection with its prepared statements; used by one caller at a time.</summary>
/// <remarks>Microsoft.Data.Sqlite opens it, but statements go to SQLite directly: a busy database must not put the thread
/// to sleep in steps of 150 ms, and contents are bound and read as spans.</remarks>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _database;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private readonly string _path;

    private SqliteSession(SqliteConnection connection, string path)
    {
        _connection = connection;
        _database = connection.Handle!;
        _path = path;
    }

    /// <summary>Whether an error was met that leaves the connection in doubt: such a connection is not used again.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether the last error was that another connection had a lock.</summary>
    public bool IsBusy { get; private set; }

    public static SqliteSession Open(string path, TimeSpan busyTimeout)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw SqliteErrors.Create(exception.SqliteExtendedErrorCode, exception.Message, path, exception);
        }

        var session = new SqliteSession(connection, path);
        _ = raw.sqlite3_extended_result_codes(session._database, 1);
        _ = raw.sqlite3_busy_timeout(session._database, (int)busyTimeout.TotalMilliseconds);
        return session;
    }

    /// <summary>A statement to bind and step; prepared at its first use. Dispose it before it is used again.</summary>
    public SqliteStatement Use(string sql)
    {
        if (_statements.TryGetValue(sql, out SqliteStatement? known))
            return known;
        var statement = new SqliteStatement(this, _database, sql);
        _statements.Add(sql, statement);
        return statement;
    }

    public void Execute(string sql)
    {
        using SqliteStatement statement = Use(sql);
        statement.Run();
    }

    public long ReadInt64(string sql)
    {
        using SqliteStatement statement = Use(sql);
        return statement.Step() ? statement.GetInt64(0) : 0;
    }

    /// <summary>Executes several statements that are needed only once.</summary>
    public void ExecuteScript(string sql) => Check(raw.sqlite3_exec(_database, sql));

    /// <summary>Tries to begin a transaction that holds the write lock from its start, so that it never has to give up
    /// half way.</summary>
    /// <returns>Whether it did; <see langword="false"/> when another connection is writing.</returns>
    public bool TryBeginWrite()
    {
        using SqliteStatement begin = Use("BEGIN IMMEDIATE");
        int result = raw.sqlite3_step(begin.Handle);
        if (result == raw.SQLITE_DONE)
            return true;
        if (!SqliteErrors.IsBusy(result))
            Fail(result);
        return false;
    }

    /// <summary>Ends a transaction after an error, which is what the caller then learns; a connection that can't even do
    /// that is not used again.</summary>
    public void Rollback()
    {
        // A full disk or an input/output error may have rolled back by itself.
        if (raw.sqlite3_get_autocommit(_database) == 0 && raw.sqlite3_exec(_database, "ROLLBACK") != raw.SQLITE_OK)
            IsBroken = true;
    }

    public void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            Fail(result);
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public void Fail(int result)
    {
        IsBusy = SqliteErrors.IsBusy(result);

        // These leave the connection sound; reopening on a full disk would stop the readers too.
        IsBroken |= !IsBusy && (result & 0xFF) != raw.SQLITE_FULL;
        throw SqliteErrors.Create(result, raw.sqlite3_errmsg(_database).utf8_to_string(), _path);
    }

    public void Dispose()
    {
        foreach (SqliteStatement statement in _statements.Values)
            statement.Handle.Dispose();
        _connection.Dispose();
    }
}
