namespace Varai.Secrets;

/// <summary>A secret provider failed: it is away, refuses, or answers what can't be understood.</summary>
public sealed class SecretProviderException : SecretException
{
    /// <summary>Creates the error.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="operation">What it was doing: <c>read</c>, <c>write</c>, <c>delete</c> or <c>list</c>.</param>
    /// <param name="secretName">The secret's name.</param>
    /// <param name="reason">What went wrong and what to do, as a sentence; never a value and nothing of a backend's answer
    /// that may hold one.</param>
    /// <param name="innerException">What caused it, if anything. The secret store drops it, because its text may quote a value, unless
    /// <c>Varai:Secrets:KeepProviderExceptions</c> is set: what matters belongs into the reason.</param>
    public SecretProviderException(
        string provider, string operation, string secretName, string reason, Exception? innerException = null)
        : base(secretName, $"The secret provider '{provider}' could not {operation} '{secretName}': {reason}", innerException)
    {
        ArgumentException.ThrowIfNullOrEmpty(provider);
        ArgumentException.ThrowIfNullOrEmpty(operation);
        Provider = provider;
        Operation = operation;
    }

    /// <summary>The provider's name.</summary>
    public string Provider { get; }

    /// <summary>What it was doing: <c>read</c>, <c>write</c>, <c>delete</c> or <c>list</c>.</summary>
    public string Operation { get; }

    /// <summary>Whether the backend refused the call unexecuted because there are too many, or because it can't serve any at present
    /// (HTTP 429, a throttling code, a sealed vault): a write may be repeated then, too.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IsThrottled { get; init; }

    /// <summary>How long the backend asks to be left alone, or <see langword="null"/> when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
