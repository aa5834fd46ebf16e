namespace Varai.Secrets;

/// <summary>Another provider without its capability to write, for a place that others fill, such as a mount.</summary>
internal sealed class ReadOnlySecretProvider(ISecretProvider inner) : ISecretProvider, ISecretLister, ISecretChangeNotifier, IDisposable
{
    public string Name => inner.Name;

    public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) => inner.GetAsync(request, cancellationToken);

    public IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, CancellationToken cancellationToken) =>
        inner is ISecretLister lister ? lister.ListAsync(prefix, cancellationToken) : AsyncEnumerable.Empty<SecretInfo>();

    public IDisposable Subscribe(Action<string?> changed) =>
        inner is ISecretChangeNotifier notifier ? notifier.Subscribe(changed) : new Nothing();

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
