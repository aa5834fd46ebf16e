using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Varai.Configuration;
using Varai.State;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>Keeps rollouts in the state store: a document for each, and the index of those that have not ended.</summary>
internal sealed class RolloutStore(IStateStore state, IEnvironmentConfiguration configuration)
{
    public string EnvironmentName => configuration.EnvironmentName;

    /// <summary>The name of the lease.</summary>
    public string LeaseName => $"flags/{EnvironmentName}/rollouts";

    private string Prefix => $"flags/{EnvironmentName}/rollouts/";

    // Not below the prefix of the rollouts, so that a listing of them has nothing else.
    private string IndexKey => $"flags/{EnvironmentName}/rollouts-active";

    public ILeaseStore Leases => state.Leases;

    public async Task<(RolloutIndex Index, long Version)> GetIndexAsync(CancellationToken cancellationToken)
    {
        StateDocument? document = await state.GetAsync(IndexKey, cancellationToken).ConfigureAwait(false);
        return document is null
            ? (new RolloutIndex(), 0)
            : (Read(document, RolloutJson.Default.RolloutIndex, static i => i.Format), document.Version);
    }

    public async Task<(RolloutDocument Document, long Version)?> FindAsync(string id, CancellationToken cancellationToken)
    {
        StateDocument? document = await state.GetAsync(Prefix + id, cancellationToken).ConfigureAwait(false);
        return document is null ? null : (Read(document, RolloutJson.Default.RolloutDocument, static d => d.Format), document.Version);
    }

    /// <summary>A rollout by its id; else the one of a flag that has not ended; else the flag's last one.</summary>
    public async Task<(RolloutDocument Document, long Version)?> ResolveAsync(string rollout, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(rollout, "N", out _) && await FindAsync(rollout, cancellationToken).ConfigureAwait(false) is { } named)
            return named;
        (RolloutIndex index, _) = await GetIndexAsync(cancellationToken).ConfigureAwait(false);
        if (index.Active.FirstOrDefault(e => IsFlag(e.Flag, rollout)) is { } active
            && await FindAsync(active.Id, cancellationToken).ConfigureAwait(false) is { } running)
        {
            return running;
        }

        (RolloutDocument Document, long Version)? last = null;
        await foreach ((RolloutDocument Document, long Version) saved in ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (IsFlag(saved.Document.Flag, rollout))
                last = saved;
        }

        return last;
    }

    /// <summary>All rollouts, oldest first: ids begin with the time.</summary>
    public async IAsyncEnumerable<(RolloutDocument Document, long Version)> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (StateDocument document in state.ListAsync(Prefix, cancellationToken).ConfigureAwait(false))
            yield return (Read(document, RolloutJson.Default.RolloutDocument, static d => d.Format), document.Version);
    }

    /// <summary>The ended rollouts of a flag but for the newest.</summary>
    /// <param name="flag">The flag.</param>
    /// <param name="kept">How many of the newest are left out.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<IReadOnlyList<string>> FindOldAsync(string flag, int kept, CancellationToken cancellationToken)
    {
        // In the order of their ids, which is the order in which they were started.
        var ended = new List<string>();
        await foreach ((RolloutDocument document, _) in ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (document.HasEnded && IsFlag(document.Flag, flag))
                ended.Add(document.Id);
        }

        return ended.Count <= kept ? [] : ended[..^kept];
    }

    /// <summary>Adds a rollout, unless the index has changed since.</summary>
    /// <param name="document">The new one.</param>
    /// <param name="old">Ended ones that are forgotten in the same commit.</param>
    /// <param name="index">The index it is added to.</param>
    /// <param name="indexVersion">The index's version.</param>
    /// <param name="cancellationToken">Cancels the commit.</param>
    /// <exception cref="StateConflictException">The index has changed.</exception>
    public async Task AddAsync(
        RolloutDocument document, IReadOnlyList<string> old, RolloutIndex index, long indexVersion, CancellationToken cancellationToken)
    {
        RolloutIndex next = index with { Active = [.. index.Active, new RolloutIndexEntry(document.Id, document.Flag)] };
        StateTransaction transaction = new StateTransaction()
            .Put(Prefix + document.Id, Write(document), expectedVersion: 0)
            .Put(IndexKey, JsonSerializer.SerializeToUtf8Bytes(next, RolloutJson.Default.RolloutIndex), indexVersion);
        foreach (string id in old)
            transaction.Delete(Prefix + id);
        await state.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a rollout, unless it has changed since; one that has ended leaves the index in the same commit.</summary>
    /// <returns>The new version.</returns>
    /// <exception cref="StateConflictException">It has changed.</exception>
    /// <exception cref="LeaseLostException">The lease is not held any more.</exception>
    public async Task<long> SaveAsync(RolloutDocument document, long version, Lease? lease, CancellationToken cancellationToken)
    {
        StateTransaction transaction = new StateTransaction().Put(Prefix + document.Id, Write(document), version);
        if (lease is not null)
            transaction.Require(lease);
        if (document.HasEnded)
        {
            (RolloutIndex index, long indexVersion) = await GetIndexAsync(cancellationToken).ConfigureAwait(false);
            RolloutIndex next = index with { Active = [.. index.Active.Where(e => e.Id != document.Id)] };
            transaction.Put(IndexKey, JsonSerializer.SerializeToUtf8Bytes(next, RolloutJson.Default.RolloutIndex), indexVersion);
        }

        StateCommit commit = await state.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
        return commit.Changes[0].Version;
    }

    /// <summary>Follows changes of rollouts: for each, the id of the rollout, or null when any may have changed.</summary>
    public async IAsyncEnumerable<string?> WatchAsync(long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string prefix = Prefix;
        await foreach (StateChange change in state.WatchAsync(afterRevision, cancellationToken).ConfigureAwait(false))
        {
            if (change.Kind == StateChangeKind.Reset)
                yield return null;
            else if (change.Name.StartsWith(prefix, StringComparison.Ordinal))
                yield return change.Name[prefix.Length..];
        }
    }

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => state.GetRevisionAsync(cancellationToken);

    public static bool IsFlag(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static byte[] Write(RolloutDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, RolloutJson.Default.RolloutDocument);

    private static T Read<T>(StateDocument document, JsonTypeInfo<T> type, Func<T, int> format)
        where T : class
    {
        T? value;
        try
        {
            value = JsonSerializer.Deserialize(document.Content.Span, type);
        }
        catch (JsonException e)
        {
            throw new VaraiException($"The document '{document.Key}' of the state store can't be read as a rollout.", e);
        }

        if (value is null || format(value) != RolloutDocument.CurrentFormat)
        {
            throw new VaraiException(
                $"The document '{document.Key}' of the state store is written in format {(value is null ? 0 : format(value))}; this version of Varai.Environment reads {RolloutDocument.CurrentFormat}. Update this service.");
        }

        return value;
    }
}
