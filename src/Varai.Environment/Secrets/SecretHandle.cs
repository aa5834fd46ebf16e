namespace Varai.Secrets;

internal sealed class SecretHandle(SecretStore store, string name) : ISecretHandle
{
    public string Name => name;

    public string GetSecret() => store.GetSecret(name);

    public ValueTask<string> GetSecretAsync(CancellationToken cancellationToken = default) => store.GetSecretAsync(name, cancellationToken);

    public ValueTask<Secret?> FindSecretAsync(CancellationToken cancellationToken = default) => store.FindSecretAsync(name, cancellationToken);
}
