using Varai.Configuration;
using Varai.Promotion.Planning;
using Varai.Promotion.Store;

namespace Varai.Promotion;

/// <summary>Finds by which promotions a key came to have its value.</summary>
internal sealed class PromotionExplainer(IEnvironmentConfiguration configuration, PromotionPlanner planner, PromotionStore store)
{
    /// <summary>As <see cref="IPromotionEngine.ExplainAsync"/>.</summary>
    public async Task<PromotionExplanation> ExplainAsync(string environment, string key, CancellationToken cancellationToken)
    {
        string at = environment;
        ConfigurationSnapshot document = await planner.ReadSharedAsync(at, cancellationToken).ConfigureAwait(false);
        ConfigurationNode? node = document.Root.FindKey(key);
        var steps = new List<PromotionRecord>();
        PromotionRecord? later = null;
        var origin = default(ConfigurationVersion);
        while (true)
        {
            PromotionRecord? step = await FindStepAsync(at, key, later, cancellationToken).ConfigureAwait(false);
            origin = await FindOriginAsync(at, key, later, step, cancellationToken).ConfigureAwait(false);

            // What was written by hand after the promotion is where the value comes from.
            if (step is null || origin is not null)
                break;
            steps.Add(step);
            if (step.Plan.Kind != PromotionKind.Promotion)
                break;
            (at, later) = (step.Plan.Source, step);
        }

        return new PromotionExplanation(environment, key, node is null ? null : Canonical.Text(node), steps, origin);
    }

    /// <summary>The last promotion before another that changed a key and stands.</summary>
    private async Task<PromotionRecord?> FindStepAsync(string environment, string key, PromotionRecord? later, CancellationToken cancellationToken)
    {
        foreach (RecordDocument document in await store.ListRecordsAsync(environment, cancellationToken).ConfigureAwait(false))
        {
            PromotionRecord record = document.Record;
            if ((later is null || record.Events[0].Number < later.Events[0].Number) && record.State == PromotionState.Succeeded && record.Plan.Changes.Any(c => Touches(c.Key, key)))
                return record;
        }

        return null;
    }

    /// <summary>The recorded change that wrote a key, unless a promotion did so later.</summary>
    private async Task<ConfigurationVersion?> FindOriginAsync(
        string environment, string key, PromotionRecord? later, PromotionRecord? step, CancellationToken cancellationToken)
    {
        ConfigurationVersion? first = null;
        await foreach (ConfigurationVersion version in configuration.GetHistoryAsync(environment, cancellationToken).ConfigureAwait(false))
        {
            if (later is not null && version.Time > later.StartedAt)
                continue;
            if (version.Number == step?.TargetVersion)
                return null;
            if (version.Changes.Any(c => Touches(c.Key, key)))
                return version;
            first = version;
        }

        return step is null ? first : null;
    }

    private static bool Touches(string changed, string key) => VersionLookup.IsAtOrBelow(changed, key) || VersionLookup.IsAtOrBelow(key, changed);
}
