namespace Varai.FeatureFlags.Engine;

/// <summary>Always or never holds.</summary>
internal sealed class ConstantCondition(bool holds, string text) : CompiledCondition
{
    public override FlagVerdict? Constant => Of(holds);

    public override FlagReason Reason => FlagReason.Static;

    public override FlagVerdict Test(FlagContext? context) => Of(holds);

    public override string Explain(FlagContext? context) => text;
}
