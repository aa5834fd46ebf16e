namespace Varai.Secrets;

/// <summary>The capability of an <see cref="ISecretProvider"/> to say which secrets it holds; implemented by the same class.</summary>
/// <remarks>Called by the secret store only, from any number of threads at once and never while a lock is held.</remarks>
public interface ISecretLister
{
    /// <summary>Lists the secrets that may be read, page by page as the backend gives them, without their values.</summary>
    /// <param name="prefix">What their names begin with; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>Each secret once, in no particular order, by the name that <see cref="ISecretProvider.GetAsync"/> knows it by;
    /// deleted ones are left out.</returns>
    /// <exception cref="SecretProviderException">The backend failed.</exception>
    IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, CancellationToken cancellationToken);
}
