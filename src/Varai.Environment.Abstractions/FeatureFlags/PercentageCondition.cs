namespace Varai.FeatureFlags;

/// <summary>Holds for a share of the callers: always the same ones, and those still when the share grows.</summary>
/// <param name="percentage">The share, from 0 to 100; any fraction of a percent.</param>
public sealed class PercentageCondition(double percentage) : FeatureCondition
{
    /// <summary>The share, from 0 to 100.</summary>
    public double Percentage { get; } = percentage;

    /// <summary>The attribute by which callers are told apart: whoever has the same value is in the same bucket.</summary>
    /// <value>Default: <c>user</c>, the <see cref="FlagContext.User"/>.</value>
    public string By { get; init; } = FlagContext.UserAttribute;

    /// <summary>What the bucket is drawn from besides the value; conditions with the same seed choose the same callers.</summary>
    /// <value>Default: <see langword="null"/> for the flag's name.</value>
    public string? Seed { get; init; }
}
