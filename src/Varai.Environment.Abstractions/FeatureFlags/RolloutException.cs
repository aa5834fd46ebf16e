namespace Varai.FeatureFlags;

/// <summary>A rollout can't be started, or can't be done what was asked: there is no such flag or rollout, another one runs for the
/// flag, or it has ended.</summary>
public sealed class RolloutException : VaraiException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What was asked, what was found and what to do.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public RolloutException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
