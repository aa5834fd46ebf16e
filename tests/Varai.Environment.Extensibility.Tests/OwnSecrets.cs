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

    public Secret? FindSecret(string name)
    {
        ValueTask<Secret?> read = _vault.GetAsync(new SecretRequest(name), CancellationToken.None);
        return read.IsCompletedSuccessfully ? read.Result : throw new SecretNotReadyException(name);
    }

    public ValueTask<string?> SetSecretAsync(string name, SecretValue value, CancellationToken cancellationToken = default) =>
        _vault.SetAsync(name, value, cancellationToken);

    public ValueTask<bool> DeleteSecretAsync(string name, CancellationToken cancellationToken = default) =>
        _vault.DeleteAsync(name, cancellationToken);

    public void Invalidate(string name)
    {
        // Nothing is cached.
    }

    public IChangeToken GetChangeToken(string name) => new CancellationChangeToken(CancellationToken.None);
}
