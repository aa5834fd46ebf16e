namespace Varai.FeatureFlags;

/// <summary>Holds when one of its conditions holds; never when it has none.</summary>
/// <param name="conditions">The conditions, asked in this order.</param>
public sealed class AnyOfCondition(params IEnumerable<FeatureCondition> conditions) : FeatureCondition
{
    /// <summary>The conditions, asked in this order.</summary>
    public IReadOnlyList<FeatureCondition> Conditions { get; } = [.. conditions];
}
