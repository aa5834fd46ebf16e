namespace Varai.Secrets;

/// <summary>Keeps the slot, which saves the lookup. A slot that was dropped from the cache is empty, so that it is looked up again.</summary>
internal sealed class SecretHandle(SecretStore store, string name) : ISecretHandle
{
    private volatile SecretSlot? _slot;

    public string Name => name;

    public string GetSecret() => _slot is { } slot && store.TryGetText(slot) is { } text ? text : GetSlowly();

    public ValueTask<string> GetSecretAsync(CancellationToken cancellationToken = default) =>
        !cancellationToken.IsCancellationRequested && _slot is { } slot && store.TryGetText(slot) is { } text
            ? new ValueTask<string>(text)
            : GetSlowlyAsync(cancellationToken);

    public ValueTask<Secret?> FindSecretAsync(CancellationToken cancellationToken = default) => store.FindSecretAsync(name, cancellationToken);

    private string GetSlowly()
    {
        string text = store.GetSecret(name);
        _slot = store.FindSlot(name);
        return text;
    }

    private async ValueTask<string> GetSlowlyAsync(CancellationToken cancellationToken)
    {
        string text = await store.GetSecretAsync(name, cancellationToken).ConfigureAwait(false);
        _slot = store.FindSlot(name);
        return text;
    }
}
