namespace Varai.Secrets;

/// <summary>One place that secrets come from: a vault, a folder, the process's environment.</summary>
/// <remarks>
/// Called by the secret store only, from any number of threads at once, and never while a lock is held. It may be called at the
/// same time for one name: concurrent <see cref="ISecretStore.GetSecretAsync"/> reads are one call, but a write, an invalidation
/// or a synchronous read makes another. The store caches, so a provider does not. A provider that needs no waiting completes synchronously,
/// which makes its secrets available to <see cref="ISecretStore.GetSecret"/> without a warm-up. The store also repeats calls whose failure
/// is transient, holds calls back while they fail, and ends those that take too long, so a provider does none of that. Registered as a singleton;
/// the container disposes it. A provider that can also write implements <see cref="ISecretWriter"/>.
/// </remarks>
public interface ISecretProvider
{
    /// <summary>A short lower-case name, unique in the chain, such as <c>vault</c>; shown in messages and health.</summary>
    string Name { get; }

    /// <summary>Reads one secret.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Cancels the read; <see cref="OperationCanceledException"/> is thrown then.</param>
    /// <returns>The secret, or <see langword="null"/> when this provider does not hold it, so that the next one is asked. The value belongs
    /// to the store from then on, which overwrites it when it needs it no more: a provider that keeps values gives a copy each time.</returns>
    /// <exception cref="SecretProviderException">The provider can't tell: it is away, refuses, or answers nonsense. No other
    /// provider is asked then. Any other exception becomes this one, of which only the type and an HTTP status or error number are
    /// told, because its text may quote a value: <see cref="TimeoutException"/>, <see cref="System.Net.Sockets.SocketException"/> and
    /// <see cref="HttpRequestException"/> without an answer or with 408, 429 or 5xx count as transient, others don't.</exception>
    ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken);
}
