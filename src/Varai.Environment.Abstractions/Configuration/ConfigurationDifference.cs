namespace Varai.Configuration;

/// <summary>One key that differs between two documents.</summary>
/// <param name="Key">The key, such as <c>api_config:timeout</c>. Arrays are compared as a whole.</param>
/// <param name="Kind">How it differs.</param>
/// <param name="Before">The earlier value as JSON; <see langword="null"/> when it was added.</param>
/// <param name="After">The later value as JSON; <see langword="null"/> when it was removed.</param>
public sealed record ConfigurationDifference(string Key, ConfigurationDifferenceKind Kind, string? Before, string? After)
{
    /// <summary>Where the later value was written (the earlier one when it was removed).</summary>
    public ConfigurationOrigin Origin { get; init; } = new("", 0, 0);

    /// <summary>Writes <c>+ key = after</c>, <c>- key = before</c> or <c>~ key = before -> after</c>.</summary>
    public override string ToString() => Kind switch
    {
        ConfigurationDifferenceKind.Added => $"+ {Key} = {After}",
        ConfigurationDifferenceKind.Removed => $"- {Key} = {Before}",
        _ => $"~ {Key} = {Before} -> {After}",
    };
}
