namespace Varai;

/// <summary>The base of every error this library raises on its own account; misuse stays <see cref="ArgumentException"/>
/// or <see cref="InvalidOperationException"/>.</summary>
public class VaraiException : Exception
{
    /// <summary>Creates the error with what failed, what was found and what to do.</summary>
    /// <param name="message">The text; never holds a secret value.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public VaraiException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Whether the same call may succeed later without any change: a timeout, a busy store, a throttled backend.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IsTransient { get; init; }
}
