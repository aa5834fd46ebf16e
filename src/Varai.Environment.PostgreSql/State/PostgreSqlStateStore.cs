using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Npgsql;
using Varai.State;

namespace Varai.PostgreSql.State;

/// <summary>The store for many nodes: one schema of a PostgreSQL database.</summary>
internal sealed class PostgreSqlStateStore : IStateStore, IAsyncDisposable, IDisposable
{
    private readonly PostgreSqlDatabase _database;
    private readonly PostgreSqlCommits _commits;
    private readonly PostgreSqlChanges _changes;
    private readonly ChangeSignal _signal = new();
    private readonly ChangeFollower _follower;

    /// <summary>Creates the store; nothing is opened, or made, before the first use.</summary>
    /// <param name="source">Where connections come from.</param>
    /// <param name="ownsSource">Whether to dispose the source with the store.</param>
    /// <param name="options">How to work; validated.</param>
    /// <param name="timeProvider">The clock of polling and of waits before reconnections. All times kept are the server's.</param>
    /// <param name="logger">Where to say that tables were made, or the server is away.</param>
    public PostgreSqlStateStore(
        NpgsqlDataSource source, bool ownsSource, PostgreSqlStateOptions options, TimeProvider timeProvider, ILogger<PostgreSqlStateStore> logger)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);
        _database = new PostgreSqlDatabase(source, ownsSource, options, timeProvider, logger);
        _commits = new PostgreSqlCommits(_database);
        _changes = new PostgreSqlChanges(_database);
        _follower = new ChangeFollower(_database, source, _signal);
        Blobs = new PostgreSqlBlobs(_database);
        Leases = new PostgreSqlLeases(_database);
    }

    public IBlobStore Blobs { get; }

    public ILeaseStore Leases { get; }

    /// <summary>For tests that need to reach below the contract.</summary>
    internal PostgreSqlDatabase Database => _database;

    /// <summary>For tests of how it is followed.</summary>
    internal ChangeFollower Follower => _follower;

    public async ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) =>
        (await _database.ReadHeadAsync(cancellationToken).ConfigureAwait(false)).Revision;

    public async ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(key);
        return await _database.ReadAsync(
            () => Sql.Command(_database.Statements.GetDocument, Sql.Text(key)),
            async reader => await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? ReadDocument(reader) : null,
            cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<StateDocument> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalidPrefix(prefix);
        string? end = KeyRange.GetEnd(prefix);
        return EnumerateAsync(
            () => end is null
                ? Sql.Command(_database.Statements.ListFrom, Sql.Text(prefix))
                : Sql.Command(_database.Statements.ListRange, Sql.Text(prefix), Sql.Text(end)),
            ReadDocument,
            cancellationToken);
    }

    public IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return EnumerateAsync(
            () => Sql.Command(
                query.Backwards ? _database.Statements.ReadBackwards : _database.Statements.ReadForwards,
                Sql.Text(query.Stream), Sql.Number(query.After), Sql.Number(query.Before), Sql.Number(query.Limit)),
            reader => new StreamEntry(
                query.Stream, reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetInt64(2), reader.GetFieldValue<DateTimeOffset>(3)),
            cancellationToken);
    }

    public async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        CheckSizes(transaction);
        StateCommit commit = await _commits.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
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

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync().ConfigureAwait(false);
        _signal.Raise();
        await _follower.Completion.ConfigureAwait(false);
    }

    private static StateDocument ReadDocument(NpgsqlDataReader reader) =>
        new(reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetFieldValue<DateTimeOffset>(4));

    private void CheckSizes(StateTransaction transaction)
    {
        int limit = _database.Options.MaxDocumentBytes;
        foreach (StateOperation operation in transaction.Operations)
        {
            if (operation.Content.Length <= limit)
                continue;
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The content of '{operation.Name}' has {operation.Content.Length} bytes; {PostgreSqlStateOptions.SectionName}:{nameof(PostgreSqlStateOptions.MaxDocumentBytes)} allows {limit}. Put it into a blob and commit the blob's id, or raise the limit."),
                nameof(transaction));
        }
    }

    private async IAsyncEnumerable<T> EnumerateAsync<T>(
        Func<NpgsqlBatchCommand> command, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PostgreSqlRows rows = await PostgreSqlRows.OpenAsync(_database, command, cancellationToken).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.NextAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return read(rows.Reader);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async IAsyncEnumerable<StateChange> FollowAsync(long revision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Guid? store = null;
        cancellationToken.ThrowIfCancellationRequested();
        using IDisposable following = _follower.Begin();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task next = _signal.Next;
            List<StateChange>? changes = null;
            try
            {
                (store, changes) = await _changes.ReadAsync(revision, store, cancellationToken).ConfigureAwait(false);
            }
            catch (StateException e) when (e.IsTransient && store is not null)
            {
                // A server that goes away and comes back is no end of a watch: the follower alone tries to reach it, for all watchers.
                _follower.NoticeFailure(e);
            }

            foreach (StateChange change in changes ?? [])
            {
                yield return change;
                cancellationToken.ThrowIfCancellationRequested();
                revision = change.Revision;
            }

            if (changes is null or { Count: 0 })
                await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
