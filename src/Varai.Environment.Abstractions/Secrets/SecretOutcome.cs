namespace Varai.Secrets;

/// <summary>How an access to a secret ended.</summary>
public enum SecretOutcome
{
    /// <summary>A provider was asked and answered; or a write or deletion was done.</summary>
    Done,

    /// <summary>A fresh value was given from the cache.</summary>
    Cached,

    /// <summary>A value was given past its time to live because it can't be refreshed.</summary>
    Stale,

    /// <summary>No provider holds it.</summary>
    NotFound,

    /// <summary>A provider failed, or the access was refused.</summary>
    Failed,
}
