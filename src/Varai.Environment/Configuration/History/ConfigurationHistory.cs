using System.Runtime.CompilerServices;
using System.Text.Json;
using Varai.Configuration.Documents;
using Varai.Configuration.Layers;
using Varai.State;

namespace Varai.Configuration.History;

/// <summary>The recorded versions of the environments, on the state store: per environment one append-only stream of hashed
/// entries and a head document that every new version replaces by compare-and-swap.</summary>
internal sealed class ConfigurationHistory(IStateStore store, EnvironmentConfigurationOptions options, TimeProvider time)
{
    // Writers of other processes make a compare-and-swap fail; each round one of them gets ahead.
    private const int MaximumRounds = 100;

    // What was within the limits when it was recorded is read back whatever they are now.
    private static readonly DocumentLimits Unlimited = new(int.MaxValue, 1000, int.MaxValue);

    public static string StreamOf(string environmentName) => $"configuration/{environmentName}";

    public static string HeadKeyOf(string environmentName) => $"configuration/{environmentName}/head";

    public static string PendingKeyOf(string environmentName) => $"configuration/{environmentName}/pending";

    /// <summary>Records the values of a reading as a new version, unless the newest version already holds them.</summary>
    public async Task<HashedEntry> RecordAsync(LoadedConfiguration loaded, CancellationToken cancellationToken)
    {
        string name = loaded.EnvironmentName;
        string contentHash = CanonicalJson.Hash(loaded.Root);
        for (int round = 0; round < MaximumRounds; round++)
        {
            StateDocument? headDocument = await store.GetAsync(HeadKeyOf(name), cancellationToken).ConfigureAwait(false);
            HistoryHead? head = headDocument is null ? null : ReadHead(headDocument);
            HashedEntry? last = head is null ? null : await ReadAsync(name, head.Number, cancellationToken).ConfigureAwait(false);
            if (last is not null && last.Entry.ContentHash == contentHash)
                return last;

            StateDocument? pendingDocument = await store.GetAsync(PendingKeyOf(name), cancellationToken).ConfigureAwait(false);
            PendingChange? pending = pendingDocument is null ? null : ReadPending(pendingDocument);
            if (pending is not null && pending.ContentHash != contentHash)
                pending = null;
            VersionEntry entry = await PrepareAsync(loaded, contentHash, last, pending, cancellationToken).ConfigureAwait(false);
            (byte[] content, string hash) = HashedEntry.Write(entry);
            StateTransaction transaction = new StateTransaction()
                .Append(StreamOf(name), content, expectedSequence: entry.Number - 1)
                .Put(
                    HeadKeyOf(name),
                    JsonSerializer.SerializeToUtf8Bytes(new HistoryHead(entry.Number, hash, contentHash), HistoryJson.Default.HistoryHead),
                    headDocument?.Version ?? 0);
            if (pending is not null)
                transaction.Delete(PendingKeyOf(name), pendingDocument!.Version);
            try
            {
                await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
                return new HashedEntry(entry, hash);
            }
            catch (StateConflictException) when (round < MaximumRounds - 1)
            {
                // Another process recorded first: look at what it recorded.
            }
        }

        throw new StateException($"The history of '{name}' changed {MaximumRounds} times while a version was recorded.") { IsTransient = true };
    }

    public async IAsyncEnumerable<HashedEntry> ReadBackwardsAsync(
        string environmentName, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Page by page, so that no view of the store stays open while the caller works.
        const int PageSize = 64;
        long before = long.MaxValue;
        while (true)
        {
            var page = new List<StreamEntry>(PageSize);
            var query = new StreamQuery(StreamOf(environmentName)) { Backwards = true, Before = before, Limit = PageSize };
            await foreach (StreamEntry entry in store.ReadStreamAsync(query, cancellationToken).ConfigureAwait(false))
                page.Add(entry);
            foreach (StreamEntry entry in page)
                yield return Trusted(entry, environmentName);
            if (page.Count < PageSize)
                yield break;
            before = page[^1].Sequence;
        }
    }

