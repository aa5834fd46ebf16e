namespace Varai.FeatureFlags;

/// <summary>Holds when its condition does not; neither where that one can't be decided.</summary>
/// <param name="condition">The condition that must not hold.</param>
public sealed class NotCondition(FeatureCondition condition) : FeatureCondition
{
    /// <summary>The condition that must not hold.</summary>
    public FeatureCondition Condition { get; } = condition;
}
