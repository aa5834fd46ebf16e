using Varai.State;

namespace Varai.Tests.State;

/// <summary>The obvious implementation that the stores are compared with: no durability, no concurrency, no limits.</summary>
internal sealed class StateModel
{
    private readonly SortedDictionary<string, (string? Content, long Version, long Revision, DateTimeOffset Modified)> _documents = new(StateKey.Comparer);
    private readonly Dictionary<string, (string Holder, long Token, DateTimeOffset ExpiresAt)> _leases = new(StringComparer.Ordinal);

    public long Revision { get; private set; }

    public Dictionary<string, List<string>> Streams { get; } = new(StringComparer.Ordinal);

    public HashSet<int> Blobs { get; } = [];

    public List<StateChange> Changes { get; } = [];

    public IEnumerable<(string Key, string Content, long Version, long Revision, DateTimeOffset Modified)> Documents =>
        _documents.Where(pair => pair.Value.Content is not null)
            .Select(pair => (pair.Key, pair.Value.Content!, pair.Value.Version, pair.Value.Revision, pair.Value.Modified));

    public long GetVersion(string key) => _documents.TryGetValue(key, out var document) && document.Content is not null ? document.Version : 0;

    /// <summary>What the commit must do: the name of the error, or null and the changes.</summary>
    public string? Commit(IReadOnlyList<(StateOperationKind Kind, string Name, string Content, long? Expected)> operations, IEnumerable<Lease> leases, DateTimeOffset now)
    {
        if (leases.Any(lease => GetLease(lease.Name, now)?.Token != lease.Token))
            return nameof(LeaseLostException);
        var lengths = Streams.ToDictionary(pair => pair.Key, pair => (long)pair.Value.Count, StringComparer.Ordinal);
        foreach (var (kind, name, _, expected) in operations)
        {
            long actual = kind == StateOperationKind.Append ? lengths.GetValueOrDefault(name) : GetVersion(name);
            if (expected is { } version && version != actual)
                return $"{nameof(StateConflictException)} {name} {version} {actual}";
            if (kind == StateOperationKind.Append)
                lengths[name] = actual + 1;
        }

        var changes = new List<StateChange>();
        foreach (var (kind, name, content, _) in operations)
        {
            long next = (_documents.TryGetValue(name, out var old) ? old.Version : 0) + 1;
            if (kind == StateOperationKind.Put)
            {
                _documents[name] = (content, next, Revision + 1, now);
                changes.Add(new StateChange(Revision + 1, StateChangeKind.Put, name, next, false));
            }
            else if (kind == StateOperationKind.Delete && old.Content is not null)
            {
                _documents[name] = old with { Content = null };
                changes.Add(new StateChange(Revision + 1, StateChangeKind.Delete, name, old.Version, false));
            }
            else if (kind == StateOperationKind.Append)
            {
                if (!Streams.TryGetValue(name, out List<string>? entries))
                    Streams[name] = entries = [];
                entries.Add(content);
                changes.Add(new StateChange(Revision + 1, StateChangeKind.Append, name, entries.Count, false));
            }
        }

        if (changes.Count > 0)
        {
            changes[^1] = changes[^1] with { EndsCommit = true };
            Changes.AddRange(changes);
            Revision++;
        }

        return null;
    }

    public Lease? GetLease(string name, DateTimeOffset now) =>
        _leases.TryGetValue(name, out var lease) && lease.ExpiresAt > now ? new Lease(name, lease.Holder, lease.Token, lease.ExpiresAt) : null;

    public Lease? Acquire(string name, string holder, TimeSpan duration, DateTimeOffset now)
    {
        if (GetLease(name, now) is not null)
            return null;
        _leases[name] = (holder, (_leases.TryGetValue(name, out var last) ? last.Token : 0) + 1, now + duration);
        return GetLease(name, now);
    }

    public Lease? Renew(Lease lease, TimeSpan duration, DateTimeOffset now)
    {
        if (GetLease(lease.Name, now) is not { } current || current.Token != lease.Token)
            return null;
        _leases[lease.Name] = (current.Holder, current.Token, now + duration);
        return GetLease(lease.Name, now);
    }

    public void Release(Lease lease)
    {
        if (_leases.TryGetValue(lease.Name, out var current) && current.Token == lease.Token)
            _leases[lease.Name] = current with { ExpiresAt = DateTimeOffset.MinValue };
    }
}
