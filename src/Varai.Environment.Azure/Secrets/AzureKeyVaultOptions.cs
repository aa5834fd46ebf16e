using Azure.Core;
using Azure.Core.Pipeline;

namespace Varai.AzureCloud.Secrets;

/// <summary>One Key Vault as a secret provider; the section <c>Varai:AzureKeyVault</c>, or <c>Varai:NAME</c> for a provider of
/// another name.</summary>
/// <remarks>
/// <para>Names. Key Vault takes letters, digits and <c>-</c>, at most 127. A name made of letters, digits and single hyphens is stored
/// as it is, and <c>:</c> as <c>--</c>, as .NET's own configuration provider has it. Any other character is stored as three
/// hyphens and a letter: <c>_</c> as <c>---u</c>, <c>.</c> as <c>---d</c>, <c>/</c> as <c>---s</c>, and every other one as
/// <c>---x</c> with the four hexadecimal digits of its UTF-16 code. A <c>-</c> or <c>:</c> right behind another one is stored as
/// <c>---h</c> or <c>---c</c>. No two names have the same stored name and each stored name leads back, except that Key Vault does not
/// tell upper case from lower: see <see cref="CaseSensitiveNames"/>. A name that is stored with more than 127
/// characters is not here when it is read, and an <see cref="ArgumentException"/> when it is written.</para>
/// <para>Values. Key Vault holds strings. Bytes that are no UTF-8 text are stored in base64 with the content type
/// <c>application/octet-stream;base64</c>. A value of that content type, or of <c>application/x-pkcs12</c>, which Key Vault
/// gives to the certificates it manages, is given as the bytes that its base64 stands for.</para>
/// </remarks>
public sealed class AzureKeyVaultOptions
{
    /// <summary>The section of the provider that is added without a name.</summary>
    public const string SectionName = "Varai:AzureKeyVault";

    /// <summary>The vault's address, such as <c>https://my-vault.vault.azure.net</c>.</summary>
    /// <value>Default: none; it has to be set.</value>
    public Uri? VaultUri { get; set; }

    /// <summary>What stands before each name in the vault; other secrets of the vault are not seen. May hold what names may hold.</summary>
    /// <value>Default: empty.</value>
    public string NamePrefix { get; set; } = "";

    /// <summary>Whether upper-case letters are stored as <c>---k</c> and the lower-case letter, so that names that differ in case only
    /// are different secrets. Otherwise they are one secret, as Key Vault has it; secrets that others named with upper-case letters are
    /// found then.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool CaseSensitiveNames { get; set; }

    /// <summary>Who the service is; not asked when <see cref="Credential"/> is set.</summary>
    /// <value>Default: <see cref="AzureKeyVaultIdentity.Default"/>.</value>
    public AzureKeyVaultIdentity Identity { get; set; }

    /// <summary>The Entra tenant.</summary>
    /// <value>Default: none; what the environment says.</value>
    public string? TenantId { get; set; }

    /// <summary>The Entra application, or the user-assigned managed identity.</summary>
    /// <value>Default: none; what the environment says.</value>
    public string? ClientId { get; set; }

    /// <summary>The file that holds the client secret; read again for each token, so that a new one is used without a restart.</summary>
    /// <value>Default: none.</value>
    public string? ClientSecretFile { get; set; }

    /// <summary>The file that holds the client certificate and its private key: PEM, or PFX without a password.</summary>
    /// <value>Default: none.</value>
    public string? ClientCertificateFile { get; set; }

    /// <summary>Where the service logs in, for another cloud than the public one.</summary>
    /// <value>Default: none; <c>AZURE_AUTHORITY_HOST</c>, otherwise the public cloud.</value>
    public Uri? AuthorityHost { get; set; }

    /// <summary>Whether <see cref="AuthorityHost"/> is believed without asking the public cloud about it: for clouds that are cut
    /// off from it.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool DisableInstanceDiscovery { get; set; }

    /// <summary>Whether the vault may ask for tokens for another domain than its own: for clouds whose vaults have
    /// addresses of their own.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool DisableChallengeResourceVerification { get; set; }

    /// <summary>Whether deleting a secret also purges it, so that nobody can recover it, and whether writing to the name of a deleted
    /// secret purges that one first. Otherwise a deleted secret can be recovered, and writing to its name recovers it with
    /// its earlier versions.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool PurgeOnDelete { get; set; }

    /// <summary>The content type of written secrets that are text.</summary>
    /// <value>Default: none.</value>
    public string? ContentType { get; set; }

    /// <summary>The tags of written secrets; at most 15.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long after they were written secrets expire.</summary>
    /// <value>Default: <see langword="null"/>, they do not.</value>
    public TimeSpan? ExpiresAfter { get; set; }

    /// <summary>Makes the credential, in place of <see cref="Identity"/>; called once. Set in code.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<IServiceProvider, TokenCredential>? Credential { get; set; }

    /// <summary>Makes what sends the requests, those for tokens included: for a proxy or a certificate authority of your own;
    /// called once. Set in code.</summary>
    /// <value>Default: <see langword="null"/>, the SDK's own.</value>
    public Func<IServiceProvider, HttpPipelineTransport>? Transport { get; set; }
}
