using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Varai.State;

/// <summary>The embedded store: one SQLite file that several processes may share, with a write-ahead log that is
/// synchronised at each commit.</summary>
internal sealed class SqliteStateStore : IStateStore, IAsyncDisposable, IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly ChangeSignal _signal = new();
    private readonly StateOptions _options;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the store; the folder and the file are opened, or made, at the first use.</summary>
    /// <param name="directory">The folder, resolved: <see cref="StateOptions.Directory"/> is not read here.</param>
    /// <param name="options">How to work.</param>
    /// <param name="timeProvider">The clock of modification times, leases and polling.</param>
    /// <param name="logger">Where to say that a file was created.</param>
    public SqliteStateStore(string directory, StateOptions options, TimeProvider timeProvider, ILogger<SqliteStateStore> logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);
        _options = options;
        _timeProvider = timeProvider;
        _database = new SqliteDatabase(Path.GetFullPath(directory), options, timeProvider, logger);
        Blobs = new SqliteBlobs(_database, timeProvider, logger);
        Leases = new SqliteLeases(_database, timeProvider);
    }

    public IBlobStore Blobs { get; }

    public ILeaseStore Leases { get; }

    /// <summary>For tests that need to reach below the contract.</summary>
    internal SqliteDatabase Database => _database;

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(SqliteDocuments.GetHead, cancellationToken);

    public ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(key);
        return _database.ReadAsync(session => SqliteDocuments.Get(session, key), cancellationToken);
    }

    public IAsyncEnumerable<StateDocument> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalidPrefix(prefix);
        return EnumerateAsync(session => SqliteDocuments.List(session, prefix), cancellationToken);
    }

    public IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return EnumerateAsync(session => SqliteStreams.Read(session, query), cancellationToken);
    }

    public async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        TransactionLimits.Check(transaction, _options.MaxDocumentBytes);
        StateCommit commit = await _database.WriteAsync(session => Apply(session, transaction), cancellationToken).ConfigureAwait(false);
        if (commit.Changes.Count > 0)
            _signal.Raise();
        return commit;
    }

    public IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterRevision);
        return FollowAsync(afterRevision, cancellationToken);
    }

    public void Dispose()
    {
        _database.Dispose();
        _signal.Raise();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private StateCommit Apply(SqliteSession session, StateTransaction transaction)
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        foreach (Lease lease in transaction.RequiredLeases)
            SqliteLeases.Verify(session, lease, now);
        long revision = SqliteDocuments.GetHead(session) + 1;
        var changes = new List<StateChange>(transaction.Operations.Count);
        foreach (StateOperation operation in transaction.Operations)
        {
            StateChange? change = operation.Kind == StateOperationKind.Append
                ? SqliteStreams.Append(session, operation, revision, now)
                : SqliteDocuments.Apply(session, operation, revision, now);
            if (change is { } made)
                changes.Add(made);
        }

        if (changes.Count == 0)
            return new StateCommit(revision - 1, []);
        changes[^1] = changes[^1] with { EndsCommit = true };
        SqliteChanges.Write(session, changes);
        SqliteChanges.Trim(session, revision, _options.ChangeRetention);
        return new StateCommit(revision, changes);
    }

    private async IAsyncEnumerable<T> EnumerateAsync<T>(
        Func<SqliteSession, IEnumerable<T>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SqliteSession session = await _database.RentAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (T item in read(session))
            {
                yield return item;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _database.Return(session);
        }
    }

    // After a reopening it may be another file, whose revisions mean something else.
    private ValueTask<(int? Generation, List<StateChange> Changes)> ReadChangesAsync(long after, int? generation, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            session => ((int?)session.Generation, generation is null || generation == session.Generation
                ? SqliteChanges.Read(session, after)
                : SqliteChanges.Reset(session)),
            cancellationToken);

    private async IAsyncEnumerable<StateChange> FollowAsync(long revision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int? generation = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task next = _signal.Next;
            (generation, List<StateChange> changes) = await ReadChangesAsync(revision, generation, cancellationToken).ConfigureAwait(false);
            foreach (StateChange change in changes)
            {
                yield return change;
                cancellationToken.ThrowIfCancellationRequested();
                revision = change.Revision;
            }

            if (changes.Count > 0)
                continue;

            // The interval running out is no error: another process may have committed.
            await next.WaitAsync(_options.PollInterval, _timeProvider, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
