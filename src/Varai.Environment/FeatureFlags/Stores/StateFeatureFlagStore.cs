using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Varai.State;

namespace Varai.FeatureFlags.Stores;

/// <summary>Keeps the flags of an environment in the state store: all of them in one document, their history in a stream, both
/// written by one commit.</summary>
/// <remarks>
/// The version is the document's. Each entry of the history carries the hash of the one before, and the document that of the last,
/// so that an entry changed by hand is noticed by whoever reads the history.
/// A write of this process fires the change token at once; those of others do as soon as the state store tells of them.
/// </remarks>
internal sealed class StateFeatureFlagStore : IFeatureFlagStore, ILastKnownGoodFlags, IDisposable
{
    // Each round another writer was faster.
    private const int MaximumRounds = 100;

    // Page by page, so that no view of the store stays open while the caller works.
    private const int PageSize = 64;

    private readonly IStateStore _state;
    private readonly TimeProvider _time;
    private readonly DocumentWatch _watch;
    private readonly LastKnownGoodFile? _file;
    private readonly TimeSpan _startTimeout;
    private long _kept = -1;
    private volatile bool _isRead;

    /// <param name="state">The state store.</param>
    /// <param name="environmentName">The environment.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to say what goes wrong.</param>
    /// <param name="file">Keeps what was read for a start while the state store is away; <see langword="null"/> keeps nothing.</param>
    /// <param name="startTimeout">How long the first reading may take.</param>
    public StateFeatureFlagStore(
        IStateStore state,
        string environmentName,
        TimeProvider time,
        ILogger<StateFeatureFlagStore> logger,
        LastKnownGoodFile? file = null,
        TimeSpan? startTimeout = null)
    {
        _file = file;
        _startTimeout = startTimeout ?? Timeout.InfiniteTimeSpan;
        _state = state;
        _time = time;
        DocumentKey = $"flags/{environmentName}/set";
        StreamName = $"flags/{environmentName}/history";
        _watch = new DocumentWatch(state, DocumentKey, time, logger);
    }

    private static StoredFlags Empty { get; } =
        new(new FeatureFlagSet([], segments: null, StoredFlags.VersionOf(0)), DocumentVersion: 0, Changes: 0, LastHash: "");

    public string DocumentKey { get; }

    public string StreamName { get; }

