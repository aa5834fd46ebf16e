using System.Runtime.CompilerServices;

namespace Varai.State;

/// <summary>A store that lives and dies with its process: for tests, and for services that want no file.</summary>
internal sealed class InMemoryStateStore : IStateStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Slot> _documents = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _keys = new(StateKey.Comparer);
    private readonly Dictionary<string, List<StreamEntry>> _streams = new(StringComparer.Ordinal);
    private readonly List<StateChange[]> _commits = [];
    private readonly ChangeSignal _signal = new();
    private readonly StateOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly InMemoryLeaseStore _leases;
    private long _trimmed;

    public InMemoryStateStore(StateOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _options = options;
        _timeProvider = timeProvider;
        _leases = new InMemoryLeaseStore(_lock, timeProvider);
    }

    public IBlobStore Blobs { get; } = new InMemoryBlobStore();

    public ILeaseStore Leases => _leases;

    private long Head => _trimmed + _commits.Count;

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return ValueTask.FromResult(Head);
    }

    public ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(key);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return ValueTask.FromResult(_documents.GetValueOrDefault(key).Document);
    }

    public IAsyncEnumerable<StateDocument> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalidPrefix(prefix);
        return EnumerateAsync(() => Find(prefix), cancellationToken);
    }

    public IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return EnumerateAsync(() => Find(query), cancellationToken);
    }

    public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        TransactionLimits.Check(transaction, _options.MaxDocumentBytes);
        cancellationToken.ThrowIfCancellationRequested();
        DateTimeOffset now = _timeProvider.GetUtcNow();
        StateCommit commit;
        lock (_lock)
        {
            foreach (Lease lease in transaction.RequiredLeases)
                _leases.Verify(lease, now);
            CheckExpectations(transaction);
            commit = Apply(transaction, now);
        }

        if (commit.Changes.Count > 0)
            _signal.Raise();
        return Task.FromResult(commit);
    }

    public IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterRevision);
        return FollowAsync(afterRevision, cancellationToken);
    }

    private static async IAsyncEnumerable<T> EnumerateAsync<T>(Func<T[]> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (T item in read())
        {
            yield return item;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private StateDocument[] Find(string prefix)
    {
        lock (_lock)
        {
            string? last = _keys.Max;
            if (last is null || StateKey.Comparer.Compare(prefix, last) > 0)
                return [];
            return [.. _keys.GetViewBetween(prefix, last)
                .TakeWhile(key => key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(key => _documents[key].Document!)];
        }
    }

    private StreamEntry[] Find(StreamQuery query)
    {
        lock (_lock)
        {
            if (!_streams.TryGetValue(query.Stream, out List<StreamEntry>? entries))
                return [];
            // The entry with sequence n is at index n - 1.
            int first = (int)Math.Clamp(query.After, 0, entries.Count);
            int end = (int)Math.Clamp(query.Before, first + 1L, entries.Count + 1L) - 1;
            int count = Math.Min(query.Limit, end - first);
            StreamEntry[] found = new StreamEntry[count];
            for (int i = 0; i < count; i++)
                found[i] = entries[query.Backwards ? end - 1 - i : first + i];
            return found;
        }
    }

    private void CheckExpectations(StateTransaction transaction)
    {
        Dictionary<string, long>? appended = null;
        foreach (StateOperation operation in transaction.Operations)
        {
            if (operation.Kind != StateOperationKind.Append)
            {
                operation.ThrowIfConflict(_documents.GetValueOrDefault(operation.Name).Document?.Version ?? 0);
                continue;
            }

            appended ??= new Dictionary<string, long>(StringComparer.Ordinal);
            long earlier = appended.GetValueOrDefault(operation.Name);
            operation.ThrowIfConflict((_streams.GetValueOrDefault(operation.Name)?.Count ?? 0) + earlier);
            appended[operation.Name] = earlier + 1;
        }
    }

    private StateCommit Apply(StateTransaction transaction, DateTimeOffset now)
    {
        long revision = Head + 1;
        var changes = new List<StateChange>(transaction.Operations.Count);
        foreach (StateOperation operation in transaction.Operations)
        {
            if (Apply(operation, revision, now) is { } change)
                changes.Add(change);
        }

        if (changes.Count == 0)
            return new StateCommit(revision - 1, []);
        changes[^1] = changes[^1] with { EndsCommit = true };
        StateChange[] done = [.. changes];
        _commits.Add(done);
        if (_commits.Count > _options.ChangeRetention)
            Trim();
        return new StateCommit(revision, done);
    }

    private StateChange? Apply(StateOperation operation, long revision, DateTimeOffset now)
    {
        Slot slot = _documents.GetValueOrDefault(operation.Name);
        switch (operation.Kind)
        {
            case StateOperationKind.Put:
                long version = slot.Version + 1;
                _documents[operation.Name] = new Slot(version,
                    new StateDocument(operation.Name, operation.Content.ToArray(), version, revision, now));
                _keys.Add(operation.Name);
                return new StateChange(revision, StateChangeKind.Put, operation.Name, version, EndsCommit: false);
            case StateOperationKind.Delete when slot.Document is not null:
                _documents[operation.Name] = slot with { Document = null };
                _keys.Remove(operation.Name);
                return new StateChange(revision, StateChangeKind.Delete, operation.Name, slot.Version, EndsCommit: false);
            case StateOperationKind.Append:
                if (!_streams.TryGetValue(operation.Name, out List<StreamEntry>? entries))
                    _streams.Add(operation.Name, entries = []);
                var entry = new StreamEntry(operation.Name, entries.Count + 1, operation.Content.ToArray(), revision, now);
                entries.Add(entry);
                return new StateChange(revision, StateChangeKind.Append, operation.Name, entry.Sequence, EndsCommit: false);
            default:
                return null;
        }
    }

    // In steps, since removing from the front of a list moves the rest.
    private void Trim()
    {
        int excess = _commits.Count - _options.ChangeRetention;
        if (excess < ChangeTrimming.GetStep(_options.ChangeRetention))
            return;
        _commits.RemoveRange(0, excess);
        _trimmed += excess;
    }

    private async IAsyncEnumerable<StateChange> FollowAsync(long revision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task next = _signal.Next;
            StateChange[] changes = ReadChanges(revision);
            foreach (StateChange change in changes)
            {
                yield return change;
                cancellationToken.ThrowIfCancellationRequested();
                revision = change.Revision;
            }

            if (changes.Length == 0)
                await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private StateChange[] ReadChanges(long after)
    {
        lock (_lock)
        {
            if (after < _trimmed || after > Head)
                return [new StateChange(Head, StateChangeKind.Reset, string.Empty, 0, EndsCommit: true)];
            return [.. _commits.Skip((int)(after - _trimmed)).Take(ChangeTrimming.BatchSize).SelectMany(changes => changes)];
        }
    }

    // What stays of a deleted document is its version, so that the next one goes on from it.
    private readonly record struct Slot(long Version, StateDocument? Document);
}
