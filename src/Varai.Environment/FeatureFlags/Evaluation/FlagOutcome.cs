namespace Varai.FeatureFlags.Evaluation;

/// <summary>What a flag gave.</summary>
internal readonly struct FlagOutcome(bool isEnabled, FlagVariant? variant, FlagReason reason, string? rule)
{
    public bool IsEnabled { get; } = isEnabled;

    public FlagVariant? Variant { get; } = variant;

    public FlagReason Reason { get; } = reason;

    public string? Rule { get; } = rule;
}
