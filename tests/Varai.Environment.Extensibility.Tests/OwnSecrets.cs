using Microsoft.Extensions.Primitives;
using Varai.Secrets;

namespace Contoso.Extensions;

/// <summary>A secret store written outside Varai: without a chain and without a cache.</summary>
internal sealed class OwnSecrets : ISecretStore
{
    private readonly TeamVault _vault = new();

    public async ValueTask<string> GetSecretAsync(string name, CancellationToken cancellationToken = default) =>
        (await FindSecretAsync(name, cancellationToken) ?? throw new SecretNotFoundException(name, [_vault.Name])).RevealString();

    public string GetSecret(string name) => (FindSecret(name) ?? throw new SecretNotFoundException(name, [_vault.Name])).RevealString();

    public ValueTask<Secret?> FindSecretAsync(string name, CancellationToken cancellationToken = default) =>
        _vault.GetAsync(new SecretRequest(name), cancellationToken);

    public Secret? FindSecret(string name) => _vault.Find(new SecretRequest(name));

    public ISecretHandle GetHandle(string name) => new OwnHandle(this, name);

    public IAsyncEnumerable<SecretInfo> ListSecretsAsync(string? prefix = null, CancellationToken cancellationToken = default) =>
        AsyncEnumerable.Empty<SecretInfo>();

    public IAsyncEnumerable<SecretChange> WatchAsync(string? name = null, CancellationToken cancellationToken = default) =>
        AsyncEnumerable.Empty<SecretChange>();

    public ValueTask<string?> SetSecretAsync(string name, SecretValue value, CancellationToken cancellationToken = default) =>
        _vault.SetAsync(name, value, cancellationToken);

    public ValueTask<bool> DeleteSecretAsync(string name, CancellationToken cancellationToken = default) =>
        _vault.DeleteAsync(name, cancellationToken);

    public void Invalidate(string name)
    {
        // Nothing is cached.
    }

    public IChangeToken GetChangeToken(string name) => new CancellationChangeToken(CancellationToken.None);

    private sealed class OwnHandle(OwnSecrets secrets, string name) : ISecretHandle
    {
        public string Name => name;

        public string GetSecret() => secrets.GetSecret(name);

        public ValueTask<string> GetSecretAsync(CancellationToken cancellationToken = default) => secrets.GetSecretAsync(name, cancellationToken);

        public ValueTask<Secret?> FindSecretAsync(CancellationToken cancellationToken = default) => secrets.FindSecretAsync(name, cancellationToken);
    }
}
