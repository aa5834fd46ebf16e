namespace Varai.Secrets.LocalStore;

/// <summary>Why the store can't be used; the provider makes a <see cref="SecretProviderException"/> of it.</summary>
internal sealed class LocalStoreException(string reason, bool isTransient = false) : Exception(reason)
{
    public bool IsTransient { get; } = isTransient;
}
