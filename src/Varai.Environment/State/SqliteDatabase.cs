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
        T result;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            isCreated = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await BeginAsync(_writer!, cancellationToken).ConfigureAwait(false);
            result = Execute(_writer!, work);
        }
        finally
        {
            if (_writer is { IsBroken: true })
                Close();
            Release();
        }

        LogCreated(isCreated);
        return result;
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
        if (!_isOpen)
            await OpenForReadingAsync(cancellationToken).ConfigureAwait(false);
        return Rent();
    }

    /// <summary>Lends a connection of a database that was open before.</summary>
    public SqliteSession Rent()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(SqliteStateStore));
        return _readers.TryTake(out SqliteSession? session) ? session : OpenReader();
    }

    public void Return(SqliteSession session)
    {
        if (session.IsBroken || !_isOpen || _isDisposed || _readers.Count >= MaximumIdleReaders)
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

    private static T Execute<T>(SqliteSession writer, Func<SqliteSession, T> work, string path)
    {
        try
        {
            T result = work(writer);
            ThrowIfDeleted(path);
            writer.Execute("COMMIT");
            return result;
        }
        catch
        {
            writer.Rollback();
            throw;
        }
    }

    // SQLite would go on writing into a file that has no name any more, and every acknowledged commit would be lost.
    private static void ThrowIfDeleted(string path)
    {
        if (!File.Exists(path))
            throw new StateException($"The state store '{path}' was deleted while it was in use; the next call begins with an empty one. Restore the file from a backup if its content matters.");
    }

    private T Execute<T>(SqliteSession writer, Func<SqliteSession, T> work)
    {
        try
        {
            return Execute(writer, work, _path);
        }
        catch (StateException) when (!File.Exists(_path))
        {
            Close();
            throw;
        }
    }

    private SqliteSession OpenReader()
    {
        SqliteSession session = SqliteSession.Open(_path, options.BusyTimeout);
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
        SqliteSession? session = SqliteSession.Open(_path, TimeSpan.Zero);
        try
        {
            session.ExecuteScript("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216;");
            UseWriteAheadLog(session);
            if (!session.TryBeginWrite())
                return false;
            isCreated = SqliteSchema.Apply(session, _path);
            SqliteBlobs.RemoveAbandoned(session, timeProvider.GetUtcNow());
            session.Execute("COMMIT");
            if (MaximumPages is { } pages)
                session.ExecuteScript(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}"));
            _writer = session;
            session = null;
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
}
