using System.Runtime.CompilerServices;
using System.Text.Json;
using Varai.Configuration.Documents;
using Varai.Configuration.Layers;
using Varai.State;

namespace Varai.Configuration.History;

/// <summary>The recorded versions of the environments, on the state store: per environment one append-only stream of hashed
/// entries and a head document that every new version replaces by compare-and-swap.</summary>
internal sealed class ConfigurationHistory(IStateStore store, ConfigurationEngine engine, TimeProvider time)
{
    // Writers of other processes make a compare-and-swap fail; each round one of them gets ahead.
    private const int MaximumRounds = 100;

    // Page by page, so that no view of the store stays open while the caller works.
    private const int PageSize = 64;

    // What was within the limits when it was recorded is read back whatever they are now.
    private static readonly DocumentLimits Unlimited = new(int.MaxValue, 1000, int.MaxValue);

    private const string Prefix = "configuration/";
    private const string PendingSuffix = "/pending";

    public static string StreamOf(string environmentName) => $"{Prefix}{environmentName}";

    public static string HeadKeyOf(string environmentName) => $"{Prefix}{environmentName}/head";

    public static string PendingKeyOf(string environmentName) => $"{Prefix}{environmentName}{PendingSuffix}";

    /// <summary>Records the values of a reading as a new version, unless they are recorded already.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="after">The newest version known before the files were read: other processes that follow the same files may
    /// have recorded this reading, and later ones, since. <see langword="null"/> when that is not known.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The version that holds the values, or a newer one where the files have gone on.</returns>
    public async Task<HashedEntry> RecordAsync(Reading reading, long? after, CancellationToken cancellationToken)
    {
        string name = reading.Loaded.EnvironmentName;
        string contentHash = reading.Loaded.ContentHash;
        long? refusedHead = null;
        for (int round = 0; round < MaximumRounds; round++)
        {
            StateDocument? headDocument = await store.GetAsync(HeadKeyOf(name), cancellationToken).ConfigureAwait(false);
            if (refusedHead is not null && refusedHead == (headDocument?.Version ?? 0))
            {
                throw new StateException(
                    $"The head of the history of '{name}' does not fit its last version; it was changed by hand. VerifyHistoryAsync tells what does "
                    + "not fit; restore the state store from a backup.");
            }

            HistoryHead? head = headDocument is null ? null : ReadHead(headDocument);
            HashedEntry? last = head is null ? null : await ReadAsync(name, head.Number, cancellationToken).ConfigureAwait(false);
            if (last is not null && await FindRecordedAsync(reading, contentHash, last, after, cancellationToken).ConfigureAwait(false) is { } recorded)
                return recorded;

            StateDocument? pendingDocument = await store.GetAsync(PendingKeyOf(name), cancellationToken).ConfigureAwait(false);
            PendingChange? pending = pendingDocument is null ? null : ReadPending(pendingDocument);
            if (pending is not null && pending.ContentHash != contentHash)
                pending = null;
            VersionEntry entry = await PrepareAsync(reading, contentHash, last, pending, cancellationToken).ConfigureAwait(false);
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
            catch (StateConflictException e) when (round < MaximumRounds - 1)
            {
                // Another process recorded first: look at what it recorded. It moves the head with every entry.
                refusedHead = e.Key == StreamOf(name) ? headDocument?.Version ?? 0 : null;
            }
        }

        throw new StateException($"The history of '{name}' changed {MaximumRounds} times while a version was recorded.") { IsTransient = true };
    }

