using System.Data;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Varai.State;

namespace Varai.PostgreSql.State;

/// <summary>Connections to the store's database: makes the tables before the first use, repeats what a connection that had died
/// in the pool could not do, and says what errors mean.</summary>
internal sealed class PostgreSqlDatabase : IAsyncDisposable, IDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly bool _ownsSource;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _lifetime = new();
    private Task? _preparation;
    private volatile bool _isReady;
    private volatile bool _isDisposed;

    public PostgreSqlDatabase(NpgsqlDataSource source, bool ownsSource, PostgreSqlStateOptions options, TimeProvider timeProvider, ILogger logger)
    {
        _source = source;
        _ownsSource = ownsSource;
        Options = options;
        TimeProvider = timeProvider;
        Logger = logger;
        Target = new PostgreSqlTarget(new NpgsqlConnectionStringBuilder(source.ConnectionString), options.Schema);
        Statements = new PostgreSqlStatements(options.Schema);
        Lifetime = _lifetime.Token;
    }

    public PostgreSqlTarget Target { get; }

    public PostgreSqlStatements Statements { get; }

    public PostgreSqlStateOptions Options { get; }

    public TimeProvider TimeProvider { get; }

    public ILogger Logger { get; }

    /// <summary>Ends with the store.</summary>
    public CancellationToken Lifetime { get; }

    private int TimeoutSeconds => (int)Math.Ceiling(Options.CommandTimeout.TotalSeconds);

    /// <summary>Makes a batch, which goes to the server at once and whose statements, without a BEGIN of their own, are one transaction.</summary>
    public NpgsqlBatch CreateBatch(NpgsqlConnection connection, params IEnumerable<NpgsqlBatchCommand> commands)
    {
        NpgsqlBatch batch = connection.CreateBatch();
        batch.Timeout = TimeoutSeconds;
        foreach (NpgsqlBatchCommand command in commands)
            batch.BatchCommands.Add(command);
        return batch;
    }

    /// <summary>The commands that begin a transaction: two, of which the second gives a row.</summary>
    public IEnumerable<NpgsqlBatchCommand> BeginTransaction()
    {
        // Less than the statement's own time, so that the server can still say what it waited for.
        long milliseconds = (long)(Options.CommandTimeout.TotalMilliseconds * 0.75);
        string wait = milliseconds.ToString(CultureInfo.InvariantCulture);

        // A client that vanishes in the middle of a commit must not keep the others out until TCP gives it up.
        string idle = Math.Max(milliseconds, 10_000).ToString(CultureInfo.InvariantCulture);
        return [new NpgsqlBatchCommand(PostgreSqlStatements.Begin), Sql.Command(PostgreSqlStatements.Settings, Sql.Text(wait), Sql.Text(idle))];
    }

    /// <summary>Runs one statement that changes something, durably, and reads what it returns.</summary>
    /// <param name="command">The statement.</param>
    /// <param name="read">Reads its rows.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is changed then.</param>
    public Task<T> WriteAsync<T>(Func<NpgsqlBatchCommand> command, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellationToken) =>
        RunAsync(
            async (connection, token) =>
            {
                NpgsqlBatch batch = CreateBatch(connection, [.. BeginTransaction(), command(), new NpgsqlBatchCommand(PostgreSqlStatements.Commit)]);
                await using (batch.ConfigureAwait(false))
                {
                    NpgsqlDataReader reader = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
                    await using (reader.ConfigureAwait(false))
                    {
                        await reader.NextResultAsync(token).ConfigureAwait(false);
                        T result = await read(reader).ConfigureAwait(false);

                        // The commit is known to have happened when its own answer is there.
                        while (await reader.NextResultAsync(token).ConfigureAwait(false))
                        {
                        }

                        return result;
                    }
                }
            },
            cancellationToken);

    /// <summary>Runs one statement that reads.</summary>
    public Task<T> ReadAsync<T>(Func<NpgsqlBatchCommand> command, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellationToken) =>
        RunAsync(
            async (connection, token) =>
            {
                NpgsqlBatch batch = CreateBatch(connection, command());
                await using (batch.ConfigureAwait(false))
                {
                    NpgsqlDataReader reader = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
                    await using (reader.ConfigureAwait(false))
                        return await read(reader).ConfigureAwait(false);
                }
            },
            cancellationToken);

    /// <summary>Which store it is, and how far.</summary>
    public Task<(Guid Store, long Revision)> ReadHeadAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            () => Sql.Command(Statements.Head),
            async reader =>
            {
                if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    throw HasNoHead();
                ThrowIfNewer(reader.GetInt32(1));
                return (reader.GetGuid(0), reader.GetInt64(2));
            },
            cancellationToken);

    /// <summary>The tables are there, but not what they begin with.</summary>
    public StateException HasNoHead() =>
        new($"{Capitalize()} has lost the only row of its table 'store': it was changed by hand. Restore it from a backup.");

    /// <summary>Runs work that may be done twice, on a connection of the pool.</summary>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        (NpgsqlConnection connection, T result) = await OpenAsync(work, cancellationToken).ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
        return result;
    }

    /// <summary>Opens a connection and does the first work on it; that is done again, on a new connection, when the one of the pool
    /// turns out to be dead.</summary>
    /// <returns>The connection, which the caller disposes, and what the work returned.</returns>
    public async Task<(NpgsqlConnection Connection, T Result)> OpenAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await EnsureReadyAsync(cancellationToken).ConfigureAwait(false);
        return await OpenUnpreparedAsync(work, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes sure that the tables are there and are ones this package knows.</summary>
    /// <exception cref="StateException">They are not, or the server can't be reached.</exception>
    public async Task EnsureReadyAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(PostgreSqlStateStore));
        if (_isReady)
            return;
        Task preparation;
        lock (_lock)
        {
            // One attempt for all who wait for it.
            if (_preparation is null or { IsCompleted: true })
                _preparation = Task.Run(PrepareAsync, CancellationToken.None);
            preparation = _preparation;
        }

        await preparation.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses tables of a later version, which may mean other things.</summary>
    public void ThrowIfNewer(int version)
    {
        if (version <= PostgreSqlStateSchema.Version)
            return;
        _isReady = false;
        throw new StateException(string.Create(CultureInfo.InvariantCulture,
            $"{Capitalize()} has schema version {version}; this version of Varai.Environment.PostgreSql knows {PostgreSqlStateSchema.Version}. Update the package in this process, or set {PostgreSqlStateOptions.SectionName}:{nameof(PostgreSqlStateOptions.Schema)} to another schema."));
    }

    /// <summary>Turns an error of the server or of the way to it into one for the caller; any other is returned as it is.</summary>
    public Exception Translate(Exception exception, CancellationToken cancellationToken)
    {
        if (_isDisposed && exception is not OperationCanceledException)
            return new ObjectDisposedException(nameof(PostgreSqlStateStore));

        // A cancelled statement comes back as an error of the server, when that was quicker.
        if (cancellationToken.IsCancellationRequested && exception is OperationCanceledException or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
            return exception as OperationCanceledException ?? new OperationCanceledException(exception.Message, exception, cancellationToken);
        if (!PostgreSqlErrors.IsOurs(exception))
            return exception;
        if (PostgreSqlErrors.IsMissing(exception))
            _isReady = false;
        return PostgreSqlErrors.Create(exception, Target);
    }

    /// <summary>The store's name at the beginning of a sentence.</summary>
    public string Capitalize()
    {
        string text = Target.ToString();
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    /// <summary>Opens a connection, for readers of streams that have no other way.</summary>
    public T RunSynchronously<T>(Func<NpgsqlConnection, T> work)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(PostgreSqlStateStore));
        try
        {
            using NpgsqlConnection connection = _source.OpenConnection();
            return work(connection);
        }
        catch (Exception e)
        {
            Exception translated = Translate(e, CancellationToken.None);
            if (ReferenceEquals(translated, e))
                throw;
            throw translated;
        }
    }

    public void Dispose()
    {
        End();
        if (_ownsSource)
            _source.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        End();
        if (_ownsSource)
            await _source.DisposeAsync().ConfigureAwait(false);
    }

    private void End()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _lifetime.Cancel();
        _lifetime.Dispose();
    }

    private async Task<(NpgsqlConnection Connection, T Result)> OpenUnpreparedAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (bool isFirst = true; ; isFirst = false)
        {
            NpgsqlConnection? connection = null;
            bool isHandedOn = false;
            try
            {
                connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                T result = await work(connection, cancellationToken).ConfigureAwait(false);
                isHandedOn = true;
                return (connection, result);
            }
            catch (Exception e)
            {
                if (isFirst && IsDead(connection, e) && !cancellationToken.IsCancellationRequested && !_isDisposed)
                {
                    // What ended this one, a restart or a firewall, has mostly ended those that idle beside it.
                    _source.Clear();
                    continue;
                }

                Exception translated = Translate(e, cancellationToken);
                if (ReferenceEquals(translated, e))
                    throw;
                throw translated;
            }
            finally
            {
                if (!isHandedOn && connection is not null)
                    await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static bool IsDead(NpgsqlConnection? connection, Exception exception) =>
        connection is not null && connection.State != ConnectionState.Open && exception is NpgsqlException { InnerException: not TimeoutException };

    private async Task PrepareAsync()
    {
        bool isMade = await RunUnpreparedAsync(
            (connection, token) => PostgreSqlMigration.RunAsync(this, connection, token), CancellationToken.None).ConfigureAwait(false);
        if (isMade)
            Log.Created(Logger, Target.ToString());
        _isReady = true;
    }

    private async Task<T> RunUnpreparedAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        (NpgsqlConnection connection, T result) = await OpenUnpreparedAsync(work, cancellationToken).ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
        return result;
    }
}
