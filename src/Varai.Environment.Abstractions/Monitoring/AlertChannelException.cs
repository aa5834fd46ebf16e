namespace Varai.Monitoring;

/// <summary>A notification could not be sent.</summary>
public sealed class AlertChannelException : VaraiException
{
    /// <summary>Creates one.</summary>
    /// <param name="message">What was tried, what came back and what to do; no secret, no text of the other side that could hold one.</param>
    /// <param name="isTransient">Whether to try again: yes for a time-out, a full queue or an outage; no for a wrong key or a malformed message.</param>
    /// <param name="retryAfter">How long the other side asks to wait; <see langword="null"/> when it does not say.</param>
    /// <param name="innerException">Why; <see langword="null"/> for none.</param>
    public AlertChannelException(string message, bool isTransient, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(message, innerException)
    {
        IsTransient = isTransient;
        RetryAfter = retryAfter;
    }

    /// <summary>How long the other side asks to wait; <see langword="null"/> when it does not say.</summary>
    public TimeSpan? RetryAfter { get; }
}
