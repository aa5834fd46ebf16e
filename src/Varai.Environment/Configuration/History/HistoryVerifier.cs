using Varai.Configuration.Documents;
using Varai.State;

namespace Varai.Configuration.History;

/// <summary>Recomputes every hash of an environment's history. It finds damage and edits by hand; somebody who rewrites the
/// whole chain and its head consistently can't be told from the library itself.</summary>
internal sealed class HistoryVerifier(IStateStore store, ConfigurationHistory history)
{
    public async Task<ConfigurationHistoryReport> VerifyAsync(string environmentName, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        var entries = new List<StreamEntry>();
        await foreach (StreamEntry entry in store.ReadStreamAsync(
            new StreamQuery(ConfigurationHistory.StreamOf(environmentName)), cancellationToken).ConfigureAwait(false))
        {
            entries.Add(entry);
        }

        HashedEntry? last = null;
        ConfigurationNode? lastDocument = null;
        foreach (StreamEntry stream in entries)
        {
            HashedEntry? hashed = HashedEntry.Read(stream.Content.Span, out string? problem);
            if (problem is not null)
                findings.Add($"version {stream.Sequence}: {problem}");
            if (hashed is not null)
            {
                CheckChain(environmentName, stream, hashed, last, findings);
                lastDocument = await CheckContentAsync(hashed.Entry, lastDocument, findings, cancellationToken).ConfigureAwait(false);
            }

            last = hashed;
        }

        await CheckHeadAsync(environmentName, entries.Count, last, findings, cancellationToken).ConfigureAwait(false);
        return new ConfigurationHistoryReport(environmentName, entries.Count, findings);
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
            "its values", () => history.ReadDocumentAsync(entry, cancellationToken)).ConfigureAwait(false);
        if (document is not null && CanonicalJson.Hash(document) != entry.ContentHash)
            findings.Add($"version {entry.Number}: its values do not have the hash it states");

        IReadOnlyList<ConfigurationDifference>? changes = await TryReadAsync(
            "its differences", () => history.ReadChangesAsync(entry, cancellationToken)).ConfigureAwait(false);
        if (document is not null && before is not null && changes is not null
            && !DocumentDiff.Compare(before, document).Select(Identity).Order().SequenceEqual(changes.Select(Identity).Order()))
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

    private async Task CheckHeadAsync(
        string environmentName, int count, HashedEntry? last, List<string> findings, CancellationToken cancellationToken)
    {
        try
        {
            HistoryHead? head = await history.ReadHeadAsync(environmentName, cancellationToken).ConfigureAwait(false);
            if (head is null && count > 0)
                findings.Add("the head is missing");
            else if (head is not null && (head.Number != count || (last is not null && (head.Hash != last.Hash || head.ContentHash != last.Entry.ContentHash))))
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
