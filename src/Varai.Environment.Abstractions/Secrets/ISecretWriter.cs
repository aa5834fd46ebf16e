namespace Varai.Secrets;

/// <summary>The capability of an <see cref="ISecretProvider"/> to change secrets; implemented by the same class.</summary>
/// <remarks>Called by the secret store only, from any number of threads at once and never while a lock is held.</remarks>
public interface ISecretWriter
{
    /// <summary>Creates a secret or a new version of it. A later read sees it.</summary>
    /// <param name="name">The secret's name; valid by <see cref="SecretName"/>.</param>
    /// <param name="value">The new value; overwritten when the returned task has ended, so that what is kept is a copy.</param>
    /// <param name="cancellationToken">Cancels the write if it has not happened yet.</param>
    /// <returns>The new version as the provider names it, or <see langword="null"/> when it has no versions.</returns>
    /// <exception cref="SecretProviderException">The value was not written, or it is not known whether it was.</exception>
    /// <exception cref="ArgumentException">The provider can't hold a secret of that name.</exception>
    ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken);

    /// <summary>Deletes a secret with all its versions. A later read does not find it.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="cancellationToken">Cancels the deletion if it has not happened yet.</param>
    /// <returns><see langword="false"/> when there was none.</returns>
    /// <exception cref="SecretProviderException">The secret was not deleted, or it is not known whether it was.</exception>
    ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken);
}
