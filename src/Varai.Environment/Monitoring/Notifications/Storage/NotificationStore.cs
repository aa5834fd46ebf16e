using System.Runtime.CompilerServices;
using System.Text.Json;
using Varai.Monitoring.Notifications.Dispatching;
using Varai.State;

namespace Varai.Monitoring.Notifications.Storage;

/// <summary>Keeps the state of notifications: what the node that sends has decided, and the inbox by which any node tells it of something.</summary>
internal sealed class NotificationStore(IStateStore store, string environmentName)
{
    public string EnvironmentName => environmentName;

    public string LeaseName => $"alerts/{EnvironmentName}/dispatch";

    public ILeaseStore Leases => store.Leases;

    private string Prefix => $"alerts/{EnvironmentName}/dispatch/";

    private string StatePrefix => $"{Prefix}state/";

    private string InboxPrefix => $"{Prefix}inbox/";

    private string AuditStream => $"alerts/{EnvironmentName}/audit";

    /// <summary>Everything as of one moment, with the inbox in the order in which it was written.</summary>
    public async Task<(DispatchState State, IReadOnlyList<InboxDocument> Inbox)> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var state = new DispatchState();
        var inbox = new List<InboxDocument>();
        await foreach (StateDocument document in store.ListAsync(Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (document.Key.StartsWith(StatePrefix, StringComparison.Ordinal))
                StateDocuments.Read(state, document.Key[StatePrefix.Length..], document);
            else if (document.Key.StartsWith(InboxPrefix, StringComparison.Ordinal))
                inbox.Add(Read(document));
        }

        return (state, Sort(inbox));
    }

    public async Task<IReadOnlyList<InboxDocument>> ReadInboxAsync(CancellationToken cancellationToken)
    {
        var inbox = new List<InboxDocument>();
        await foreach (StateDocument document in store.ListAsync(InboxPrefix, cancellationToken).ConfigureAwait(false))
            inbox.Add(Read(document));
        return Sort(inbox);
    }

    /// <summary>Adds to the inbox, and to the audit, in one commit.</summary>
    public async Task AddAsync(IReadOnlyList<byte[]> entries, IReadOnlyList<AuditRecord> audit, string id, CancellationToken cancellationToken)
    {
        var transaction = new StateTransaction();
        for (int i = 0; i < entries.Count; i++)
            transaction.Put(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{InboxPrefix}{id}-{i:d6}"), entries[i], expectedVersion: 0);
        foreach (AuditRecord record in audit)
            transaction.Append(AuditStream, JsonSerializer.SerializeToUtf8Bytes(record, NotificationJson.Default.AuditRecord));
        await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what has changed of the state and drops what of the inbox it has taken in, in one commit, while the lease is held.</summary>
    /// <exception cref="LeaseLostException">The lease is not held any more.</exception>
    public async Task SaveAsync(DispatchState state, IEnumerable<InboxDocument> taken, Lease lease, CancellationToken cancellationToken)
    {
        StateTransaction transaction = new StateTransaction().Require(lease);
        foreach ((StateKind kind, string key) in state.Changed)
        {
            string name = StatePrefix + StateDocuments.NameOf(kind, key);
            if (StateDocuments.Write(state, kind, key) is { } content)
                transaction.Put(name, content);
            else
                transaction.Delete(name);
        }

        foreach (InboxDocument document in taken)
            transaction.Delete(document.Key);
        await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
        state.Changed.Clear();
    }

    /// <summary>The audit, the latest first.</summary>
    public async IAsyncEnumerable<AuditRecord> ReadAuditAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int page = 200;
        long before = long.MaxValue;
        while (true)
        {
            // A page at a time: the caller may take its time, and a reading holds resources of the store.
            var read = new List<(long Sequence, AuditRecord Record)>();
            var query = new StreamQuery(AuditStream) { Backwards = true, Before = before, Limit = page };
            await foreach (StreamEntry entry in store.ReadStreamAsync(query, cancellationToken).ConfigureAwait(false))
            {
                AuditRecord record = JsonSerializer.Deserialize(entry.Content.Span, NotificationJson.Default.AuditRecord)
                    ?? throw new VaraiException($"The entry {entry.Sequence} of the stream '{entry.Stream}' can't be read.");
                read.Add((entry.Sequence, record));
            }

            foreach ((long sequence, AuditRecord record) in read)
            {
                before = sequence;
                yield return record;
            }

            if (read.Count < page)
                yield break;
        }
    }

    /// <summary>Follows the inbox: comes by whenever something may have been added.</summary>
    public async IAsyncEnumerable<bool> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long revision = await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false);
        yield return true;
        string prefix = InboxPrefix;
        await foreach (StateChange change in store.WatchAsync(revision, cancellationToken).ConfigureAwait(false))
        {
            if (change.Kind == StateChangeKind.Reset || (change.Kind == StateChangeKind.Put && change.Name.StartsWith(prefix, StringComparison.Ordinal)))
                yield return true;
        }
    }

    private static List<InboxDocument> Sort(List<InboxDocument> inbox) =>
        [.. inbox.OrderBy(d => d.Revision).ThenBy(d => d.Key, StringComparer.Ordinal)];

    private static InboxDocument Read(StateDocument document)
    {
        try
        {
            return new InboxDocument(document.Key, document.Revision, JsonSerializer.Deserialize(document.Content.Span, NotificationJson.Default.InboxEntry));
        }
        catch (JsonException)
        {
            // What nobody can read must not hold up what comes after it; the node that sends says so and drops it.
            return new InboxDocument(document.Key, document.Revision, Entry: null);
        }
    }
}
