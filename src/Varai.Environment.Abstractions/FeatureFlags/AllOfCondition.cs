namespace Varai.FeatureFlags;

/// <summary>Holds when each of its conditions holds; always when it has none.</summary>
/// <param name="conditions">The conditions, asked in this order.</param>
public sealed class AllOfCondition(params IEnumerable<FeatureCondition> conditions) : FeatureCondition
{
    /// <summary>The conditions, asked in this order.</summary>
    public IReadOnlyList<FeatureCondition> Conditions { get; } = [.. conditions];
}
