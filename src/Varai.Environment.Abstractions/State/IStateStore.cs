namespace Varai.State;

/// <summary>Where every area keeps what must outlive the process: versioned documents, append-only streams, blobs and
/// leases, with one change feed over documents and streams.</summary>
/// <remarks>Called from any number of threads at once. A store throws <see cref="StateException"/> when it can't be
/// reached or can't be trusted, and <see cref="OperationCanceledException"/> for a cancelled token. The container
/// disposes it. Every write goes through <see cref="CommitAsync"/>: what it acknowledged survives a crash.</remarks>
public interface IStateStore
{
    /// <summary>The content-addressed blobs of this store.</summary>
    IBlobStore Blobs { get; }

    /// <summary>The leases of this store.</summary>
    ILeaseStore Leases { get; }

    /// <summary>The revision of the last commit; 0 while nothing was committed. Start a watch "from now" with it.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StateException">The store can't be read.</exception>
    ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken);

    /// <summary>Reads one document.</summary>
    /// <param name="key">The document's key; see <see cref="StateKey"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The document, or <see langword="null"/> when there is none.</returns>
    /// <exception cref="ArgumentException">The key is not valid.</exception>
    /// <exception cref="StateException">The store can't be read.</exception>
    ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Reads every document whose key starts with a prefix, in the order of <see cref="StateKey.Comparer"/>,
    /// all as of one revision.</summary>
    /// <param name="prefix">The beginning of the keys, compared ordinally; empty for all.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <remarks>The view may hold resources of the store until the enumeration ends: don't park inside it.</remarks>
    /// <exception cref="ArgumentException">The prefix could not begin a valid key.</exception>
    /// <exception cref="StateException">The store can't be read.</exception>
    IAsyncEnumerable<StateDocument> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Reads entries of one stream, all as of one revision; nothing for a stream never appended to.</summary>
    /// <param name="query">Which stream, which part of it and in which direction.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <remarks>The view may hold resources of the store until the enumeration ends: don't park inside it.</remarks>
    /// <exception cref="ArgumentException">The query is not valid.</exception>
    /// <exception cref="StateException">The store can't be read.</exception>
    IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken);

    /// <summary>Applies a transaction: all of it, durably, or nothing.</summary>
    /// <param name="transaction">The operations, the versions they expect and the leases they require. The store
    /// doesn't change it, so a caller may commit it again.</param>
    /// <param name="cancellationToken">Ends the wait; a commit that has begun is finished.</param>
    /// <returns>The revision this commit made. A transaction that changes nothing (only checks, or deletes of what is
    /// not there) makes none and returns the present one.</returns>
    /// <remarks>Leases are checked first, then the operations in their order; the first that fails is thrown.</remarks>
    /// <exception cref="StateConflictException">A document or stream is not at the version expected.</exception>
    /// <exception cref="LeaseLostException">A required lease is no longer held.</exception>
    /// <exception cref="ArgumentException">A content is larger than the store allows.</exception>
    /// <exception cref="StateException">The store can't be written. After an input/output error the outcome may be
    /// unknown; read before trying again, or let expected versions refuse the repetition.</exception>
    Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Follows the store: every change after a revision, exactly once, in order, first those already made,
    /// then the new ones as they come. It ends only by its token or an error.</summary>
    /// <param name="afterRevision">The last revision already known; 0 for everything since the beginning.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <remarks>Changes of one commit carry the same revision, and the last of them has
    /// <see cref="StateChange.EndsCommit"/>: only there is the revision a point to resume from. When the store no
    /// longer has the changes asked for (they were trimmed, or the store was replaced by an older one), a single
    /// <see cref="StateChangeKind.Reset"/> comes first: read everything anew, then go on.
    /// A revision carries no identity of its store. A store that was restored from a backup, or made anew, and has grown
    /// past <paramref name="afterRevision"/> since can't tell that the revision was another's: drop revisions kept
    /// outside the store whenever it is restored or replaced.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The revision is negative.</exception>
    /// <exception cref="StateException">The store can't be read.</exception>
    IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken);
}
