using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Varai.State;

namespace Varai.Monitoring.Delivery;

/// <summary>The outbox in the state store: a document for each channel, group and reason that something waits for, and one with the ids that were
/// taken for it. Both change in one commit. Environments that share a store have an outbox each.</summary>
/// <param name="state">The store.</param>
/// <param name="environment">The environment's name; asked for when it is needed, since finding it may take more than may be done at start.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The logger.</param>
internal sealed class OutboxStore(IStateStore state, Func<string> environment, TimeProvider time, ILogger logger)
{
    /// <summary>How many ids are remembered for a channel and group.</summary>
    public const int RememberedIds = 32;

    /// <summary>How long they are remembered after the last was taken.</summary>
    public static readonly TimeSpan RememberedFor = TimeSpan.FromDays(7);

    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);
    private readonly Lazy<string> _prefix = new(() => $"alerts/{environment()}/outbox/", LazyThreadSafetyMode.PublicationOnly);
    private long _lastOrder;

    private string WaitingPrefix => _prefix.Value + "waiting/";

    private string TakenPrefix => _prefix.Value + "taken/";

    /// <summary>Keeps a notification in the place of the one that waits for the same reason: an escalation replaces no end of an alert.</summary>
    /// <returns>Null when its id was taken before.</returns>
    public async Task<StoredEntry?> PutAsync(string channel, AlertNotification notification, CancellationToken cancellationToken)
    {
        string group = NameOf(channel, notification.GroupKey);
        string name = $"{group}/{(int)notification.Reason}";
        string key = WaitingPrefix + name;
        string takenKey = TakenPrefix + name;
        while (true)
        {
            StateDocument? takenDocument = await state.GetAsync(takenKey, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<string> ids = (takenDocument is null ? null : TryRead(takenDocument, OutboxJson.Default.OutboxTaken))?.Ids ?? [];
            if (ids.Contains(notification.Id, StringComparer.Ordinal))
                return null;
            StateDocument? document = await state.GetAsync(key, cancellationToken).ConfigureAwait(false);
            OutboxEntry? waiting = document is null ? null : TryRead(document, OutboxJson.Default.OutboxEntry);
            var entry = new OutboxEntry
            {
                Channel = channel,
                Notification = notification,
                Since = waiting?.Since ?? time.GetUtcNow(),
                Order = waiting is null || await HasLaterAsync(group, waiting.Order, cancellationToken).ConfigureAwait(false) ? NextOrder() : waiting.Order,
                NotBefore = waiting?.NotBefore,
            };
            var taken = new OutboxTaken([.. ids.Skip(Math.Max(0, ids.Count + 1 - RememberedIds)), notification.Id]);
            try
            {
                StateCommit commit = await state.CommitAsync(
                    new StateTransaction().Put(key, Write(entry, OutboxJson.Default.OutboxEntry), document?.Version ?? 0)
                        .Put(takenKey, Write(taken, OutboxJson.Default.OutboxTaken), takenDocument?.Version ?? 0),
                    cancellationToken).ConfigureAwait(false);
                return Stored(key, entry, commit);
            }
            catch (StateConflictException)
            {
                // Another attempt has ended, or another notification of the group came.
            }
        }
    }

    /// <summary>Writes down how an attempt went.</summary>
    /// <returns>Null when a newer notification has taken its place.</returns>
    public async Task<StoredEntry?> UpdateAsync(StoredEntry stored, OutboxEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            StateCommit commit = await state.CommitAsync(
                new StateTransaction().Put(stored.Key, Write(entry, OutboxJson.Default.OutboxEntry), stored.Version), cancellationToken).ConfigureAwait(false);
            return Stored(stored.Key, entry, commit);
        }
        catch (StateConflictException)
        {
            return null;
        }
    }

    /// <summary>Removes a notification that has ended, unless a newer one has taken its place.</summary>
    public async Task RemoveAsync(StoredEntry stored, CancellationToken cancellationToken)
    {
        long version = stored.Version;
        while (true)
        {
            try
            {
                await state.CommitAsync(new StateTransaction().Delete(stored.Key, version), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StateConflictException)
            {
                StateDocument? document = await state.GetAsync(stored.Key, cancellationToken).ConfigureAwait(false);
                if (document is null || TryRead(document, OutboxJson.Default.OutboxEntry)?.Notification.Id != stored.Entry.Notification.Id)
                    return;
                version = document.Version;
            }
        }
    }

    /// <summary>What a document says; null when it can't be read.</summary>
    public StoredEntry? TryRead(StateDocument document) => TryRead(document, OutboxJson.Default.OutboxEntry) is { } entry
        ? new StoredEntry(document.Key, entry, document.Version, document.Revision)
        : null;

    /// <summary>What waits.</summary>
    /// <param name="isKnown">Whether a document's key and version are known; such a one is not read again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<OutboxListing> ListAsync(Func<string, long, bool> isKnown, CancellationToken cancellationToken)
    {
        long revision = await state.GetRevisionAsync(cancellationToken).ConfigureAwait(false);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var entries = new List<StoredEntry>();
        await foreach (StateDocument document in state.ListAsync(WaitingPrefix, cancellationToken).ConfigureAwait(false))
        {
            keys.Add(document.Key);
            if (!isKnown(document.Key, document.Version) && TryRead(document) is { } entry)
                entries.Add(entry);
        }

        return new OutboxListing(keys, entries, revision);
    }

    /// <summary>Forgets ids that nobody will send again.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset before = time.GetUtcNow() - RememberedFor;
        var old = new List<StateDocument>();
        await foreach (StateDocument document in state.ListAsync(TakenPrefix, cancellationToken).ConfigureAwait(false))
        {
            if (document.Modified < before)
                old.Add(document);
        }

        foreach (StateDocument document in old)
        {
            try
            {
                await state.CommitAsync(new StateTransaction().Delete(document.Key, document.Version), cancellationToken).ConfigureAwait(false);
            }
            catch (StateConflictException)
            {
                // It is in use again.
            }
        }
    }

    /// <summary>Whether something else of a group waits that came later: what comes now must not overtake it, or an alert that is over would seem to begin.</summary>
    private async Task<bool> HasLaterAsync(string group, long order, CancellationToken cancellationToken)
    {
        await foreach (StateDocument document in state.ListAsync($"{WaitingPrefix}{group}/", cancellationToken).ConfigureAwait(false))
        {
            if (TryRead(document, OutboxJson.Default.OutboxEntry)?.Order > order)
                return true;
        }

        return false;
    }

    // Names of channels and keys of groups may be long and of any characters; hexadecimal digits are always a key.
    private static string NameOf(string channel, string groupKey) => string.Concat(Hash(channel).AsSpan(0, 16), "/", Hash(groupKey));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static byte[] Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    private static StoredEntry Stored(string key, OutboxEntry entry, StateCommit commit) =>
        new(key, entry, commit.Changes.First(c => c.Name == key).Version, commit.Revision);

    private T? TryRead<T>(StateDocument document, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (JsonSerializer.Deserialize(document.Content.Span, type) is { } value and not OutboxEntry { Notification.Alerts.Count: 0 })
                return value;
        }
        catch (JsonException)
        {
            // What can't be read is said below; what waits beside it goes on.
        }

        bool isNew;
        lock (_unreadable)
            isNew = _unreadable.Add(document.Key);
        if (isNew)
            logger.OutboxUnreadable(document.Key);
        return null;
    }

    // Later ones have greater numbers, after a restart too, unless the clock was set back.
    private long NextOrder()
    {
        while (true)
        {
            long last = Volatile.Read(ref _lastOrder);
            long next = Math.Max(last + 1, time.GetUtcNow().UtcTicks);
            if (Interlocked.CompareExchange(ref _lastOrder, next, last) == last)
                return next;
        }
    }
}
