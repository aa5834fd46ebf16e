using System.Runtime.CompilerServices;
using Varai.Configuration;
using Varai.Promotion.Merging;
using Varai.Promotion.Store;

namespace Varai.Promotion;

/// <summary>The snapshots that records name.</summary>
internal sealed class PromotionSnapshots(PromotionStore store, SnapshotStore snapshots, PromotionEngine engine) : IPromotionSnapshots
{
    public async IAsyncEnumerable<PromotionSnapshot> ListAsync(
        string environment, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(environment);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (RecordDocument document in await store.ListRecordsAsync(environment.ToLowerInvariant(), cancellationToken).ConfigureAwait(false))
        {
            PromotionRecord record = document.Record;
            if (record.SnapshotAfter is { } after)
                yield return await snapshots.ReadAsync(after, cancellationToken).ConfigureAwait(false) with { RecordId = record.Id };
            if (record.SnapshotBefore is { } before)
                yield return await snapshots.ReadAsync(before, cancellationToken).ConfigureAwait(false) with { RecordId = record.Id, IsBefore = true };
        }
    }

    public async Task<IReadOnlyList<ConfigurationDifference>> CompareAsync(string from, string to, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(from);
        ArgumentException.ThrowIfNullOrWhiteSpace(to);
        cancellationToken.ThrowIfCancellationRequested();
        PromotionSnapshot earlier = await snapshots.ReadAsync(from, cancellationToken).ConfigureAwait(false);
        PromotionSnapshot later = await snapshots.ReadAsync(to, cancellationToken).ConfigureAwait(false);
        var found = new List<ConfigurationDifference>();
        foreach (string name in earlier.Components.Keys.Union(later.Components.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase))
        {
            ConfigurationNode? before = await snapshots.ReadComponentAsync(earlier, name, cancellationToken).ConfigureAwait(false);
            ConfigurationNode? after = await snapshots.ReadComponentAsync(later, name, cancellationToken).ConfigureAwait(false);
            found.AddRange(ThreeWayMerge.Merge(name, before, after, before).Changes
                .Select(c => new ConfigurationDifference(c.Key, c.Kind, c.Before, c.After)));
        }

        return found;
    }

    public Task<PromotionRecord> RestoreAsync(PromotionRestore restore, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(restore);
        cancellationToken.ThrowIfCancellationRequested();
        return engine.RestoreAsync(restore, cancellationToken);
    }

    public async Task<PromotionVerification> VerifySnapshotsAsync(string environment, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(environment);
        cancellationToken.ThrowIfCancellationRequested();
        var findings = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long count = 0;
        foreach (RecordDocument document in await store.ListRecordsAsync(environment.ToLowerInvariant(), cancellationToken).ConfigureAwait(false))
        {
            PromotionRecord record = document.Record;
            int before = findings.Count;
            foreach (string id in new[] { record.SnapshotBefore, record.SnapshotAfter }.OfType<string>().Where(seen.Add))
            {
                count++;
                await VerifyAsync(id, record.Id, seen, findings, cancellationToken).ConfigureAwait(false);
            }

            // Its record may have grown too old in this moment, and its snapshots gone with it.
            bool isMissing = findings.Count > before
                && (await store.GetRecordAsync(document.Record.Plan.Target, record.Id, cancellationToken).ConfigureAwait(false)).Value is null;
            if (isMissing)
                findings.RemoveRange(before, findings.Count - before);
        }

        return new PromotionVerification(count, findings);
    }

    private async Task VerifyAsync(string id, string recordId, HashSet<string> seen, List<string> findings, CancellationToken cancellationToken)
    {
        PromotionSnapshot snapshot;
        try
        {
            snapshot = await snapshots.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (VaraiException e)
        {
            findings.Add($"promotion {recordId}: {e.Message}");
            return;
        }

        foreach ((string name, string blob) in snapshot.Components.Where(c => seen.Add(c.Value)))
        {
            try
            {
                await snapshots.ReadComponentAsync(blob, cancellationToken).ConfigureAwait(false);
            }
            catch (VaraiException e)
            {
                findings.Add($"promotion {recordId}, component {name}: {e.Message}");
            }
        }
    }
}
