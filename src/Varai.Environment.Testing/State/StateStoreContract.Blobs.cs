using System.Security.Cryptography;
using Varai.State;

namespace Varai.Testing.State;

public sealed partial class StateStoreContract
{
    /// <summary>A blob's id is the SHA-256 of its content.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task BlobsAreFoundByTheirHashAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            BlobId id = await store.Blobs.PutAsync(Bytes("abc"), cancellationToken).ConfigureAwait(false);
            Check.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", id.ToString());
            Check.That(await store.Blobs.ExistsAsync(id, cancellationToken).ConfigureAwait(false));
            Check.Content("abc", await store.Blobs.ReadAsync(id, cancellationToken).ConfigureAwait(false));
            Check.Equal(0L, await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>Empty, small and large contents come back as they were, also from sources that give a few bytes at a time.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task BlobsOfManySizesComeBackWholeAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            foreach (int size in (int[])[0, 1, 4096, 262_143, 262_144, 262_145, 524_288, 1_000_003])
            {
                byte[] content = CreateContent(size);
                using var source = new TrickleStream(content, 60_000, failAtEnd: false);
                BlobId id = await store.Blobs.PutAsync(source, cancellationToken).ConfigureAwait(false);
                Check.Equal(BlobId.FromContent(content), id);
                byte[]? read = await store.Blobs.ReadAsync(id, cancellationToken).ConfigureAwait(false);
                Check.That(read is not null && content.AsSpan().SequenceEqual(read), $"a blob of {size} bytes comes back");
            }
        },
        cancellationToken);

    /// <summary>Putting the same content again, also at the same time, is no error and no second blob.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task PuttingABlobTwiceKeepsOneAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            foreach (int size in (int[])[10, 600_000])
            {
                byte[] content = CreateContent(size);
                BlobId[] ids = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => store.Blobs.PutAsync(content, cancellationToken), cancellationToken))).ConfigureAwait(false);
                Check.Equal(1, ids.Distinct().Count());
                Check.That(await store.Blobs.DeleteAsync(ids[0], cancellationToken).ConfigureAwait(false));
                Check.Equal(false, await store.Blobs.ExistsAsync(ids[0], cancellationToken).ConfigureAwait(false));
            }
        },
        cancellationToken);

    /// <summary>When the source fails, its error comes out and nothing is stored under any id of what was read.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task ABlobWhoseSourceFailsIsNotStoredAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            foreach (int size in (int[])[10, 600_000])
            {
                byte[] content = CreateContent(size);
                using var source = new TrickleStream(content, 50_000, failAtEnd: true);
                await Check.ThrowsAsync<InvalidDataException>(() => store.Blobs.PutAsync(source, cancellationToken)).ConfigureAwait(false);
                Check.Equal(false, await store.Blobs.ExistsAsync(BlobId.FromContent(content), cancellationToken).ConfigureAwait(false));
                await store.Blobs.PutAsync(content, cancellationToken).ConfigureAwait(false);
                Check.That(await store.Blobs.ExistsAsync(BlobId.FromContent(content), cancellationToken).ConfigureAwait(false));
            }
        },
        cancellationToken);

    /// <summary>A blob nobody put is not there.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task AMissingBlobIsNullAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            BlobId id = BlobId.FromContent("never put"u8);
            Check.Equal(null, await store.Blobs.OpenReadAsync(id, cancellationToken).ConfigureAwait(false));
            Check.Equal(false, await store.Blobs.ExistsAsync(id, cancellationToken).ConfigureAwait(false));
            Check.Equal(false, await store.Blobs.DeleteAsync(id, cancellationToken).ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>A deleted blob is gone, and its content can be put again.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task DeletedBlobsAreGoneAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            byte[] content = CreateContent(300_000);
            BlobId id = await store.Blobs.PutAsync(content, cancellationToken).ConfigureAwait(false);
            Check.That(await store.Blobs.DeleteAsync(id, cancellationToken).ConfigureAwait(false));
            Check.Equal(null, await store.Blobs.OpenReadAsync(id, cancellationToken).ConfigureAwait(false));
            Check.Equal(id, await store.Blobs.PutAsync(content, cancellationToken).ConfigureAwait(false));
            byte[]? read = await store.Blobs.ReadAsync(id, cancellationToken).ConfigureAwait(false);
            Check.That(read is not null && content.AsSpan().SequenceEqual(read));
        },
        cancellationToken);

    // The same for each run and different in each block, so that swapped blocks are found.
    private static byte[] CreateContent(int size)
    {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i += SHA256.HashSizeInBytes)
            SHA256.HashData(BitConverter.GetBytes(i)).AsSpan(0, Math.Min(SHA256.HashSizeInBytes, size - i)).CopyTo(content.AsSpan(i));
        return content;
    }
}
