using System.Globalization;
using Npgsql;
using Varai.State;

namespace Varai.PostgreSql.State;

/// <summary>Notices commits of other nodes for all watchers of this process: by notifications where they come through, by asking
/// for the revision in any case. While the server is away, it alone tries to reach it, at random times further and further apart.</summary>
internal sealed class ChangeFollower(PostgreSqlDatabase database, NpgsqlDataSource source, ChangeSignal signal)
{
    // How long a notification to oneself may take before there is none.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // The pooler may be taken away, or the server only have been slow.
    private static readonly TimeSpan AnotherTry = TimeSpan.FromMinutes(10);

    // A connection on which nothing comes may be dead; asking it something finds out.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly ReconnectDelay _delay = new();
    private int _watchers;
    private CancellationTokenSource? _stop;
    private Task _completion = Task.CompletedTask;
    private TaskCompletionSource _trouble = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile StateException? _failure;
    private volatile bool _isListening;

    /// <summary>Ends when nothing runs any more.</summary>
    public Task Completion
    {
        get
        {
            lock (_lock)
                return _completion;
        }
    }

    /// <summary>What keeps the store from being followed at present; <see langword="null"/> while it is, or nobody watches.</summary>
    public StateException? Failure => _failure;

    /// <summary>Whether a notification has come through on the present connection.</summary>
    public bool IsListening => _isListening;

    /// <summary>Follows the store until the result, and that of every other caller, is disposed.</summary>
    public IDisposable Begin()
    {
        lock (_lock)
        {
            if (_watchers++ == 0)
            {
                _stop = CancellationTokenSource.CreateLinkedTokenSource(database.Lifetime);
                CancellationToken token = _stop.Token;
                Task before = _completion;
                _completion = Task.Run(() => RunAsync(before, token), CancellationToken.None);
            }
        }

        return new Following(this);
    }

    /// <summary>A watcher could not read: it is woken when the server has been reached again.</summary>
    public void NoticeFailure(StateException failure)
    {
        SetFailure(failure);
        Volatile.Read(ref _trouble).TrySetResult();
    }

    private void End()
    {
        CancellationTokenSource? stop = null;
        lock (_lock)
        {
            if (--_watchers == 0)
                (stop, _stop) = (_stop, null);
        }

        stop?.Cancel();
        stop?.Dispose();
    }

