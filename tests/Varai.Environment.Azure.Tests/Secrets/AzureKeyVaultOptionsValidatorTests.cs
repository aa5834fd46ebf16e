using Microsoft.Extensions.Options;
using Varai.AzureCloud.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

public sealed class AzureKeyVaultOptionsValidatorTests
{
    [Fact]
    public void Validate_of_a_vault_alone_succeeds() => Assert.True(Validate(new AzureKeyVaultOptions { VaultUri = new Uri("https://v") }).Succeeded);

    [Fact]
    public void Validate_says_all_that_is_wrong()
    {
        var options = new AzureKeyVaultOptions
        {
            VaultUri = new Uri("http://v"),
            AuthorityHost = new Uri("/relative", UriKind.Relative),
            NamePrefix = "a b",
            Identity = AzureKeyVaultIdentity.ClientSecret,
            TenantId = " ",
            ContentType = new string('x', 256),
            ExpiresAfter = TimeSpan.Zero,
        };
        for (int i = 0; i < 16; i++)
            options.Tags[$"{i}"] = "";
        Assert.Equal(
            [
                "Varai:AzureKeyVault:VaultUri is 'http://v/'; it must be the vault's address, such as https://my-vault.vault.azure.net.",
                "Varai:AzureKeyVault:AuthorityHost is '/relative'; it must be an https address.",
                "Varai:AzureKeyVault:NamePrefix is 'a b'; it must be empty, or what the name of a secret may begin with.",
                "Varai:AzureKeyVault:TenantId is ' '; it must be set when Identity is ClientSecret.",
                "Varai:AzureKeyVault:ClientId is ''; it must be set when Identity is ClientSecret.",
                "Varai:AzureKeyVault:ClientSecretFile is ''; it must be set when Identity is ClientSecret.",
                "Varai:AzureKeyVault:ContentType is '256 characters long'; it must be at most 255 characters long.",
                "Varai:AzureKeyVault:Tags is '16 tags'; it must be at most 15 tags.",
                "Varai:AzureKeyVault:ExpiresAfter is '00:00:00'; it must be from 00:00:01 to 36500.00:00:00, or not set.",
            ],
            Validate(options).Failures!);
    }

    [Theory]
    [InlineData("https://v:8443/", null)]
    [InlineData("https://v/secrets", "Varai:AzureKeyVault:VaultUri is 'https://v/secrets'; it must be the vault's address, such as https://my-vault.vault.azure.net.")]
    [InlineData("https://me:s3cr3t@v", "Varai:AzureKeyVault:VaultUri is not what it must be: the vault's address, such as https://my-vault.vault.azure.net, without user name and query.")]
    [InlineData("https://v?code=s3cr3t", "Varai:AzureKeyVault:VaultUri is not what it must be: the vault's address, such as https://my-vault.vault.azure.net, without user name and query.")]
    public void Validate_of_an_address_shows_no_password(string address, string? expected) =>
        Assert.Equal(expected, Validate(new AzureKeyVaultOptions { VaultUri = new Uri(address) }).FailureMessage);

    [Fact]
    public void Validate_of_an_authority_shows_no_password()
    {
        var options = new AzureKeyVaultOptions { VaultUri = new Uri("https://v"), AuthorityHost = new Uri("https://me:s3cr3t@login/adfs") };
        Assert.Equal(
            "Varai:AzureKeyVault:AuthorityHost is not what it must be: an https address, without user name and query.", Assert.Single(Validate(options).Failures!));
        options.AuthorityHost = new Uri("https://login/adfs");
        Assert.True(Validate(options).Succeeded);
    }

    [Fact]
    public void Validate_of_a_named_provider_names_its_section()
    {
        string failure = Assert.Single(Validate(new AzureKeyVaultOptions(), "vault-eu").Failures!);
        Assert.StartsWith("Varai:vault-eu:VaultUri is '';", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_wants_what_a_certificate_needs()
    {
        var options = new AzureKeyVaultOptions { VaultUri = new Uri("https://v"), Identity = AzureKeyVaultIdentity.ClientCertificate };
        Assert.Equal(3, Validate(options).Failures!.Count());
        (options.TenantId, options.ClientId, options.ClientCertificateFile) = ("t", "c", "f");
        Assert.True(Validate(options).Succeeded);
    }

    [Fact]
    public void Validate_of_an_identity_that_does_not_exist_fails_unless_code_gives_the_credential()
    {
        var options = new AzureKeyVaultOptions { VaultUri = new Uri("https://v"), Identity = (AzureKeyVaultIdentity)9 };
        Assert.Equal(
            "Varai:AzureKeyVault:Identity is '9'; it must be one of Default, ManagedIdentity, WorkloadIdentity, ClientSecret, ClientCertificate.",
            Assert.Single(Validate(options).Failures!));
        options.Credential = static _ => throw new InvalidOperationException();
        Assert.True(Validate(options).Succeeded);
    }

    private static ValidateOptionsResult Validate(AzureKeyVaultOptions options, string name = "") =>
        new AzureKeyVaultOptionsValidator().Validate(name, options);
}
