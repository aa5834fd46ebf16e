namespace Varai.Testing;

/// <summary>An implementation broke the contract of its interface.</summary>
public sealed class ContractException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The rule, what was expected and what was found.</param>
    /// <param name="innerException">What the implementation threw, if that is what broke the rule.</param>
    public ContractException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
