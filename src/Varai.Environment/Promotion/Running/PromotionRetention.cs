using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Promotion.Running;

/// <summary>Removes old records of a target, and the blobs that only they needed. Works under the target's lease, and blobs are the
/// target's own: nobody puts one meanwhile.</summary>
internal sealed class PromotionRetention(
    PromotionStore store, SnapshotStore snapshots, IOptions<PromotionOptions> options, ILogger<PromotionRetention> logger)
{
    // Of what is kept, this part may be there too many for each process that promotes: a sweep reads all records, which each promotion would have to pay for.
    private const int Slack = 4;

    private readonly GuardedLogger _logger = new(logger);
    private readonly ConcurrentDictionary<string, int> _untilSweep = new(StringComparer.Ordinal);

    public async Task SweepAsync(string target, PromotionLease lease, CancellationToken cancellationToken)
    {
        if (_untilSweep.AddOrUpdate(target, 0, static (_, left) => left - 1) > 0)
            return;
        _untilSweep[target] = Math.Max(1, options.Value.KeepRecords / Slack);
        try
        {
            List<RecordDocument> records = await store.ListRecordsAsync(target, cancellationToken).ConfigureAwait(false);
            List<RecordDocument> old = [.. records.Skip(options.Value.KeepRecords).Where(r => r.Record.HasEnded)];
            if (old.Count == 0)
                return;
            HashSet<string> needed = await NeededAsync(target, records.Except(old), cancellationToken).ConfigureAwait(false);
            HashSet<string> known = await NeededAsync(target, old, cancellationToken).ConfigureAwait(false);
            var transaction = new StateTransaction().Require(lease.Current);
            foreach (RecordDocument record in old)
                transaction.Delete(PromotionStore.RecordKey(target, record.Record.Id));
            await store.State.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);

            // Who holds the lease next may count on a blob that is there; nothing may be removed any more then.
            await lease.RenewAsync(cancellationToken).ConfigureAwait(false);
            await snapshots.DeleteAllAsync(known.Except(needed, StringComparer.Ordinal), cancellationToken).ConfigureAwait(false);
        }
        catch (VaraiException e)
        {
            // The promotion is done, and a later one tries again. Blobs whose records are gone by now stay.
            _logger.RetentionFailed(target, e);
        }
    }

    private async Task<HashSet<string>> NeededAsync(string target, IEnumerable<RecordDocument> records, CancellationToken cancellationToken)
    {
        var blobs = new HashSet<string>(StringComparer.Ordinal);
        foreach (RecordDocument record in records)
        {
            blobs.UnionWith(record.NewBases.Values);
            blobs.UnionWith(record.OldBases.Values);
            foreach (string? id in (string?[])[record.Record.SnapshotBefore, record.Record.SnapshotAfter])
            {
                if (id is not null && blobs.Add(id))
                    blobs.UnionWith((await snapshots.ReadAsync(id, cancellationToken).ConfigureAwait(false)).Components.Values);
            }
        }

        await foreach (StateDocument document in store.State.ListAsync($"promotion/bases/{target}/", cancellationToken).ConfigureAwait(false))
            blobs.Add(PromotionStore.Read(document, PromotionJson.Default.BaseDocument).Blob);
        return blobs;
    }
}
