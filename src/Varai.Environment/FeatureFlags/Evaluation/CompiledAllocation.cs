using System.Globalization;
using Varai.FeatureFlags.Bucketing;
using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Which variant whom is given, as Microsoft's schema 2.0.0 allocates: users, then groups, then percentiles, then the default.</summary>
/// <remarks>A rule that names a variant which does not exist falls back to the default; Microsoft's gives none.</remarks>
internal sealed class CompiledAllocation
{
    public const string WhenEnabledRule = "allocation.default_when_enabled";
    public const string WhenDisabledRule = "allocation.default_when_disabled";

    public CompiledVariant? WhenEnabled { get; init; }

    public CompiledVariant? WhenDisabled { get; init; }

    public AllocationRule[] Users { get; init; } = [];

    public AllocationRule[] Groups { get; init; } = [];

    public PercentileRule[] Percentiles { get; init; } = [];

    /// <summary>Where in 0 to 2^32-1 a targeting key falls.</summary>
    public required MicrosoftBucket Bucket { get; init; }

    /// <summary>Assigns a variant of a flag that is on, and says so in the query when a rule did it.</summary>
    public CompiledVariant? Assign(ref FlagQuery query)
    {
        if (query.Context is not { } context)
        {
            if (Users.Length + Groups.Length + Percentiles.Length > 0)
                query.Trace?.Add("allocation", outcome: null, "there is no context, so its rules do not apply");
            return Default(ref query);
        }

        if (context.TargetingKey is { } user)
        {
            foreach (AllocationRule rule in Users)
            {
                if (rule.Names(user))
                    return Take(ref query, rule.Rule, rule.Variant, FlagReason.TargetingMatch, "names the targeting key");
                query.Trace?.Add(rule.Rule, outcome: false, "does not name the targeting key");
            }
        }

        foreach (AllocationRule rule in Groups)
        {
            if (rule.NamesAny(context.GroupSpan))
                return Take(ref query, rule.Rule, rule.Variant, FlagReason.TargetingMatch, "names a group of the context");
            query.Trace?.Add(rule.Rule, outcome: false, "names no group of the context");
        }

        return Percentiles.Length > 0 ? ByPercentile(ref query, context) : Default(ref query);
    }

    private CompiledVariant? ByPercentile(ref FlagQuery query, FlagContext context)
    {
        uint bucket = Bucket.Of(context.TargetingKey);
        foreach (PercentileRule rule in Percentiles)
        {
            if (rule.Range.Contains(bucket))
                return Take(ref query, rule.Rule, rule.Variant, FlagReason.Split, query.Trace is null ? "" : $"has the bucket {Show(bucket)}");
            query.Trace?.Add(rule.Rule, outcome: false, $"does not have the bucket {Show(bucket)}");
        }

        return Default(ref query);
    }

    private CompiledVariant? Take(ref FlagQuery query, string rule, CompiledVariant? variant, FlagReason reason, string why)
    {
        if (variant is null)
        {
            query.Trace?.Add(rule, outcome: true, $"{why}, but its variant does not exist");
            return Default(ref query);
        }

        query.Trace?.Add(rule, outcome: true, why);
        query.Decide(reason, rule);
        return variant;
    }

    private CompiledVariant? Default(ref FlagQuery query)
    {
        query.Trace?.Add(WhenEnabledRule, outcome: null, WhenEnabled is { } variant ? $"gives {variant.Variant.Name}" : "gives no variant");
        if (query.Reason == FlagReason.Static && Users.Length + Groups.Length + Percentiles.Length > 0)
            query.Decide(FlagReason.Default, WhenEnabled is null ? null : WhenEnabledRule);
        return WhenEnabled;
    }

    private static string Show(uint bucket) => MicrosoftBucket.ToPercent(bucket).ToString("0.####", CultureInfo.InvariantCulture);
}
