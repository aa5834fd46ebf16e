namespace Varai.Configuration;

/// <summary>What happened to a configuration key between two versions or environments.</summary>
public enum ConfigurationDifferenceKind
{
    /// <summary>The key is only in the later document.</summary>
    Added,

    /// <summary>The key is only in the earlier document.</summary>
    Removed,

    /// <summary>The key is in both, with different values.</summary>
    Changed,
}
