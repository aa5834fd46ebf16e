using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Varai.State;

/// <summary>The file behind a <see cref="SqliteStateStore"/>: opens it at the first use, lets one writer at a time in,
/// and lends connections to readers.</summary>
/// <remarks>SQLite has no asynchronous calls, and ours are short, so they run on the caller's thread. Waiting for
/// another writer, in this process or another, does not hold a thread.</remarks>
internal sealed class SqliteDatabase(string directory, StateOptions options, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    private const int MaximumIdleReaders = 4;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    [SuppressMessage("Usage", "CA2213", Justification = "A late caller must still be able to pass it to learn that the store is disposed; it holds no handle.")]
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly string _path = System.IO.Path.Combine(directory, "state.db");
    private SqliteSession? _writer;
    private bool _isTidied;
    private volatile int _generation;
    private long _lookedAt;
    private volatile bool _isOpen;
    private volatile bool _isDisposed;

    public string Path => _path;

    /// <summary>Lets a test fill the "disk" where it can't mount a small one.</summary>
    public int? MaximumPages { get; set; }

    /// <summary>Runs work in a transaction that holds the write lock: committed durably when it returns, rolled back
    /// when it throws.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool isCreated = false;
        bool isReplaced = false;
        T result;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            isCreated = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await BeginAsync(_writer!, cancellationToken).ConfigureAwait(false);
            result = Execute(_writer!, work, out isReplaced);
        }
        finally
        {
            if (isReplaced || _writer is { IsBroken: true })
                Close();
            Release();
            LogCreated(isCreated);
            LogReplaced(isReplaced);
        }

        return isReplaced ? throw Replaced() : result;
    }

    /// <summary>Runs work that only reads.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        SqliteSession session = await RentAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return work(session);
        }
        finally
        {
            Return(session);
        }
    }

    /// <summary>Lends a connection for reading; hand it back with <see cref="Return"/>.</summary>
    public async ValueTask<SqliteSession> RentAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CloseReplaced();
        if (!_isOpen)
            await OpenForReadingAsync(cancellationToken).ConfigureAwait(false);
        return Rent();
    }

    /// <summary>Lends a connection of a database that was open before.</summary>
    public SqliteSession Rent()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(SqliteStateStore));
        while (_readers.TryTake(out SqliteSession? session))
        {
            if (session.Generation == _generation)
                return session;
            session.Dispose();
        }

        return OpenReader();
    }

    public void Return(SqliteSession session)
    {
        if (session.IsBroken || session.Generation != _generation || !_isOpen || _isDisposed || _readers.Count >= MaximumIdleReaders)
            session.Dispose();
        else
            _readers.Add(session);
        if (_isDisposed)
            DropReaders();
    }

    /// <summary>Closes what is idle now and the rest as it is handed back.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        DropReaders();
        CloseDisposedWriter();
    }

    // Before the work, since it would decide by the old file; after the commit, since an acknowledged one must not vanish.
    private T Execute<T>(SqliteSession writer, Func<SqliteSession, T> work, out bool isReplaced)
    {
        isReplaced = false;
        try
        {
            isReplaced = writer.HasMoved();
            if (isReplaced)
            {
                writer.Rollback();
                return default!;
            }

            // With the first write, since whoever only reads must not need the write lock.
            if (!_isTidied)
                SqliteBlobs.RemoveAbandoned(writer, timeProvider.GetUtcNow());
            T result = work(writer);
            writer.Execute("COMMIT");
            _isTidied = true;
            isReplaced = writer.HasMoved();
            return result;
        }
        catch
        {
            writer.Rollback();
            throw;
        }
    }

    // Who only reads would read an old file for ever. A writer that has the gate looks for itself.
    private void CloseReplaced()
    {
        if (!_isOpen || timeProvider.GetElapsedTime(Volatile.Read(ref _lookedAt)) < options.PollInterval || !_gate.Wait(0, CancellationToken.None))
            return;
        bool isReplaced = false;
        try
        {
            Volatile.Write(ref _lookedAt, timeProvider.GetTimestamp());
            isReplaced = _writer is not null && _writer.HasMoved();
            if (isReplaced)
                Close();
        }
        finally
        {
            Release();
        }

        LogReplaced(isReplaced);
    }

    private SqliteSession OpenReader()
    {
        SqliteSession session = SqliteSession.Open(_path, options.BusyTimeout, _generation);
        try
        {
            session.ExecuteScript("PRAGMA query_only = ON");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private async Task OpenForReadingAsync(CancellationToken cancellationToken)
    {
        bool isCreated = false;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            isCreated = await OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }

        LogCreated(isCreated);
    }

    // Under the gate. Another process may be doing the same to the same file.
    private async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(SqliteStateStore));
        if (_writer is not null)
            return false;
        bool isCreated = false;
        await RetryAsync(() => TryOpen(out isCreated), cancellationToken).ConfigureAwait(false);
        return isCreated;
    }

    private bool TryOpen(out bool isCreated)
    {
        isCreated = false;
        SqliteFolder.Create(directory, _path);
        SqliteSession? session = SqliteSession.Open(_path, TimeSpan.Zero, _generation);
        try
        {
            session.ExecuteScript("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216;");
            UseWriteAheadLog(session);
            if (!SqliteSchema.IsCurrent(session))
            {
                if (!session.TryBeginWrite())
                    return false;
                isCreated = SqliteSchema.Apply(session, _path);
                session.Execute("COMMIT");
            }

            if (MaximumPages is { } pages)
                session.ExecuteScript(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}"));
            _writer = session;
            session = null;
            Volatile.Write(ref _lookedAt, timeProvider.GetTimestamp());
            _isOpen = true;
            return true;
        }
        catch (StateException) when (session is { IsBusy: true })
        {
            // While another process makes the file, even a look at its header is refused.
            return false;
        }
        finally
        {
            session?.Dispose();
        }
    }

    private void UseWriteAheadLog(SqliteSession session)
    {
        using SqliteStatement mode = session.Use("PRAGMA journal_mode = WAL");
        string found = mode.Step() ? mode.GetString(0) : string.Empty;
        if (found != "wal")
            throw new StateException($"The file system of '{_path}' can't hold a write-ahead log (SQLite uses '{found}'). Set {StateOptions.SectionName}:{nameof(StateOptions.Directory)} to a local folder.");
    }

    private Task BeginAsync(SqliteSession writer, CancellationToken cancellationToken) =>
        RetryAsync(writer.TryBeginWrite, cancellationToken);

    // SQLite would sleep on this thread; the real clock, since the other writer runs by it.
    private async Task RetryAsync(Func<bool> attempt, CancellationToken cancellationToken)
    {
        TimeProvider clock = TimeProvider.System;
        long started = clock.GetTimestamp();
        TimeSpan pause = TimeSpan.FromMilliseconds(1);
        while (!attempt())
        {
            if (clock.GetElapsedTime(started) >= options.BusyTimeout)
                throw SqliteErrors.Create(raw.SQLITE_BUSY, string.Create(CultureInfo.InvariantCulture, $"waited {options.BusyTimeout}"), _path);
            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
            pause = pause < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private void Close()
    {
        _isOpen = false;
        _isTidied = false;
        _generation++;
        _writer?.Dispose();
        _writer = null;
        DropReaders();
    }

    private void DropReaders()
    {
        while (_readers.TryTake(out SqliteSession? session))
            session.Dispose();
    }

    private void Release()
    {
        _gate.Release();
        CloseDisposedWriter();
    }

    // Whoever comes last of a writer and Dispose closes: neither waits for the other.
    private void CloseDisposedWriter()
    {
        if (!_isDisposed || !_gate.Wait(0, CancellationToken.None))
            return;
        Close();
        _gate.Release();
    }

    private void LogCreated(bool isCreated)
    {
        if (isCreated)
            Log.Created(logger, _path);
    }

    private void LogReplaced(bool isReplaced)
    {
        if (isReplaced)
            Log.Replaced(logger, _path);
    }

    private StateException Replaced() => new(
        $"The state store '{_path}' was deleted or replaced while it was in use, and this commit is not in the file that is there now; the next call goes on with that one, or makes an empty one. Stop every process before restoring a store, and restore it from a backup if its content matters.");
}