    /// <summary>One version.</summary>
    /// <exception cref="ConfigurationException">There is no such version.</exception>
    public async Task<HashedEntry> ReadAsync(string environmentName, long number, CancellationToken cancellationToken)
    {
        var query = new StreamQuery(StreamOf(environmentName)) { After = number - 1, Limit = 1 };
        await foreach (StreamEntry entry in store.ReadStreamAsync(query, cancellationToken).ConfigureAwait(false))
            return Trusted(entry, environmentName);
        throw new ConfigurationException($"There is no version {number} of '{environmentName}'.", []);
    }

    public async Task<ConfigurationVersion> ToPublicAsync(HashedEntry hashed, CancellationToken cancellationToken) => new()
    {
        EnvironmentName = hashed.Entry.Environment,
        Number = hashed.Entry.Number,
        ContentHash = hashed.Entry.ContentHash,
        Hash = hashed.Hash,
        ParentHash = hashed.Entry.ParentHash,
        Author = hashed.Entry.Author,
        Time = hashed.Entry.Time,
        Reason = hashed.Entry.Reason,
        Source = hashed.Entry.Source,
        Changes = await ReadChangesAsync(hashed.Entry, cancellationToken).ConfigureAwait(false),
        Files = [.. hashed.Entry.Files.Select(f => f.Name)],
    };

    public async Task<IReadOnlyList<ConfigurationDifference>> ReadChangesAsync(VersionEntry entry, CancellationToken cancellationToken) =>
        entry.Changes is null
            ? []
            : JsonSerializer.Deserialize(
                await ReadBlobAsync(entry.Changes, cancellationToken).ConfigureAwait(false), HistoryJson.Default.IReadOnlyListConfigurationDifference) ?? [];

    /// <summary>The values of a version.</summary>
    public async Task<ConfigurationNode> ReadDocumentAsync(VersionEntry entry, CancellationToken cancellationToken)
    {
        var members = new List<ConfigurationMember>(entry.Components.Count);
        foreach ((string name, string blob) in entry.Components)
        {
            byte[] content = await ReadBlobAsync(blob, cancellationToken).ConfigureAwait(false);
            members.Add(new ConfigurationMember(name, Parse(content, $"{entry.Environment}@{entry.Number}:{name}")));
        }

        return ConfigurationNode.Object([.. members]);
    }

    public async Task<byte[]> ReadBlobAsync(string blob, CancellationToken cancellationToken)
    {
        BlobId id = BlobId.Parse(blob);
        return await store.Blobs.ReadAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new StateException($"The state store has lost the blob {blob} of a configuration version.");
    }

    public async Task<string> WriteBlobAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        (await store.Blobs.PutAsync(content, cancellationToken).ConfigureAwait(false)).ToString();

    public async Task WritePendingAsync(string environmentName, PendingChange pending, CancellationToken cancellationToken) =>
        await store.CommitAsync(
            new StateTransaction().Put(
                PendingKeyOf(environmentName), JsonSerializer.SerializeToUtf8Bytes(pending, HistoryJson.Default.PendingChange)),
            cancellationToken).ConfigureAwait(false);

    public async Task ClearPendingAsync(string environmentName, CancellationToken cancellationToken) =>
        await store.CommitAsync(new StateTransaction().Delete(PendingKeyOf(environmentName)), cancellationToken).ConfigureAwait(false);

    public async Task<PendingChange?> ReadPendingAsync(string environmentName, CancellationToken cancellationToken) =>
        await store.GetAsync(PendingKeyOf(environmentName), cancellationToken).ConfigureAwait(false) is { } document
            ? ReadPending(document)
            : null;

    public async Task<HistoryHead?> ReadHeadAsync(string environmentName, CancellationToken cancellationToken) =>
        await store.GetAsync(HeadKeyOf(environmentName), cancellationToken).ConfigureAwait(false) is { } document ? ReadHead(document) : null;

