namespace Varai.GoogleCloud.Secrets;

/// <summary>What may be done with a version of a secret.</summary>
public enum GoogleSecretVersionState
{
    /// <summary>Google did not say, or said something that is newer than this library.</summary>
    Unknown = 0,

    /// <summary>It can be read.</summary>
    Enabled = 1,

    /// <summary>It can't be read, but can be enabled again.</summary>
    Disabled = 2,

    /// <summary>Its value is gone for good.</summary>
    Destroyed = 3,
}
