namespace Varai.FeatureFlags.Engine;

/// <summary>A condition ready to be asked. Immutable; asking allocates nothing.</summary>
internal abstract class CompiledCondition
{
    /// <summary>The verdict when it depends on nobody and nothing.</summary>
    public virtual FlagVerdict? Constant => null;

    /// <summary>What a flag is for whom the condition holds.</summary>
    public virtual FlagReason Reason => FlagReason.TargetingMatch;

    /// <summary>How many conditions are asked at most.</summary>
    public virtual int Cost => 1;

    public abstract FlagVerdict Test(FlagContext? context);

    /// <summary>What is asked, and what was found, in words.</summary>
    public abstract string Explain(FlagContext? context);

    protected static FlagVerdict Of(bool holds) => holds ? FlagVerdict.Yes : FlagVerdict.No;
}
