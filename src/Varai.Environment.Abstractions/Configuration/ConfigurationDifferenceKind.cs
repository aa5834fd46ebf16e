namespace Varai.Configuration;

/// <summary>How a key differs between two documents.</summary>
public enum ConfigurationDifferenceKind
{
    /// <summary>Only the later document has it.</summary>
    Added,

    /// <summary>Only the earlier document has it.</summary>
    Removed,

    /// <summary>Both have it, with other values.</summary>
    Changed,
}
