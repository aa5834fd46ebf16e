namespace Varai.State;

/// <summary>Immutable byte sequences under the SHA-256 of their content. The same content is stored once.</summary>
/// <remarks>Called from any number of threads at once. A blob is not part of a transaction: put it before the commit
/// that refers to it, and delete it after the commit that drops the last reference.</remarks>
public interface IBlobStore
{
    /// <summary>Stores everything from the stream's position to its end. Putting what is already there changes nothing.</summary>
    /// <param name="content">What to store; read once, never as a whole in memory, not disposed.</param>
    /// <param name="cancellationToken">Ends the work; nothing is stored then.</param>
    /// <returns>The content's id; the blob is durable.</returns>
    /// <exception cref="StateException">The store can't be written.</exception>
    Task<BlobId> PutAsync(Stream content, CancellationToken cancellationToken);

    /// <summary>Stores several contents held in memory, in as few durable writes as the store can.</summary>
    /// <remarks>A store that does not implement it stores one after another. Databases make one write of it.</remarks>
    /// <param name="contents">What to store; leave the bytes alone until the call is done.</param>
    /// <param name="cancellationToken">Ends the work; some of them may be stored then.</param>
    /// <returns>The id of each, in the same order; the blobs are durable.</returns>
    /// <exception cref="StateException">The store can't be written; some of them may be stored.</exception>
    async Task<IReadOnlyList<BlobId>> PutAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> contents, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contents);
        cancellationToken.ThrowIfCancellationRequested();
        var ids = new BlobId[contents.Count];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = await this.PutAsync(contents[i], cancellationToken).ConfigureAwait(false);
        return ids;
    }

    /// <summary>Opens a blob for reading from its beginning.</summary>
    /// <param name="id">Which blob.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A forward-only stream that the caller disposes, or <see langword="null"/> when there is no such blob.
    /// It checks the content against the id while it is read: a reader that reaches the end has read the right bytes,
    /// otherwise a read throws <see cref="StateException"/> before the last bytes are handed out.</returns>
    /// <exception cref="StateException">The store can't be read, or the blob is damaged.</exception>
    Task<Stream?> OpenReadAsync(BlobId id, CancellationToken cancellationToken);

    /// <summary>Whether the blob is there.</summary>
    /// <param name="id">Which blob.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StateException">The store can't be read.</exception>
    ValueTask<bool> ExistsAsync(BlobId id, CancellationToken cancellationToken);

    /// <summary>Removes a blob. A reader that has it open gets a <see cref="StateException"/> at a later read, or the
    /// right content to the end, never a mixture.</summary>
    /// <param name="id">Which blob.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="StateException">The store can't be written.</exception>
    Task<bool> DeleteAsync(BlobId id, CancellationToken cancellationToken);

    /// <summary>Removes several blobs, in as few durable writes as the store can; those that are not there are no error.</summary>
    /// <remarks>A store that does not implement it removes one after another. Databases make one write of it.</remarks>
    /// <param name="ids">Which blobs.</param>
    /// <param name="cancellationToken">Ends the work; some of them may be removed then.</param>
    /// <exception cref="StateException">The store can't be written; some of them may be removed.</exception>
    async Task DeleteAllAsync(IReadOnlyCollection<BlobId> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (BlobId id in ids)
            await DeleteAsync(id, cancellationToken).ConfigureAwait(false);
    }
}
