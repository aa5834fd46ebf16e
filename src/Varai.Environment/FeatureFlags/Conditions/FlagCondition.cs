namespace Varai.FeatureFlags.Conditions;

/// <summary>A compiled condition of a flag. Immutable; evaluating it allocates nothing unless a trace is asked for.</summary>
internal abstract class FlagCondition
{
    /// <summary>For whom it is met, as far as that is certain whatever the context, the time and the dice; for whom a condition needs a
    /// context, everybody has one.</summary>
    public virtual FlagReach Reach => FlagReach.Some;

    /// <summary>Whether it is met. Where it decides, it says so with <see cref="FlagQuery.Decide"/>; where a trace is asked for, it
    /// adds its own lines, so that an explanation can never differ from an evaluation.</summary>
    public abstract bool IsMet(ref FlagQuery query);
}
