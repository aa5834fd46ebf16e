namespace Varai.Vault.Secrets;

/// <summary>Why Vault did not do what it was asked.</summary>
public enum VaultError
{
    /// <summary>It can't be reached, gave up in the middle, or has trouble of its own.</summary>
    Unavailable,

    /// <summary>It did not answer in time.</summary>
    TimedOut,

    /// <summary>It is sealed or not initialised.</summary>
    Sealed,

    /// <summary>The node that was asked is a standby and does not pass the request on.</summary>
    Standby,

    /// <summary>There are too many requests.</summary>
    Throttled,

    /// <summary>A node has not seen the latest state yet.</summary>
    Inconsistent,

    /// <summary>The token may not do this, or it is no longer valid.</summary>
    PermissionDenied,

    /// <summary>The login was refused.</summary>
    LoginRefused,

    /// <summary>There is nothing at the path, or no engine that knows it.</summary>
    NotFound,

    /// <summary>Somebody else has written a newer version.</summary>
    CheckAndSetMismatch,

    /// <summary>The secret may only be written with a version to check.</summary>
    CheckAndSetRequired,

    /// <summary>There is no such lease (any more), or it can't be renewed.</summary>
    LeaseNotFound,

    /// <summary>The wrapping token is unknown, expired or was used before.</summary>
    WrappingTokenInvalid,

    /// <summary>The request makes no sense to Vault.</summary>
    InvalidRequest,

    /// <summary>The answer makes no sense.</summary>
    InvalidAnswer,
}