    /// <summary>Adds versions of an environment to a transaction that its caller commits: each reading that has other values than
    /// the version before it.</summary>
    /// <param name="transaction">Takes the versions, which are refused at its commit when somebody records one before.</param>
    /// <param name="name">The environment.</param>
    /// <param name="readings">The readings, oldest first, each with who made it so.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The version that holds the values of the last reading.</returns>
    public async Task<HashedEntry> AppendAsync(
        StateTransaction transaction,
        string name,
        IReadOnlyList<(Reading Reading, PendingChange? Change)> readings,
        CancellationToken cancellationToken)
    {
        StateDocument? headDocument = await store.GetAsync(HeadKeyOf(name), cancellationToken).ConfigureAwait(false);
        HistoryHead? head = headDocument is null ? null : ReadHead(headDocument);
        HashedEntry? last = head is null ? null : await ReadAsync(name, head.Number, cancellationToken).ConfigureAwait(false);
        bool isNew = false;
        foreach ((Reading reading, PendingChange? change) in readings)
        {
            string contentHash = reading.Loaded.ContentHash;
            if (last?.Entry.ContentHash == contentHash)
                continue;
            VersionEntry entry = await PrepareAsync(reading, contentHash, last, change, cancellationToken).ConfigureAwait(false);
            (byte[] content, string hash) = HashedEntry.Write(entry);
            transaction.Append(StreamOf(name), content, expectedSequence: entry.Number - 1);
            last = new HashedEntry(entry, hash);
            isNew = true;
        }

        if (isNew)
        {
            var newest = new HistoryHead(last!.Entry.Number, last.Hash, last.Entry.ContentHash);
            transaction.Put(
                HeadKeyOf(name), JsonSerializer.SerializeToUtf8Bytes(newest, HistoryJson.Default.HistoryHead), headDocument?.Version ?? 0);
        }

        return last!;
    }

    public async IAsyncEnumerable<HashedEntry> ReadBackwardsAsync(
        string environmentName, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
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

    /// <summary>The entries as they are, oldest first, trusted or not.</summary>
    public async IAsyncEnumerable<StreamEntry> ReadRawAsync(
        string environmentName, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long after = 0;
        while (true)
        {
            var page = new List<StreamEntry>(PageSize);
            var query = new StreamQuery(StreamOf(environmentName)) { After = after, Limit = PageSize };
            await foreach (StreamEntry entry in store.ReadStreamAsync(query, cancellationToken).ConfigureAwait(false))
                page.Add(entry);
            foreach (StreamEntry entry in page)
                yield return entry;
            if (page.Count < PageSize)
                yield break;
            after = page[^1].Sequence;
        }
    }

    /// <summary>One version.</summary>
    /// <exception cref="ConfigurationException">There is no such version.</exception>
    public async Task<HashedEntry> ReadAsync(string environmentName, long number, CancellationToken cancellationToken)
    {
        var query = new StreamQuery(StreamOf(environmentName)) { After = number - 1, Before = number + 1 };
        await foreach (StreamEntry entry in store.ReadStreamAsync(query, cancellationToken).ConfigureAwait(false))
            return Trusted(entry, environmentName);
        HistoryHead? head = await ReadHeadAsync(environmentName, cancellationToken).ConfigureAwait(false);
        string known = head is null ? "none is recorded" : $"the newest is {head.Number}";
        throw new ConfigurationException($"There is no version {number} of '{environmentName}'; {known}.", []);
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
        Operation = hashed.Entry.Operation,
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
            ConfigurationNode value = await ReadComponentAsync(entry, name, blob, cancellationToken).ConfigureAwait(false);
            members.Add(new ConfigurationMember(name, value));
        }

        return ConfigurationNode.Object([.. members]);
    }

    public async Task<ConfigurationNode> ReadComponentAsync(VersionEntry entry, string name, string blob, CancellationToken cancellationToken)
    {
        byte[] content = await ReadBlobAsync(blob, cancellationToken).ConfigureAwait(false);
        return Parse(content, $"{entry.Environment}@{entry.Number}:{name}");
    }

    public async Task<byte[]> ReadBlobAsync(string blob, CancellationToken cancellationToken)
    {
        BlobId id = BlobId.Parse(blob);
        return await store.Blobs.ReadAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new StateException($"The state store has lost the blob {blob} of a configuration version.");
    }

    /// <summary>Stores contents in one write.</summary>
    /// <returns>Their ids.</returns>
    public async Task<string[]> WriteBlobsAsync(IReadOnlyList<ReadOnlyMemory<byte>> contents, CancellationToken cancellationToken) =>
        contents.Count == 0 ? [] : [.. (await store.Blobs.PutAllAsync(contents, cancellationToken).ConfigureAwait(false)).Select(b => b.ToString())];

