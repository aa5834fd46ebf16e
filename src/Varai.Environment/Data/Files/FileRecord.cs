using System.Text;
using Varai.State;

namespace Varai.Data.Files;

/// <summary>The hashes of an environment's files as they were last written or verified, with what tells whether a file is still
/// that one.</summary>
internal sealed class FileRecord(IStateStore state, string component, string environment)
{
    private const int Format = 1;

    private string Key => $"data/files/{component}/{environment}";

    /// <summary>Reads the record; empty when there is none that can be used.</summary>
    public async Task<Dictionary<string, (FileStatus Status, BlobId Hash)>> LoadAsync(string root, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, (FileStatus, BlobId)>(StringComparer.Ordinal);
        if (await state.GetAsync(Key, cancellationToken).ConfigureAwait(false) is not { } document
            || !BlobId.TryParse(Encoding.ASCII.GetString(document.Content.Span), out BlobId id)
            || await state.Blobs.ReadAsync(id, cancellationToken).ConfigureAwait(false) is not { } content)
        {
            return files;
        }

        using var reader = new BinaryReader(new MemoryStream(content), Encoding.UTF8);
        if (reader.ReadInt32() != Format || reader.ReadString() != root)
            return files;
        int count = reader.ReadInt32();
        files.EnsureCapacity(Math.Min(count, content.Length / BlobId.Size));
        byte[] hash = new byte[BlobId.Size];
        for (; count > 0; count--)
        {
            string name = reader.ReadString();
            var status = new FileStatus(reader.ReadInt64(), reader.ReadInt64(), Mode: null);
            reader.BaseStream.ReadExactly(hash);
            files.Add(name, (status, new BlobId(hash)));
        }

        return files;
    }

    public async Task SaveAsync(
        string root, IReadOnlyCollection<KeyValuePair<string, (FileStatus Status, BlobId Hash)>> files, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Format);
            writer.Write(root);
            writer.Write(files.Count);
            byte[] hash = new byte[BlobId.Size];
            foreach ((string name, (FileStatus status, BlobId id)) in files)
            {
                writer.Write(name);
                writer.Write(status.Length);
                writer.Write(status.Ticks);
                id.CopyTo(hash);
                writer.Write(hash);
            }
        }

        content.Position = 0;
        StateDocument? old = await state.GetAsync(Key, cancellationToken).ConfigureAwait(false);
        BlobId saved = await state.Blobs.PutAsync(content, cancellationToken).ConfigureAwait(false);
        byte[] reference = Encoding.ASCII.GetBytes(saved.ToString());
        if (old is not null && old.Content.Span.SequenceEqual(reference))
            return;
        await state.CommitAsync(new StateTransaction().Put(Key, reference), cancellationToken).ConfigureAwait(false);
        if (old is not null && BlobId.TryParse(Encoding.ASCII.GetString(old.Content.Span), out BlobId replaced))
            await state.Blobs.DeleteAsync(replaced, cancellationToken).ConfigureAwait(false);
    }
}
