namespace Varai.Secrets;

/// <summary>One secret, looked up once and read as often as needed: the fastest way to a value that is needed on a hot path.</summary>
/// <remarks>Made by <see cref="ISecretStore.GetHandle"/>. Safe from any thread; lives as long as the store. It always gives the present
/// value: it shares the cache with all other reads.</remarks>
public interface ISecretHandle
{
    /// <summary>What it was made for: a name, with version and field where those were given.</summary>
    string Name { get; }

    /// <summary>The value as text, without waiting; see <see cref="ISecretStore.GetSecret"/>.</summary>
    /// <exception cref="SecretException">As that method.</exception>
    string GetSecret();

    /// <summary>The value as text; see <see cref="ISecretStore.GetSecretAsync"/>.</summary>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <exception cref="SecretException">As that method.</exception>
    ValueTask<string> GetSecretAsync(CancellationToken cancellationToken = default);

    /// <summary>The secret with its version, provider and expiry; see <see cref="ISecretStore.FindSecretAsync"/>.</summary>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <exception cref="SecretException">As that method.</exception>
    ValueTask<Secret?> FindSecretAsync(CancellationToken cancellationToken = default);
}