    /// <summary>Notes what is about to be written, for every environment it changes, all or none.</summary>
    /// <exception cref="LeaseLostException">The lease is not held any more; nothing is noted.</exception>
    public async Task WritePendingAsync(
        IEnumerable<KeyValuePair<string, PendingChange>> pending, Lease? lease, CancellationToken cancellationToken)
    {
        var transaction = new StateTransaction();
        if (lease is not null)
            transaction.Require(lease);
        foreach ((string environmentName, PendingChange change) in pending)
            transaction.Put(PendingKeyOf(environmentName), JsonSerializer.SerializeToUtf8Bytes(change, HistoryJson.Default.PendingChange));
        await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
    }

    public async Task ClearPendingAsync(IEnumerable<string> environmentNames, CancellationToken cancellationToken)
    {
        var transaction = new StateTransaction();
        foreach (string name in environmentNames)
        {
            // A version that was recorded from it has taken it away already, and an empty commit would cost a write.
            if (await store.GetAsync(PendingKeyOf(name), cancellationToken).ConfigureAwait(false) is not null)
                transaction.Delete(PendingKeyOf(name));
        }

        if (transaction.Operations.Count > 0)
            await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The environments that have a change which was begun and not ended.</summary>
    public async Task<IReadOnlyList<string>> ListPendingAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (StateDocument document in store.ListAsync(Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (document.Key.EndsWith(PendingSuffix, StringComparison.Ordinal))
                names.Add(document.Key[Prefix.Length..^PendingSuffix.Length]);
        }

        return names;
    }

    public async Task<PendingChange?> ReadPendingAsync(string environmentName, CancellationToken cancellationToken) =>
        await store.GetAsync(PendingKeyOf(environmentName), cancellationToken).ConfigureAwait(false) is { } document
            ? ReadPending(document)
            : null;

    /// <summary>The number of the newest version; 0 when none is recorded.</summary>
    public async Task<long> NewestAsync(string environmentName, CancellationToken cancellationToken) =>
        (await ReadHeadAsync(environmentName, cancellationToken).ConfigureAwait(false))?.Number ?? 0;

    public async Task<HistoryHead?> ReadHeadAsync(string environmentName, CancellationToken cancellationToken) =>
        await store.GetAsync(HeadKeyOf(environmentName), cancellationToken).ConfigureAwait(false) is { } document ? ReadHead(document) : null;

    private async Task<HashedEntry?> FindRecordedAsync(
        Reading reading, string contentHash, HashedEntry last, long? after, CancellationToken cancellationToken)
    {
        if (last.Entry.ContentHash == contentHash)
            return last;
        if (last.Entry.Number == after)
            return null;
        if (after is { } known)
        {
            await foreach (HashedEntry entry in ReadBackwardsAsync(last.Entry.Environment, cancellationToken).ConfigureAwait(false))
            {
                if (entry.Entry.Number <= known)
                    break;
                if (entry.Entry.ContentHash == contentHash)
                    return entry;
            }
        }

        // Somebody else has recorded since, and the files have gone on: the reading is older than the newest version.
        LoadedConfiguration now = engine.LoadCandidate(reading.Loaded.EnvironmentName);
        return now.Errors.Count == 0 && now.ContentHash != contentHash ? last : null;
    }

    private async Task<VersionEntry> PrepareAsync(
        Reading reading, string contentHash, HashedEntry? last, PendingChange? pending, CancellationToken cancellationToken)
    {
        LoadedConfiguration loaded = reading.Loaded;
        var files = new List<VersionFile>(loaded.Layers.Count);

        // What the version before has already costs no write.
        HashSet<string> stored = [.. last?.Entry.Files.Select(f => f.Blob) ?? [], .. last?.Entry.Components.Values ?? []];
        var blobs = new List<ReadOnlyMemory<byte>>();
        foreach ((LayerFile layer, SavedFile saved) in loaded.Layers.Zip(reading.Files))
            files.Add(new VersionFile(layer.Layer, Path.GetFileName(layer.FullPath), Add(layer.File.Content), saved.HasMark ? true : null));
        var components = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (ConfigurationMember member in loaded.Root.Members)
            components[member.Name] = Add(CanonicalJson.Write(member.Value));

        string? changes = null;
        if (last is not null)
        {
            ConfigurationNode before = await ReadBeforeAsync(last.Entry, loaded.Root, components, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<ConfigurationDifference> differences = DocumentDiff.Compare(before, loaded.Root);
            changes = Add(JsonSerializer.SerializeToUtf8Bytes(differences, HistoryJson.Default.IReadOnlyListConfigurationDifference));
        }

        await WriteBlobsAsync(blobs, cancellationToken).ConfigureAwait(false);
        return new VersionEntry
        {
            Environment = loaded.EnvironmentName,
            Number = (last?.Entry.Number ?? 0) + 1,
            ContentHash = contentHash,
            ParentHash = last?.Hash,
            Author = pending?.Author ?? engine.Options.FileAuthor,
            Time = pending?.Time ?? SavedAt(files, reading, last),
            Reason = pending?.Reason ?? ReasonOf(files, last),
            Source = pending?.Source ?? ConfigurationChangeSource.File,
            Operation = pending?.Operation,
            Files = files,
            Components = components,
            Changes = changes,
        };

        string Add(ReadOnlyMemory<byte> content)
        {
            string blob = BlobId.FromContent(content.Span).ToString();
            if (stored.Add(blob))
                blobs.Add(content);
            return blob;
        }
    }

    // A component with the same blob has the same values, so it needs no reading.
    private async Task<ConfigurationNode> ReadBeforeAsync(
        VersionEntry before, ConfigurationNode after, SortedDictionary<string, string> components, CancellationToken cancellationToken)
    {
        var members = new List<ConfigurationMember>(before.Components.Count);
        foreach ((string name, string blob) in before.Components)
        {
            ConfigurationNode value = components.GetValueOrDefault(name) == blob
                ? after.Find(name)!
                : await ReadComponentAsync(before, name, blob, cancellationToken).ConfigureAwait(false);
            members.Add(new ConfigurationMember(name, value));
        }

        return ConfigurationNode.Object([.. members]);
    }

    // Nothing newer: a file was removed, or its time is not known.
    private DateTimeOffset SavedAt(List<VersionFile> files, Reading reading, HashedEntry? last) =>
        files.Zip(reading.Files)
            .Where(f => last is null || !last.Entry.Files.Any(l => l.Name == f.First.Name && l.Blob == f.First.Blob))
            .Max(f => f.Second.Time) ?? time.GetUtcNow();

    private static string ReasonOf(List<VersionFile> files, HashedEntry? last)
    {
        if (last is null)
            return "first version";
        Dictionary<string, string> before = last.Entry.Files.ToDictionary(f => f.Name, f => f.Blob, StringComparer.Ordinal);
        IEnumerable<string> saved = files.Where(f => before.GetValueOrDefault(f.Name) != f.Blob).Select(f => $"saved {f.Name}");
        IEnumerable<string> removed = before.Keys.Where(n => files.TrueForAll(f => f.Name != n)).Select(n => $"removed {n}");
        string reason = string.Join(", ", saved.Concat(removed));
        return reason.Length > 0 ? reason : "the same files, merged with other options";
    }

    private static HashedEntry Trusted(StreamEntry stream, string environmentName)
    {
        HashedEntry? entry = HashedEntry.Read(stream.Content.Span, out string? problem);
        if (entry is not null && (entry.Entry.Number != stream.Sequence || entry.Entry.Environment != environmentName))
            problem ??= $"the entry is that of version {entry.Entry.Number} of '{entry.Entry.Environment}'";
        return entry is not null && problem is null
            ? entry
            : throw new StateException(
                $"Version {stream.Sequence} of '{environmentName}' was changed by hand: {problem}. VerifyHistoryAsync tells what else does not fit.");
    }

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
