namespace Varai.Data;

/// <summary>Data can't be captured, restored or migrated. What was to be replaced is as it was, unless the message says
/// otherwise.</summary>
public class DataComponentException : VaraiException
{
    /// <summary>Creates the error.</summary>
    /// <param name="component">The component's name.</param>
    /// <param name="message">What failed, what was found and what to do; never quotes data.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public DataComponentException(string component, string message, Exception? innerException = null)
        : base(message, innerException) => Component = component;

    /// <summary>The component's name.</summary>
    public string Component { get; }
}
