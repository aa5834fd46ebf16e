using Varai.Configuration.Documents;
using Varai.State;

namespace Varai.Configuration.History;

/// <summary>Recomputes every hash of an environment's history. It finds damage and edits by hand; somebody who rewrites the
/// whole chain and its head consistently can't be told from the library itself.</summary>
internal sealed class HistoryVerifier(ConfigurationHistory history)
{
    private Dictionary<(string Name, string Blob), ConfigurationNode> _components = [];

    public async Task<ConfigurationHistoryReport> VerifyAsync(string environmentName, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        long count = 0;
        long sequence = 0;
        HashedEntry? last = null;
        ConfigurationNode? lastDocument = null;
        await foreach (StreamEntry stream in history.ReadRawAsync(environmentName, cancellationToken).ConfigureAwait(false))
        {
            if (stream.Sequence != sequence + 1)
                findings.Add($"version {sequence + 1} is missing: the next entry is that of version {stream.Sequence}");
            HashedEntry? hashed = HashedEntry.Read(stream.Content.Span, out string? problem);
            if (problem is not null)
                findings.Add($"version {stream.Sequence}: {problem}");
            if (hashed is not null)
                CheckChain(environmentName, stream, hashed, last, findings);
            lastDocument = hashed is null
                ? null
                : await CheckContentAsync(hashed.Entry, lastDocument, findings, cancellationToken).ConfigureAwait(false);
            last = hashed;
            sequence = stream.Sequence;
            count++;
        }

        await CheckHeadAsync(environmentName, sequence, last, findings, cancellationToken).ConfigureAwait(false);
        return new ConfigurationHistoryReport(environmentName, count, findings);
    }

    private static void CheckChain(string environmentName, StreamEntry stream, HashedEntry hashed, HashedEntry? last, List<string> findings)
    {
        if (hashed.Entry.Number != stream.Sequence)
            findings.Add($"version {stream.Sequence}: the entry calls itself version {hashed.Entry.Number}");
        if (hashed.Entry.Environment != environmentName)
            findings.Add($"version {stream.Sequence}: the entry belongs to '{hashed.Entry.Environment}'");
        if (stream.Sequence == 1 ? hashed.Entry.ParentHash is not null : last is not null && hashed.Entry.ParentHash != last.Hash)
            findings.Add($"version {stream.Sequence}: its parent is not the version before it");
    }

    private async Task<ConfigurationNode?> CheckContentAsync(
        VersionEntry entry, ConfigurationNode? before, List<string> findings, CancellationToken cancellationToken)
    {
        foreach (VersionFile file in entry.Files)
            await TryReadAsync($"its file {file.Name}", () => history.ReadBlobAsync(file.Blob, cancellationToken)).ConfigureAwait(false);

        ConfigurationNode? document = await TryReadAsync(
            "its values", () => ReadDocumentAsync(entry, cancellationToken)).ConfigureAwait(false);
        if (document is not null && CanonicalJson.Hash(document) != entry.ContentHash)
            findings.Add($"version {entry.Number}: its values do not have the hash it states");

        IReadOnlyList<ConfigurationDifference>? changes = await TryReadAsync(
            "its differences", () => history.ReadChangesAsync(entry, cancellationToken)).ConfigureAwait(false);
        if (document is not null && before is not null && changes is not null
            && !DocumentDiff.Compare(before, document).Select(Identity).ToHashSet().SetEquals(changes.Select(Identity)))
        {
            findings.Add($"version {entry.Number}: its differences are not those between its values and the version before");
        }

        return document;

        async Task<T?> TryReadAsync<T>(string what, Func<Task<T>> read)
            where T : class
        {
            try
            {
                return await read().ConfigureAwait(false);
            }
            catch (Exception e) when (e is VaraiException or FormatException or System.Text.Json.JsonException)
            {
                findings.Add($"version {entry.Number}: {what} can't be read: {e.Message}");
                return null;
            }
        }
    }

    // Most components are those of the version before, so they are read once.
    private async Task<ConfigurationNode> ReadDocumentAsync(VersionEntry entry, CancellationToken cancellationToken)
    {
        var components = new Dictionary<(string Name, string Blob), ConfigurationNode>(entry.Components.Count);
        foreach ((string name, string blob) in entry.Components)
        {
            components[(name, blob)] = _components.TryGetValue((name, blob), out ConfigurationNode? known)
                ? known
                : await history.ReadComponentAsync(entry, name, blob, cancellationToken).ConfigureAwait(false);
        }

        _components = components;
        return ConfigurationNode.Object([.. components.Select(c => new ConfigurationMember(c.Key.Name, c.Value))]);
    }

    private async Task CheckHeadAsync(
        string environmentName, long newest, HashedEntry? last, List<string> findings, CancellationToken cancellationToken)
    {
        try
        {
            HistoryHead? head = await history.ReadHeadAsync(environmentName, cancellationToken).ConfigureAwait(false);
            if (head is null && newest > 0)
                findings.Add("the head is missing");
            else if (head is not null && (head.Number != newest || (last is not null && (head.Hash != last.Hash || head.ContentHash != last.Entry.ContentHash))))
                findings.Add($"the head names version {head.Number} with the hash {head.Hash}, which is not the last entry");
        }
        catch (StateException e)
        {
            findings.Add($"the head can't be read: {e.Message}");
        }
    }

    private static (string, ConfigurationDifferenceKind, string?, string?) Identity(ConfigurationDifference difference) =>
        (difference.Key, difference.Kind, difference.Before, difference.After);
}
