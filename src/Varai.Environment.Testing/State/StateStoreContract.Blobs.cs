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

    /// <summary>Blobs that are put together are all there, those of any size, those that were there before, and those that are given
    /// twice; and they are removed together.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task BlobsArePutAndRemovedTogetherAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            await store.Blobs.PutAsync(Bytes("before"), cancellationToken).ConfigureAwait(false);
            byte[] large = CreateContent(600_000);
            ReadOnlyMemory<byte>[] contents = [Bytes("a"), Bytes("before"), large, Bytes(""), Bytes("a"), new byte[] { 0, 1, 2, 3 }.AsMemory(1, 2)];
            IReadOnlyList<BlobId> ids = await store.Blobs.PutAllAsync(contents, cancellationToken).ConfigureAwait(false);
            Check.Equal(contents.Length, ids.Count);
            for (int i = 0; i < contents.Length; i++)
            {
                Check.Equal(BlobId.FromContent(contents[i].Span), ids[i]);
                byte[]? read = await store.Blobs.ReadAsync(ids[i], cancellationToken).ConfigureAwait(false);
                Check.That(read is not null && read.AsSpan().SequenceEqual(contents[i].Span));
            }

            // More than a store may take into one statement.
            ReadOnlyMemory<byte>[] many = [.. Enumerable.Range(0, 150).Select(i => (ReadOnlyMemory<byte>)CreateContent(i + 100))];
            IReadOnlyList<BlobId> found = await store.Blobs.PutAllAsync(many, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < many.Length; i++)
            {
                byte[]? read = await store.Blobs.ReadAsync(found[i], cancellationToken).ConfigureAwait(false);
                Check.That(read is not null && read.AsSpan().SequenceEqual(many[i].Span));
            }

            await store.Blobs.DeleteAllAsync([.. found], cancellationToken).ConfigureAwait(false);
            foreach (BlobId id in found)
                Check.Equal(false, await store.Blobs.ExistsAsync(id, cancellationToken).ConfigureAwait(false));

            Check.Equal(0, (await store.Blobs.PutAllAsync([], cancellationToken).ConfigureAwait(false)).Count);
            await store.Blobs.DeleteAllAsync([], cancellationToken).ConfigureAwait(false);
            await store.Blobs.DeleteAllAsync([ids[0], ids[2], ids[4], BlobId.FromContent("never put"u8)], cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < contents.Length; i++)
                Check.Equal(i is 1 or 3 or 5, await store.Blobs.ExistsAsync(ids[i], cancellationToken).ConfigureAwait(false));
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

    /// <summary>A blob is read forwards only, so that nobody comes to depend on a store that happens to seek.</summary>
    /// <param name="cancellationToken">Ends the clause.</param>
    public Task BlobStreamsGoForwardOnlyAsync(CancellationToken cancellationToken) => WithStoreAsync(
        async store =>
        {
            BlobId id = await store.Blobs.PutAsync(Bytes("abc"), cancellationToken).ConfigureAwait(false);
            Stream stream = Check.Found(await store.Blobs.OpenReadAsync(id, cancellationToken).ConfigureAwait(false));
            await using (stream.ConfigureAwait(false))
            {
                Check.Equal((true, false, false), (stream.CanRead, stream.CanSeek, stream.CanWrite));
                await Check.ThrowsAsync<NotSupportedException>(() => Task.FromResult(stream.Seek(0, SeekOrigin.Begin))).ConfigureAwait(false);
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
