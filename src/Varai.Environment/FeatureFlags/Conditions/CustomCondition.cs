namespace Varai.FeatureFlags.Conditions;

/// <summary>A filter of the service's own.</summary>
internal sealed class CustomCondition(
    string flag, string rule, IFeatureFilter filter, object? settings, Action<string, string, Exception> onFailure) : FlagCondition
{
    public override bool IsMet(ref FlagQuery query)
    {
        bool isMet;
        try
        {
            isMet = filter.IsEnabled(new FeatureFilterContext(flag, settings, query.Context, query.Time));
        }
        catch (Exception e)
        {
            // Fails closed: a service must not get a feature because its own code broke.
            query.Failed = true;
            query.Trace?.Add(rule, outcome: false, $"the filter failed ({e.GetType().Name}), which counts as not met");
            onFailure(flag, rule, e);
            return false;
        }

        query.Trace?.Add(rule, isMet, isMet ? "the filter says yes" : "the filter says no");
        if (isMet)
            query.Decide(FlagReason.TargetingMatch, rule);
        return isMet;
    }
}
