using Microsoft.Extensions.Primitives;

namespace Varai.Secrets;

/// <summary>The secrets of the service: every provider in order, behind one cache.</summary>
/// <remarks>
/// Every member is safe from any thread. A warm read takes no lock, waits for nothing and allocates nothing. Any number of
/// concurrent asynchronous cold reads of one name are one call to the providers. While the providers fail, the last known value is served
/// up to the limit that <c>Varai:Secrets:MaxStale</c> sets, and health says so. Where a secret is read, its name may be followed by a
/// version and a field of a JSON value, as <see cref="SecretAddress"/> has it: <c>db-login@3#password</c>.
/// </remarks>
public interface ISecretStore
{
    /// <summary>The value of a secret as text.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="cancellationToken">Ends this caller's wait; other callers that wait for the same secret go on.</param>
    /// <returns>The value; a warm read completes synchronously.</returns>
    /// <exception cref="SecretNotFoundException">No provider holds it.</exception>
    /// <exception cref="SecretProviderException">A provider failed and there is no earlier value that may still be served.</exception>
    /// <exception cref="SecretException">The value is binary.</exception>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="SecretName"/>.</exception>
    ValueTask<string> GetSecretAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>The value of a secret as text, without waiting.</summary>
    /// <remarks>Succeeds for a secret that was read before, also past its time to live (a refresh starts in the background
    /// then), and for one whose providers answer without waiting, such as environment variables and files.</remarks>
    /// <param name="name">The secret's name.</param>
    /// <exception cref="SecretNotReadyException">A provider would have to be waited for.</exception>
    /// <exception cref="SecretNotFoundException">No provider holds it.</exception>
    /// <exception cref="SecretProviderException">A provider failed and there is no earlier value that may still be served.</exception>
    /// <exception cref="SecretException">The value is binary.</exception>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="SecretName"/>.</exception>
    string GetSecret(string name);

    /// <summary>A secret with its version, provider and expiry, as text or bytes.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="cancellationToken">Ends this caller's wait; other callers that wait for the same secret go on.</param>
    /// <returns>The secret, or <see langword="null"/> when no provider holds it.</returns>
    /// <exception cref="SecretProviderException">A provider failed and there is no earlier value that may still be served.</exception>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="SecretName"/>.</exception>
    ValueTask<Secret?> FindSecretAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>A secret with its version, provider and expiry, without waiting; see <see cref="GetSecret"/>.</summary>
    /// <param name="name">The secret's name.</param>
    /// <returns>The secret, or <see langword="null"/> when no provider holds it.</returns>
    /// <exception cref="SecretNotReadyException">A provider would have to be waited for.</exception>
    /// <exception cref="SecretProviderException">A provider failed and there is no earlier value that may still be served.</exception>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="SecretName"/>.</exception>
    Secret? FindSecret(string name);

    /// <summary>A handle for reading one secret often; see <see cref="ISecretHandle"/>. Nothing is read yet.</summary>
    /// <param name="name">The secret's name, with version and field where needed.</param>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="SecretAddress"/>.</exception>
    ISecretHandle GetHandle(string name);

    /// <summary>The secrets that the providers say they hold, without values; providers that can't list are left out.</summary>
    /// <param name="prefix">What their names begin with; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>Page by page as the backends give them, in the order of the chain. A name that several providers hold comes once for
    /// each; the first is the one that a read gives.</returns>
    /// <exception cref="SecretProviderException">A provider failed that is not listed under <c>Varai:Secrets:OptionalProviders</c>.</exception>
    IAsyncEnumerable<SecretInfo> ListSecretsAsync(string? prefix = null, CancellationToken cancellationToken = default);

    /// <summary>The changes of secrets, as the store sees them, from the moment that the stream is first asked for one. Secrets that are watched by name are refreshed in the background,
    /// whether somebody reads them or not.</summary>
    /// <param name="name">The secret's name, or <see langword="null"/> for every secret that is in use.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="SecretName"/>.</exception>
    IAsyncEnumerable<SecretChange> WatchAsync(string? name = null, CancellationToken cancellationToken = default);

    /// <summary>Writes a secret: where a route chooses its providers with the first of them that can write, otherwise with
    /// <c>Varai:Secrets:Writer</c>, or the first that can write and holds the name, or for a new name the last that was added and can
    /// write. Reads show the new value at once.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="value">The new value.</param>
    /// <param name="cancellationToken">Cancels the write if it has not happened yet.</param>
    /// <returns>The new version as the provider names it, or <see langword="null"/> when it has no versions.</returns>
    /// <exception cref="SecretException">No provider can write, or one that is asked earlier holds the name too, so that the
    /// new value would never be read.</exception>
    /// <exception cref="SecretProviderException">The provider failed.</exception>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="SecretName"/> or of the provider.</exception>
    ValueTask<string?> SetSecretAsync(string name, SecretValue value, CancellationToken cancellationToken = default);

    /// <summary>Deletes a secret with the provider that <see cref="SetSecretAsync"/> would write it with.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="cancellationToken">Cancels the deletion if it has not happened yet.</param>
    /// <returns><see langword="false"/> when that provider held no such secret.</returns>
    /// <exception cref="SecretException">No provider can write.</exception>
    /// <exception cref="SecretProviderException">The provider failed.</exception>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="SecretName"/>.</exception>
    ValueTask<bool> DeleteSecretAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Forgets what is cached for a name, so that the next read asks the providers.</summary>
    /// <param name="name">The secret's name; nothing happens for one that was never read.</param>
    void Invalidate(string name);

    /// <summary>A token that fires once, after the store has seen a change of the secret: it was set, deleted, or a read after
    /// its time to live found another value or none.</summary>
    /// <remarks>Take a new token before reading, so that no change is missed.</remarks>
    /// <param name="name">The secret's name.</param>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="SecretName"/>.</exception>
    IChangeToken GetChangeToken(string name);
}
