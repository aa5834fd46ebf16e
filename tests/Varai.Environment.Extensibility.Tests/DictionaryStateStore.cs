using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Varai.State;

namespace Contoso.Extensions;

/// <summary>A state store written outside Varai: immutable collections, of which a commit swaps in new ones.</summary>
internal sealed class DictionaryStateStore(TimeProvider time) : IStateStore
{
    private readonly Lock _lock = new();
    private readonly DictionaryLeases _leases = new(time);
    private Content _content = new(
        0,
        ImmutableSortedDictionary.Create<string, StateDocument>(StateKey.Comparer),
        ImmutableDictionary<string, long>.Empty,
        ImmutableDictionary<string, ImmutableList<StreamEntry>>.Empty,
        []);

    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DictionaryStateStore()
        : this(TimeProvider.System)
    {
    }

    public IBlobStore Blobs { get; } = new DictionaryBlobs();

    public ILeaseStore Leases => _leases;

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_content.Revision);
    }

    public ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(key);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_content.Documents.GetValueOrDefault(key));
    }

    public IAsyncEnumerable<StateDocument> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalidPrefix(prefix);
        return YieldAsync(c => c.Documents.Values.Where(d => d.Key.StartsWith(prefix, StringComparison.Ordinal)), cancellationToken);
    }

    public IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return YieldAsync(
            content =>
            {
                IEnumerable<StreamEntry> found = content.Streams.GetValueOrDefault(query.Stream, [])
                    .Where(e => e.Sequence > query.After && e.Sequence < query.Before);
                return (query.Backwards ? found.Reverse() : found).Take(query.Limit);
            },
            cancellationToken);
    }

    public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        cancellationToken.ThrowIfCancellationRequested();
        DateTimeOffset now = time.GetUtcNow();
        TaskCompletionSource signal;
        StateCommit commit;
        lock (_lock)
        {
            foreach (Lease lease in transaction.RequiredLeases)
                _leases.Verify(lease);
            Content next = _content with { Revision = _content.Revision + 1 };
            var changes = new List<StateChange>();
            foreach (StateOperation operation in transaction.Operations)
                next = Apply(next, operation, now, changes);
            if (changes.Count == 0)
                return Task.FromResult(new StateCommit(_content.Revision, []));
            changes[^1] = changes[^1] with { EndsCommit = true };
            commit = new StateCommit(next.Revision, changes);
            _content = next with { Changes = next.Changes.AddRange(changes) };
            signal = _next;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        signal.SetResult();
        return Task.FromResult(commit);
    }

    public IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterRevision);
        return FollowAsync(afterRevision, cancellationToken);
    }

    private static Content Apply(Content content, StateOperation operation, DateTimeOffset now, List<StateChange> changes)
    {
        if (operation.Kind == StateOperationKind.Append)
        {
            ImmutableList<StreamEntry> entries = content.Streams.GetValueOrDefault(operation.Name, []);
            operation.ThrowIfConflict(entries.Count);
            var entry = new StreamEntry(operation.Name, entries.Count + 1, operation.Content.ToArray(), content.Revision, now);
            changes.Add(new StateChange(content.Revision, StateChangeKind.Append, operation.Name, entry.Sequence, EndsCommit: false));
            return content with { Streams = content.Streams.SetItem(operation.Name, entries.Add(entry)) };
        }

        StateDocument? present = content.Documents.GetValueOrDefault(operation.Name);
        operation.ThrowIfConflict(present?.Version ?? 0);
        switch (operation.Kind)
        {
            case StateOperationKind.Put:
                long version = content.Versions.GetValueOrDefault(operation.Name) + 1;
                changes.Add(new StateChange(content.Revision, StateChangeKind.Put, operation.Name, version, EndsCommit: false));
                return content with
                {
                    Versions = content.Versions.SetItem(operation.Name, version),
                    Documents = content.Documents.SetItem(
                        operation.Name, new StateDocument(operation.Name, operation.Content.ToArray(), version, content.Revision, now)),
                };
            case StateOperationKind.Delete when present is not null:
                changes.Add(new StateChange(content.Revision, StateChangeKind.Delete, operation.Name, present.Version, EndsCommit: false));
                return content with { Documents = content.Documents.Remove(operation.Name) };
            default:
                return content;
        }
    }

    private async IAsyncEnumerable<T> YieldAsync<T>(
        Func<Content, IEnumerable<T>> select, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        foreach (T item in select(_content))
        {
            yield return item;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async IAsyncEnumerable<StateChange> FollowAsync(long revision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task next;
            Content content;
            lock (_lock)
                (next, content) = (_next.Task, _content);
            if (revision > content.Revision)
            {
                revision = content.Revision;
                yield return new StateChange(revision, StateChangeKind.Reset, "", 0, EndsCommit: true);
                continue;
            }

            foreach (StateChange change in content.Changes.Where(c => c.Revision > revision).ToArray())
            {
                yield return change;
                cancellationToken.ThrowIfCancellationRequested();
            }

            revision = content.Revision;
            await next.WaitAsync(cancellationToken);
        }
    }

    private sealed record Content(
        long Revision,
        ImmutableSortedDictionary<string, StateDocument> Documents,
        ImmutableDictionary<string, long> Versions,
        ImmutableDictionary<string, ImmutableList<StreamEntry>> Streams,
        ImmutableList<StateChange> Changes);
}
