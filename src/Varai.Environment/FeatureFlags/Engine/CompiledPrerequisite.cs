namespace Varai.FeatureFlags.Engine;

/// <summary>Another flag that must be as said.</summary>
internal sealed class CompiledPrerequisite(FeaturePrerequisite definition, ResolvedFlag flag, string rule)
{
    public string Rule { get; } = rule;

    public ResolvedFlag Flag { get; } = flag;

    public FlagDecision Failed { get; set; } = null!;

    public bool IsMet(FlagDecision decision) =>
        decision.IsEnabled == definition.IsEnabled && (definition.Variant is null || decision.Variant?.Name == definition.Variant);

    public string Explain(FlagDecision decision) =>
        $"the flag '{definition.Flag}' is {(definition.IsEnabled ? "on" : "off")}{(definition.Variant is null ? "" : $" with the variant '{definition.Variant}'")}; it is {decision}";
}
