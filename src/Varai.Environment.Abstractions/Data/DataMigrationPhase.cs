namespace Varai.Data;

/// <summary>Where a migration is.</summary>
public enum DataMigrationPhase
{
    /// <summary>The source is being looked at.</summary>
    Capturing,

    /// <summary>Items are being copied.</summary>
    Copying,

    /// <summary>What was built is verified and swapped in.</summary>
    Committing,

    /// <summary>The component is done.</summary>
    Done,
}
