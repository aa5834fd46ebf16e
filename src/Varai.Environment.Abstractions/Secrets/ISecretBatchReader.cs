namespace Varai.Secrets;

/// <summary>The capability of an <see cref="ISecretProvider"/> to read several secrets with fewer calls than one each; implemented
/// by the same class.</summary>
/// <remarks>Called by the secret store only, when it reads the declared secrets at start.</remarks>
public interface ISecretBatchReader
{
    /// <summary>Reads the current versions of several secrets.</summary>
    /// <param name="names">Their names, each once; any number.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>Those that this provider holds. One that is left out is asked for by itself, so a backend that reports trouble
    /// for some of them leaves those out. The values belong to the store, as those of <see cref="ISecretProvider.GetAsync"/>.</returns>
    /// <exception cref="SecretProviderException">The backend failed.</exception>
    ValueTask<IReadOnlyList<Secret>> GetManyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken);
}