    private async Task<VersionEntry> PrepareAsync(
        LoadedConfiguration loaded, string contentHash, HashedEntry? last, PendingChange? pending, CancellationToken cancellationToken)
    {
        var files = new List<VersionFile>(loaded.Layers.Count);
        foreach (LayerFile layer in loaded.Layers)
        {
            string blob = await WriteBlobAsync(layer.File.Content, cancellationToken).ConfigureAwait(false);
            files.Add(new VersionFile(layer.Layer, Path.GetFileName(layer.FullPath), blob));
        }

        var components = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (ConfigurationMember member in loaded.Root.Members)
            components[member.Name] = await WriteBlobAsync(CanonicalJson.Write(member.Value), cancellationToken).ConfigureAwait(false);

        string? changes = null;
        if (last is not null)
        {
            ConfigurationNode before = await ReadDocumentAsync(last.Entry, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<ConfigurationDifference> differences = DocumentDiff.Compare(before, loaded.Root);
            changes = await WriteBlobAsync(
                JsonSerializer.SerializeToUtf8Bytes(differences, HistoryJson.Default.IReadOnlyListConfigurationDifference),
                cancellationToken).ConfigureAwait(false);
        }

        return new VersionEntry
        {
            Environment = loaded.EnvironmentName,
            Number = (last?.Entry.Number ?? 0) + 1,
            ContentHash = contentHash,
            ParentHash = last?.Hash,
            Author = pending?.Author ?? options.FileAuthor,
            Time = pending?.Time ?? SavedAt(loaded, last),
            Reason = pending?.Reason ?? ReasonOf(files, last),
            Source = pending?.Source ?? ConfigurationChangeSource.File,
            Files = files,
            Components = components,
            Changes = changes,
        };
    }

    private DateTimeOffset SavedAt(LoadedConfiguration loaded, HashedEntry? last)
    {
        HashSet<string> known = [.. last?.Entry.Files.Select(f => f.Name + f.Blob) ?? []];
        DateTimeOffset newest = default;
        foreach (LayerFile layer in loaded.Layers)
        {
            if (known.Contains(Path.GetFileName(layer.FullPath) + BlobId.FromContent(layer.File.Content.Span)))
                continue;
            var saved = new DateTimeOffset(File.GetLastWriteTimeUtc(layer.FullPath));
            newest = saved > newest ? saved : newest;
        }

        // Nothing newer: a file was removed, or its time was set by hand.
        return newest == default || newest.Year < 1980 ? time.GetUtcNow() : newest;
    }

    private static string ReasonOf(List<VersionFile> files, HashedEntry? last)
    {
        if (last is null)
            return "first version";
        Dictionary<string, string> before = last.Entry.Files.ToDictionary(f => f.Name, f => f.Blob, StringComparer.Ordinal);
        IEnumerable<string> saved = files.Where(f => before.GetValueOrDefault(f.Name) != f.Blob).Select(f => $"saved {f.Name}");
        IEnumerable<string> removed = before.Keys.Where(n => files.TrueForAll(f => f.Name != n)).Select(n => $"removed {n}");
        return string.Join(", ", saved.Concat(removed));
    }

    private static HashedEntry Trusted(StreamEntry stream, string environmentName) =>
        HashedEntry.Read(stream.Content.Span, out string? problem) is { } entry && problem is null
            ? entry
            : throw new StateException(
                $"Version {stream.Sequence} of '{environmentName}' was changed by hand: {problem}. VerifyHistoryAsync tells what else does not fit.");

    private static ConfigurationNode Parse(byte[] canonical, string name)
    {
        var errors = new List<ConfigurationError>();
        ConfigurationNode? node = JsonDocumentReader.Read(
            new ConfigurationFile(name, canonical), Unlimited, errors, caseSensitiveNames: true);
        return node is not null && errors.Count == 0
            ? node
            : throw new StateException($"The stored values {name} are not in canonical form; they were changed by hand.");
    }

    private static HistoryHead ReadHead(StateDocument document) =>
        Deserialize(document, HistoryJson.Default.HistoryHead);

    private static PendingChange ReadPending(StateDocument document) =>
        Deserialize(document, HistoryJson.Default.PendingChange);

    private static T Deserialize<T>(StateDocument document, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(document.Content.Span, type)
                ?? throw new StateException($"The state document '{document.Key}' is empty.");
        }
        catch (JsonException e)
        {
            throw new StateException($"The state document '{document.Key}' is not in the format of this library; it was changed by hand.", e);
        }
    }
}
