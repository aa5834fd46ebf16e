using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Varai.Vault.Secrets;

/// <summary>What Vault's own tools take from the environment. Only the instance without a name of its own does: the token of one
/// Vault must not go to another one.</summary>
internal sealed class VaultVariables(IConfiguration configuration) : IPostConfigureOptions<VaultOptions>
{
    public void PostConfigure(string? name, VaultOptions options)
    {
        if (name != VaultInstance.DefaultName)
            return;

        options.Address ??= Variable("VAULT_ADDR");
        options.Namespace ??= Variable("VAULT_NAMESPACE");
        options.Tls.CaFile ??= Variable("VAULT_CACERT");
        if (options.Tls.ClientCertificateFile is null && Variable("VAULT_CLIENT_CERT") is { } certificate)
        {
            options.Tls.ClientCertificateFile = certificate;
            options.Tls.ClientKeyFile ??= Variable("VAULT_CLIENT_KEY");
        }

        options.Tls.ServerName ??= Variable("VAULT_TLS_SERVER_NAME");
        if (options.Auth is { Method: VaultAuthMethod.Token, Token: null, TokenFile: null })
            options.Auth.Token = Variable("VAULT_TOKEN");
    }

    private string? Variable(string name) => configuration[name] is { Length: > 0 } value ? value : null;
}
