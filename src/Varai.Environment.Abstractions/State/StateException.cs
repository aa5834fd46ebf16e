namespace Varai.State;

/// <summary>The state store can't do what it was asked: it is locked, read-only, full, damaged or not reachable.
/// <see cref="VaraiException.IsTransient"/> tells whether waiting may help.</summary>
public sealed class StateException : VaraiException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What failed, what was found and what to do.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public StateException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
