using Varai.Configuration;
using Varai.Promotion.Merging;
using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Promotion.Running;

/// <summary>Takes what a promotion has made the base back out of it, so that the same values can come again once nothing holds them.</summary>
internal sealed class BaseReversal(PromotionStore store, SnapshotStore snapshots)
{
    public async Task<List<Action<StateTransaction>>> PrepareAsync(RecordDocument taken, CancellationToken cancellationToken)
    {
        var changes = new List<Action<StateTransaction>>();
        PromotionPlan plan = taken.Record.Plan;
        foreach ((string component, string brought) in taken.NewBases)
        {
            string key = PromotionStore.BaseKey(plan.Target, plan.Source, component);
            Saved<BaseDocument> present = await store.GetAsync(key, PromotionJson.Default.BaseDocument, cancellationToken).ConfigureAwait(false);
            if (present.Value is null)
                continue;
            string? before = taken.OldBases.GetValueOrDefault(component);
            string? next = present.Value.Blob == brought
                ? before
                : await MergeAsync(plan.Target, component, brought, before, present.Value.Blob, cancellationToken).ConfigureAwait(false);
            if (next is null)
                changes.Add(t => t.Delete(key, present.Version));
            else
                changes.Add(t => t.Put(key, PromotionStore.Write(new BaseDocument(next, taken.Record.Id), PromotionJson.Default.BaseDocument), present.Version));
        }

        return changes;
    }

    // Later promotions have moved the base on; only what this one brought goes.
    private async Task<string> MergeAsync(
        string target, string component, string brought, string? before, string present, CancellationToken cancellationToken)
    {
        ConfigurationNode back = before is null
            ? ConfigurationNode.Object([])
            : await snapshots.ReadComponentAsync(before, cancellationToken).ConfigureAwait(false);
        MergeResult merge = ThreeWayMerge.Merge(
            component,
            await snapshots.ReadComponentAsync(brought, cancellationToken).ConfigureAwait(false),
            back,
            await snapshots.ReadComponentAsync(present, cancellationToken).ConfigureAwait(false));
        return await snapshots.PutComponentAsync(target, merge.Result ?? ConfigurationNode.Object([]), cancellationToken).ConfigureAwait(false);
    }
}
