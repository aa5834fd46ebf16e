namespace Varai.Secrets;

/// <summary>A secret was asked for without waiting, but a provider has to be waited for.</summary>
public sealed class SecretNotReadyException : SecretException
{
    /// <summary>Creates the error.</summary>
    /// <param name="secretName">The secret's name.</param>
    public SecretNotReadyException(string secretName)
        : base(
            secretName,
            $"The secret '{secretName}' is not loaded yet and its provider has to be waited for. "
            + "Call 'await GetSecretAsync' first, or list the name under Varai:Secrets:Prefetch.") => IsTransient = true;
}
