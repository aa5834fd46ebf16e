namespace Varai.Secrets;

/// <summary>A secret can't be read or written as asked; the derived types say why.</summary>
public class SecretException : VaraiException
{
    /// <summary>Creates the error.</summary>
    /// <param name="secretName">The secret's name.</param>
    /// <param name="message">What was asked, what was found and what to do; never a value.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public SecretException(string secretName, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentNullException.ThrowIfNull(secretName);
        SecretName = secretName;
    }

    /// <summary>The name of the secret.</summary>
    public string SecretName { get; }
}
