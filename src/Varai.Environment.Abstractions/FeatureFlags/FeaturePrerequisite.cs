using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Another flag that must be as said, or the flag is off.</summary>
/// <param name="flag">The other flag's name.</param>
public sealed class FeaturePrerequisite(string flag)
{
    /// <summary>The other flag's name.</summary>
    public string Flag { get; } = flag;

    /// <summary>Whether the other flag must be on or off.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool IsEnabled { get; init; } = true;

    /// <summary>The variant that the other flag must have; <see langword="null"/> for whichever.</summary>
    public string? Variant { get; init; }

    /// <summary>The node it was read from, for messages; <see langword="null"/> when it was made in code.</summary>
    public ConfigurationNode? Node { get; init; }
}