    private async Task RunAsync(Task before, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task listening = database.Options.Listen ? ListenAsync(cancellationToken) : Task.CompletedTask;
        await PollAsync(cancellationToken).ConfigureAwait(false);
        await listening.ConfigureAwait(false);
        _failure = null;
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        (Guid, long)? known = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan wait = database.Options.PollInterval;
            Task trouble = Volatile.Read(ref _trouble).Task;
            try
            {
                (Guid, long) head = await database.ReadHeadAsync(cancellationToken).ConfigureAwait(false);
                bool isBack = ClearFailure(trouble);
                if (isBack || known != head)
                    signal.Raise();
                known = head;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                SetFailure(e as StateException ?? new StateException(e.Message, e));
                wait = _delay.Next();
                trouble = Task.CompletedTask;
            }

            await PauseAsync(wait, trouble, cancellationToken).ConfigureAwait(false);
        }
    }

    // Also ends when a watcher has failed; but then not at once, since many processes may have seen the same.
    private async Task PauseAsync(TimeSpan wait, Task trouble, CancellationToken cancellationToken)
    {
        Task pause = Task.Delay(wait, database.TimeProvider, cancellationToken);
        await Task.WhenAny(pause, trouble.IsCompleted ? pause : trouble).ConfigureAwait(false);
        if (!pause.IsCompleted)
            await Task.Delay(_delay.Next(), database.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void SetFailure(StateException failure)
    {
        bool isNew = _failure is null;
        _failure = failure;
        if (isNew)
            Report(() => Log.NotFollowed(database.Logger, database.Target.ToString(), failure));
    }

    private bool ClearFailure(Task trouble)
    {
        bool wasTroubled = trouble.IsCompleted;
        if (wasTroubled)
            Interlocked.Exchange(ref _trouble, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_failure is null)
            return wasTroubled;
        _failure = null;
        _delay.Reset();
        Report(() => Log.Followed(database.Logger, database.Target.ToString()));
        return true;
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var delay = new ReconnectDelay();
        bool isKnownNotToWork = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan wait = AnotherTry;
            try
            {
                await database.EnsureReadyAsync(cancellationToken).ConfigureAwait(false);
                await ListenOnceAsync(delay, cancellationToken).ConfigureAwait(false);
                if (!isKnownNotToWork)
                    Report(() => Log.PollingAlone(database.Logger, database.Target.ToString(), database.Options.PollInterval));
                isKnownNotToWork = true;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (NotSupportedException)
            {
                // A data source with multiplexing has no connection to listen on.
                Report(() => Log.PollingAlone(database.Logger, database.Target.ToString(), database.Options.PollInterval));
                return;
            }
            catch (Exception)
            {
                // The polling beside it tells what is wrong.
                wait = delay.Next();
            }
            finally
            {
                _isListening = false;
            }

            await Task.Delay(wait, database.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Listens until there is an error; returns when notifications don't come through.</summary>
    private async Task ListenOnceAsync(ReconnectDelay delay, CancellationToken cancellationToken)
    {
        string probe = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            connection.Notification += (_, e) => Hear(e.Payload == probe);
            await ExecuteAsync(connection, database.Statements.Listen, cancellationToken).ConfigureAwait(false);
            try
            {
                if (!await ProbeAsync(connection, probe, cancellationToken).ConfigureAwait(false))
                    return;
                delay.Reset();
                while (true)
                {
                    if (!await connection.WaitAsync(Silence, cancellationToken).ConfigureAwait(false))
                        await ExecuteAsync(connection, "SELECT", cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                await ForgetAsync(connection).ConfigureAwait(false);
            }
        }
    }

    private void Hear(bool isProbe)
    {
        if (isProbe)
            _isListening = true;

        // For the probe, too: what was committed before it, while nobody listened, has not been told of.
        signal.Raise();
    }

    // By way of another connection: behind a pooler of transactions the own one would get its notification with the answer, by chance.
    private async Task<bool> ProbeAsync(NpgsqlConnection connection, string probe, CancellationToken cancellationToken)
    {
        await database.ReadAsync(
            () => Sql.Command(PostgreSqlStatements.Notify, Sql.Text(database.Statements.Channel), Sql.Text(probe)),
            static _ => Task.FromResult(true),
            cancellationToken).ConfigureAwait(false);
        long start = database.TimeProvider.GetTimestamp();
        while (!_isListening)
        {
            TimeSpan left = Patience - database.TimeProvider.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !await connection.WaitAsync(left, cancellationToken).ConfigureAwait(false))
                return _isListening;
        }

        return true;
    }

    // The connection goes back to a pool whose next user has not asked for notifications.
    private async Task ForgetAsync(NpgsqlConnection connection)
    {
        if (connection.State != System.Data.ConnectionState.Open)
            return;
        try
        {
            await ExecuteAsync(connection, "UNLISTEN *", CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (PostgreSqlErrors.IsOurs(e) || e is ObjectDisposedException or InvalidOperationException)
        {
            // It is broken, and leaves the pool.
        }
    }

    private async Task ExecuteAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        NpgsqlBatch batch = database.CreateBatch(connection, new NpgsqlBatchCommand(text));
        await using (batch.ConfigureAwait(false))
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    // A logger that throws must not end the following, and there is nobody to tell.
    private static void Report(Action write)
    {
        try
        {
            write();
        }
        catch (Exception)
        {
            // Said above.
        }
    }

    private sealed class Following(ChangeFollower follower) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
                follower.End();
        }
    }
}
