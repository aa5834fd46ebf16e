using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.State;

namespace Varai.Tests.State;

/// <summary>A folder of its own for each test, removed after it.</summary>
internal sealed class StateFolder : IDisposable
{
    public StateFolder() => Root = Directory.CreateTempSubdirectory("varai-state-").FullName;

    public string Root { get; }

    public string Path => System.IO.Path.Combine(Root, ".varai");

    public string File => System.IO.Path.Combine(Path, "state.db");

    public SqliteStateStore Open(TimeProvider? timeProvider = null, StateOptions? options = null) =>
        new(Path, options ?? new StateOptions(), timeProvider ?? TimeProvider.System, NullLogger<SqliteStateStore>.Instance);

    /// <summary>Goes at the file behind the store's back.</summary>
    public object? ExecuteRaw(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests write it themselves
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
