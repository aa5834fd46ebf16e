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

    /// <summary>What follows the targeting key in the text that is hashed: the seed.</summary>
    public required byte[] Seed { get; init; }

    /// <summary>Whether it gives different people different variants.</summary>
    public bool HasRules => Users.Length + Groups.Length + Percentiles.Length > 0;

    /// <summary>Assigns a variant of a flag that is on, and says so in the query when a rule did it.</summary>
    public CompiledVariant? Assign(ref FlagQuery query)
    {
        if (query.Context is not { } context)
        {
            if (HasRules)
                query.Trace?.Add("allocation", outcome: null, "there is no context, so its rules do not apply");
            return Default(ref query);
        }

        if (query.Trace is { } trace)
            Explain(trace, context);
        if (context.TargetingKey is { } user)
        {
            foreach (AllocationRule rule in Users)
            {
                if (rule.Names(user))
                    return Take(ref query, rule.Rule, rule.Variant, FlagReason.TargetingMatch);
            }
        }

        foreach (AllocationRule rule in Groups)
        {
            if (rule.NamesAny(context.GroupSpan))
                return Take(ref query, rule.Rule, rule.Variant, FlagReason.TargetingMatch);
        }

        if (Percentiles.Length == 0)
            return Default(ref query);
        uint bucket = MicrosoftBucket.Of(context.TargetingKey, Seed);
        foreach (PercentileRule rule in Percentiles)
        {
            if (rule.Range.Contains(bucket))
                return Take(ref query, rule.Rule, rule.Variant, FlagReason.Split);
        }

        return Default(ref query);
    }

    // Every rule, also those behind the one that decides.
    private void Explain(FlagTrace trace, FlagContext context)
    {
        foreach (AllocationRule rule in Users)
        {
            bool isMet = context.TargetingKey is { } user && rule.Names(user);
            trace.Add(rule.Rule, isMet, isMet ? $"names the targeting key{Gives(rule.Variant)}" : "does not name the targeting key");
        }

        foreach (AllocationRule rule in Groups)
        {
            bool isMet = rule.NamesAny(context.GroupSpan);
            trace.Add(rule.Rule, isMet, isMet ? $"names a group of the context{Gives(rule.Variant)}" : "names no group of the context");
        }

        foreach (PercentileRule rule in Percentiles)
        {
            uint bucket = MicrosoftBucket.Of(context.TargetingKey, Seed);
            bool isMet = rule.Range.Contains(bucket);
            trace.Add(rule.Rule, isMet, isMet ? $"has the bucket {Show(bucket)}{Gives(rule.Variant)}" : $"does not have the bucket {Show(bucket)}");
        }
    }

    private CompiledVariant? Take(ref FlagQuery query, string rule, CompiledVariant? variant, FlagReason reason)
    {
        if (variant is null)
            return Default(ref query);
        query.Decide(reason, rule);
        return variant;
    }

    private static string Gives(CompiledVariant? variant) =>
        variant is null ? ", but its variant does not exist" : $": {variant.Variant.Name}";

    private CompiledVariant? Default(ref FlagQuery query)
    {
        query.Trace?.Add(WhenEnabledRule, outcome: null, WhenEnabled is { } variant ? $"gives {variant.Variant.Name}" : "gives no variant");
        if (query.Reason == FlagReason.Static && HasRules)
            query.Decide(FlagReason.Default, WhenEnabled is null ? null : WhenEnabledRule);
        return WhenEnabled;
    }

    private static string Show(uint bucket) => MicrosoftBucket.Percentage(bucket).ToString("0.####", CultureInfo.InvariantCulture);
}
