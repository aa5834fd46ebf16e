namespace Varai.Testing.State;

/// <summary>An implementation breaks a clause of its contract.</summary>
public sealed class ContractException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What the contract says and what was found.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public ContractException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
