using System.Diagnostics.CodeAnalysis;

namespace Varai.Secrets;

/// <summary>Shorter forms of the calls on <see cref="ISecretStore"/>.</summary>
public static class SecretStoreExtensions
{
    /// <summary>The value of a secret as text, without waiting, if a provider holds it; see <see cref="ISecretStore.GetSecret"/>.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">The secret's name.</param>
    /// <param name="value">The value.</param>
    /// <returns><see langword="false"/> when no provider holds it. A provider's failure is an exception, never
    /// <see langword="false"/>.</returns>
    public static bool TryGetSecret(this ISecretStore store, string name, [NotNullWhen(true)] out string? value)
    {
        ArgumentNullException.ThrowIfNull(store);
        value = store.FindSecret(name)?.RevealString();
        return value is not null;
    }

    /// <summary>The value of a secret as text, or <see langword="null"/> when no provider holds it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">The secret's name.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    public static async ValueTask<string?> TryGetSecretAsync(
        this ISecretStore store, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return (await store.FindSecretAsync(name, cancellationToken).ConfigureAwait(false))?.RevealString();
    }

    /// <summary>Writes a text secret; see <see cref="ISecretStore.SetSecretAsync"/>.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">The secret's name.</param>
    /// <param name="value">The new value.</param>
    /// <param name="cancellationToken">Cancels the write if it has not happened yet.</param>
    /// <returns>The new version as the provider names it, or <see langword="null"/> when it has no versions.</returns>
    public static ValueTask<string?> SetSecretAsync(
        this ISecretStore store, string name, string value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.SetSecretAsync(name, new SecretValue(value), cancellationToken);
    }
}
