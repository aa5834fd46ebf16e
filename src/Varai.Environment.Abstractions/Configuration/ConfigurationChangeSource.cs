namespace Varai.Configuration;

/// <summary>How a version came about.</summary>
public enum ConfigurationChangeSource
{
    /// <summary>Somebody saved a file while the service ran, or before it started.</summary>
    File,

    /// <summary><see cref="IEnvironmentConfiguration.UpdateAsync"/>.</summary>
    Update,

    /// <summary><see cref="IEnvironmentConfiguration.RestoreAsync"/>.</summary>
    Restore,

    /// <summary>A promotion from another environment.</summary>
    Promotion,

    /// <summary>The rollback of a promotion.</summary>
    Rollback,

    /// <summary><see cref="IEnvironmentTransfer.ImportAsync"/>, or the first start with a folder to begin with.</summary>
    Import,
}
