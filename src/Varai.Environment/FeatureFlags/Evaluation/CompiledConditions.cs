using System.Globalization;
using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>The conditions of a flag, in their order, ended by the first that settles it.</summary>
internal sealed class CompiledConditions(RequirementType requirement, FlagCondition[] conditions)
{
    private readonly string? _all = requirement == RequirementType.All && conditions.Length > 1
        ? string.Create(CultureInfo.InvariantCulture, $"conditions (all {conditions.Length})")
        : null;

    /// <summary>For whom they are met, as far as that is certain.</summary>
    public FlagReach Reach
    {
        get
        {
            // What one of them settles: one that everybody meets where any is enough, one that nobody meets where all are needed.
            (FlagReach settling, FlagReach otherwise) = requirement == RequirementType.Any
                ? (FlagReach.Everybody, FlagReach.Nobody)
                : (FlagReach.Nobody, FlagReach.Everybody);
            if (conditions.Any(c => c.Reach == settling))
                return settling;
            return conditions.All(c => c.Reach == otherwise) ? otherwise : FlagReach.Some;
        }
    }

    public bool AreMet(ref FlagQuery query) => requirement == RequirementType.Any ? AnyIsMet(ref query) : AllAreMet(ref query);

    private bool AnyIsMet(ref FlagQuery query)
    {
        for (int i = 0; i < conditions.Length; i++)
        {
            if (!conditions[i].IsMet(ref query))
                continue;
            // One that failed before does not matter any more.
            query.Failed = false;
            ExplainRest(ref query, i + 1, "one condition is met, and one is enough");
            return true;
        }

        query.Decide(FlagReason.Default, rule: null);
        return false;
    }

    private bool AllAreMet(ref FlagQuery query)
    {
        var reason = FlagReason.TargetingMatch;
        for (int i = 0; i < conditions.Length; i++)
        {
            if (!conditions[i].IsMet(ref query))
            {
                ExplainRest(ref query, i + 1, "one condition is not met, and all are required");
                query.Decide(FlagReason.Default, rule: null);
                return false;
            }

            if (query.Reason == FlagReason.Split)
                reason = FlagReason.Split;
        }

        query.Decide(reason, conditions.Length == 1 ? query.Rule : _all);
        return true;
    }

    // What each other rule says is part of an explanation, though the evaluation never gets there.
    private void ExplainRest(ref FlagQuery query, int from, string why)
    {
        if (query.Trace is not { } trace || from == conditions.Length)
            return;
        (FlagReason reason, string? rule, bool failed) = (query.Reason, query.Rule, query.Failed);
        trace.Add("conditions", outcome: null, $"{why}; for the record, the rest say:");
        trace.Enter();
        for (int i = from; i < conditions.Length; i++)
            conditions[i].IsMet(ref query);
        trace.Leave();
        query.Decide(reason, rule);
        query.Failed = failed;
    }
}
