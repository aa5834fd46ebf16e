using System.Runtime.InteropServices;

namespace Varai.State;

/// <summary>Whole blobs in memory, for small ones.</summary>
public static class BlobStoreExtensions
{
    /// <summary>Stores a content held in memory.</summary>
    /// <param name="blobs">The store.</param>
    /// <param name="content">What to store; leave the bytes alone until the call is done.</param>
    /// <param name="cancellationToken">Ends the work; nothing is stored then.</param>
    /// <returns>The content's id.</returns>
    /// <exception cref="StateException">The store can't be written.</exception>
    public static async Task<BlobId> PutAsync(this IBlobStore blobs, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        if (!MemoryMarshal.TryGetArray(content, out ArraySegment<byte> bytes))
            bytes = content.ToArray();
        using var stream = new MemoryStream(bytes.Array ?? [], bytes.Offset, bytes.Count, writable: false);
        return await blobs.PutAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a whole blob into memory and checks it.</summary>
    /// <param name="blobs">The store.</param>
    /// <param name="id">Which blob.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The content, or <see langword="null"/> when there is no such blob.</returns>
    /// <exception cref="StateException">The store can't be read, or the blob is damaged.</exception>
    public static async Task<byte[]?> ReadAsync(this IBlobStore blobs, BlobId id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        Stream? stream = await blobs.OpenReadAsync(id, cancellationToken).ConfigureAwait(false);
        if (stream is null)
            return null;
        await using (stream.ConfigureAwait(false))
        {
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
            return copy.ToArray();
        }
    }
}
