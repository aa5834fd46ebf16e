using System.Net;

namespace Varai.Vault.Secrets;

/// <summary>Vault did not do what it was asked. The message is ours: what Vault answered may quote a secret and is not kept.</summary>
public sealed class VaultException : VaraiException
{
    /// <summary>Creates the error.</summary>
    /// <param name="error">Why.</param>
    /// <param name="message">What was asked, what was found and what to do; never a value.</param>
    public VaultException(VaultError error, string message)
        : base(message)
    {
        Error = error;
        IsTransient = error is VaultError.Unavailable or VaultError.TimedOut or VaultError.Sealed or VaultError.Standby
            or VaultError.Throttled or VaultError.Inconsistent;
    }

    /// <summary>Why.</summary>
    public VaultError Error { get; }

    /// <summary>The status of the answer, or <see langword="null"/> when there was none.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>How long Vault asks to be left alone, or <see langword="null"/> when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether no byte of the request can have arrived.</summary>
    internal bool WasNotSent { get; init; }

    /// <summary>Whether the request was certainly not executed and may be repeated later, also when it writes.</summary>
    public bool IsThrottled => Error is VaultError.Throttled or VaultError.Sealed or VaultError.Standby or VaultError.Inconsistent;
}
