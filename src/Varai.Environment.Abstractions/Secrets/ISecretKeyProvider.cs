namespace Varai.Secrets;

/// <summary>A key management service, or whatever else keeps the master key of the local secret store: it encrypts the store's data key and
/// decrypts it again, so that the master key itself never comes into this process.</summary>
/// <remarks>
/// Registered as a singleton; the container disposes it. Called when the store is opened, when it is first written and when its key is
/// rotated, from any number of threads at once and never while a lock is held. Where it has to be waited for, so has the first read
/// of the store. What it throws is reported by the name of its type only; throw <see cref="SecretException"/> where the message
/// may be shown. The local store asks nobody else for a key when there is one of these.
/// </remarks>
public interface ISecretKeyProvider
{
    /// <summary>The key that <see cref="WrapKeyAsync"/> uses at present, as the service names it; kept in the store in clear.</summary>
    string KeyId { get; }

    /// <summary>Encrypts a data key with the key <see cref="KeyId"/>.</summary>
    /// <param name="dataKey">32 bytes. They are overwritten after the call, so keep no reference.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The encrypted key, kept in the store; at most 16 KiB.</returns>
    ValueTask<ReadOnlyMemory<byte>> WrapKeyAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken);

    /// <summary>Decrypts a data key.</summary>
    /// <param name="keyId">The <see cref="KeyId"/> of when it was encrypted.</param>
    /// <param name="wrappedKey">What <see cref="WrapKeyAsync"/> gave.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The 32 bytes; the store disposes the value.</returns>
    ValueTask<SecretValue> UnwrapKeyAsync(string keyId, ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken);
}
