namespace Varai.Configuration;

/// <summary>One key that two configurations disagree on.</summary>
/// <param name="Key">The key of a single value, such as <c>api_config:timeout</c>; an array and an empty object are one value.
/// Empty for a document that is no object.</param>
/// <param name="Kind">What happened to it.</param>
/// <param name="Before">The earlier value as canonical JSON; <see langword="null"/> when the key was added.</param>
/// <param name="After">The later value as canonical JSON; <see langword="null"/> when the key was removed.</param>
public sealed record ConfigurationDifference(string Key, ConfigurationDifferenceKind Kind, string? Before, string? After)
{
    /// <summary>Where the later value was written, of a removed key the earlier one.</summary>
    public ConfigurationOrigin Origin { get; init; }

    /// <summary>Writes <c>+ key = after</c>, <c>- key = before</c> or <c>~ key = before -> after</c>.</summary>
    public override string ToString() => Kind switch
    {
        ConfigurationDifferenceKind.Added => $"+ {Key} = {After}",
        ConfigurationDifferenceKind.Removed => $"- {Key} = {Before}",
        _ => $"~ {Key} = {Before} -> {After}",
    };
}