    public async ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        (StoredFlags stored, ReadOnlyMemory<byte> content) = await ReadFirstAsync(cancellationToken).ConfigureAwait(false);
        _isRead = true;
        _watch.NoticeRead(stored.DocumentVersion);
        Keep(stored.DocumentVersion, content);
        return stored.Set;
    }

    public (FeatureFlagSet Set, DateTimeOffset ReadAt)? ReadLastKnownGood()
    {
        if (_file?.Read() is not { } last)
            return null;
        try
        {
            FeatureFlagSet set = last.Contents.Count == 0 ? Empty.Set : StoredFlags.Read(DocumentKey, last.Contents[0].Value, last.Version).Set;

            // Whatever is in the store, once it can be followed, is news.
            _watch.NoticeRead(0);
            return (set, last.ReadAt);
        }
        catch (StateException)
        {
            // Written by a later version of the library: as good as none, and the store's own failure is what counts.
            return null;
        }
    }

    public IChangeToken GetChangeToken() => _watch.GetChangeToken();

    public async Task<FeatureFlagSet> WriteAsync(FeatureFlagWrite write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        for (int round = 1; ; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            StoredFlags stored = await ReadAsync(cancellationToken).ConfigureAwait(false);
            if (write.ExpectedVersion is { } expected && expected != stored.Set.Version)
                throw new FeatureFlagConflictException(expected, stored.Set.Version);
            FeatureFlagSet next = stored.Set.With(write, stored.Set.Version);
            IReadOnlyList<FeatureFlagDifference> changes = next.GetDifferences(stored.Set);
            if (changes.Count == 0)
                return stored.Set;
            try
            {
                return await CommitAsync(stored, next, changes, write, cancellationToken).ConfigureAwait(false);
            }
            catch (StateConflictException e)
            {
                if (write.ExpectedVersion is null && round < MaximumRounds)
                    continue;
                throw new FeatureFlagConflictException(
                    stored.Set.Version, e.Key == DocumentKey ? StoredFlags.VersionOf(e.Actual) : "another", e);
            }
        }
    }

    public async IAsyncEnumerable<FeatureFlagRevision> GetHistoryAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StoredFlags stored = await ReadAsync(cancellationToken).ConfigureAwait(false);

        // Entries that are appended from now on do not belong to the document that was read.
        long before = stored.DocumentVersion == 0 ? long.MaxValue : stored.Changes + 1;
        string? expected = stored.DocumentVersion == 0 ? null : stored.LastHash;
        while (true)
        {
            var page = new List<StreamEntry>(PageSize);
            var query = new StreamQuery(StreamName) { Backwards = true, Before = before, Limit = PageSize };
            await foreach (StreamEntry entry in _state.ReadStreamAsync(query, cancellationToken).ConfigureAwait(false))
                page.Add(entry);
            foreach (StreamEntry entry in page)
            {
                if (expected is not null && expected != StoredRevision.HashOf(entry.Content.Span))
                    throw Damaged($"entry {entry.Sequence} is not the one that was written");

                StoredRevision revision = StoredRevision.Read(StreamName, entry.Content);
                expected = revision.PreviousHash;
                yield return revision.Revision;
            }

            if (page.Count < PageSize)
            {
                if (expected is { Length: > 0 })
                    throw Damaged("the entries before do not go back to the first");
                yield break;
            }

            before = page[^1].Sequence;
        }
    }

    public void Dispose() => _watch.Dispose();

    private StateException Damaged(string problem) => new(
        $"The history of the feature flags in the state store, '{StreamName}', is damaged: {problem}. It was changed by hand; restore it from a backup.");

    private async ValueTask<StoredFlags> ReadAsync(CancellationToken cancellationToken) =>
        (await ReadContentAsync(cancellationToken).ConfigureAwait(false)).Flags;

    private async ValueTask<(StoredFlags Flags, ReadOnlyMemory<byte> Content)> ReadContentAsync(CancellationToken cancellationToken)
    {
        StateDocument? document = await _state.GetAsync(DocumentKey, cancellationToken).ConfigureAwait(false);
        return document is null ? (Empty, default) : (StoredFlags.Read(DocumentKey, document.Content, document.Version), document.Content);
    }

    // A start waits for it, and a store that never answers must not keep the service from the flags it knows.
    private async ValueTask<(StoredFlags Flags, ReadOnlyMemory<byte> Content)> ReadFirstAsync(CancellationToken cancellationToken)
    {
        ValueTask<(StoredFlags, ReadOnlyMemory<byte>)> read = ReadContentAsync(cancellationToken);
        if (_isRead || read.IsCompleted || _startTimeout == Timeout.InfiniteTimeSpan)
            return await read.ConfigureAwait(false);
        try
        {
            return await read.AsTask().WaitAsync(_startTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new StateException($"The state store, which holds the feature flags, has not answered within {_startTimeout}.", e) { IsTransient = true };
        }
    }

    private void Keep(long version, ReadOnlyMemory<byte> content)
    {
        if (_file is null || Interlocked.Exchange(ref _kept, version) == version)
            return;
        _file.Write(new LastKnownGood(_time.GetUtcNow(), version, version == 0 ? [] : [KeyValuePair.Create("flags", content)]));
    }

    private async Task<FeatureFlagSet> CommitAsync(
        StoredFlags stored, FeatureFlagSet next, IReadOnlyList<FeatureFlagDifference> changes, FeatureFlagWrite write, CancellationToken cancellationToken)
    {
        (long count, string lastHash, long following) = stored.DocumentVersion > 0
            ? (stored.Changes, stored.LastHash, stored.DocumentVersion + 1)
            : await ReadLastAsync(cancellationToken).ConfigureAwait(false);
        byte[] entry = new StoredRevision(
            new FeatureFlagRevision(StoredFlags.VersionOf(following), _time.GetUtcNow(), write.Author, write.Reason, changes), lastHash).Write();
        byte[] document = new StoredFlags(next, following, count + 1, StoredRevision.HashOf(entry)).Write();
        StateTransaction transaction = new StateTransaction()
            .Put(DocumentKey, document, stored.DocumentVersion)
            .Append(StreamName, entry, count);
        StateCommit commit;
        try
        {
            commit = await _state.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException e)
        {
            throw new StateException($"The feature flags can't be written: {e.Message}", e);
        }

        long version = commit.Changes[0].Version;
        _watch.NoticeChange(version);
        return StoredFlags.Read(DocumentKey, document, version).Set;
    }

    /// <summary>What the history ends with when the document is gone, and the version that the next document gets.</summary>
    private async Task<(long Count, string LastHash, long Following)> ReadLastAsync(CancellationToken cancellationToken)
    {
        var query = new StreamQuery(StreamName) { Backwards = true, Limit = 1 };
        await foreach (StreamEntry entry in _state.ReadStreamAsync(query, cancellationToken).ConfigureAwait(false))
        {
            string last = StoredRevision.Read(StreamName, entry.Content).Revision.Version;
            return (entry.Sequence, StoredRevision.HashOf(entry.Content.Span), long.Parse(last, System.Globalization.CultureInfo.InvariantCulture) + 1);
        }

        return (0, "", 1);
    }
}
