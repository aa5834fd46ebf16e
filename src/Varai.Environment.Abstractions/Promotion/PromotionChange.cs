using Varai.Configuration;

namespace Varai.Promotion;

/// <summary>One key that a promotion changes in the target; for an object that comes or goes as a whole, the object's.</summary>
/// <param name="Key">The key, such as <c>api_config:timeout</c>.</param>
/// <param name="Kind">Whether it comes, goes or changes.</param>
/// <param name="Before">The target's value as JSON; <see langword="null"/> when it comes.</param>
/// <param name="After">The value it gets as JSON; <see langword="null"/> when it goes.</param>
public sealed record PromotionChange(string Key, ConfigurationDifferenceKind Kind, string? Before, string? After)
{
    /// <summary>Writes <c>+ key = after</c>, <c>- key = before</c> or <c>~ key = before -> after</c>.</summary>
    public override string ToString() => Kind switch
    {
        ConfigurationDifferenceKind.Added => $"+ {Key} = {After}",
        ConfigurationDifferenceKind.Removed => $"- {Key} = {Before}",
        _ => $"~ {Key} = {Before} -> {After}",
    };
}
