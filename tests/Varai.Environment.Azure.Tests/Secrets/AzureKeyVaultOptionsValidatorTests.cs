using Azure.Identity;
using Microsoft.Extensions.Options;
using Varai.AzureCloud.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

public sealed class AzureKeyVaultOptionsValidatorTests
{
    [Fact]
    public void Validate_a_vault_is_enough() => Assert.True(Validate(_ => { }).Succeeded);

    [Fact]
    public void Validate_names_key_value_and_rule_of_everything_that_is_wrong()
    {
        ValidateOptionsResult result = Validate(options =>
        {
            options.VaultUri = new Uri("https://shop.vault.azure.net/secrets");
            options.AuthorityHost = new Uri("http://login.example.com");
            options.NamePrefix = "a#b";
            options.Identity = AzureKeyVaultIdentity.ClientCertificate;
            options.ClientId = " ";
            options.ContentType = new string('x', 256);
            for (int i = 0; i < 16; i++)
                options.Tags[$"tag-{i}"] = "value";
            options.ExpiresAfter = TimeSpan.Zero;
        });

        Assert.Equal(
            [
                "Varai:AzureKeyVault:VaultUri is 'https://shop.vault.azure.net/secrets'; it must be the https address of a vault, such as https://my-vault.vault.azure.net, without user name, path and query.",
                "Varai:AzureKeyVault:AuthorityHost is 'http://login.example.com'; it must be an https address without user name and query.",
                "Varai:AzureKeyVault:NamePrefix is 'a#b'; it must be empty, or what the name of a secret may begin with.",
                "Varai:AzureKeyVault:TenantId is ''; it must be set when Identity is ClientCertificate.",
                "Varai:AzureKeyVault:ClientId is ' '; it must be set when Identity is ClientCertificate.",
                "Varai:AzureKeyVault:ClientCertificateFile is ''; it must be set when Identity is ClientCertificate.",
                "Varai:AzureKeyVault:ContentType is '256 characters long'; it must be at most 255 characters long.",
                "Varai:AzureKeyVault:Tags is '16 tags'; it must be at most 15 tags.",
                "Varai:AzureKeyVault:ExpiresAfter is '00:00:00'; it must be from 00:00:01 to 36500.00:00:00, or not set.",
            ],
            result.Failures);
    }

    [Theory]
    [InlineData("https://shop.vault.azure.net/", true)]
    [InlineData("https://shop.vault.azure.net:8443", true)]
    [InlineData("https://shop.vault.azure.net/?key=1", false)]
    [InlineData("https://shop.vault.azure.net/#key", false)]
    [InlineData("shop.vault.azure.net", false)]
    [InlineData("ftp://shop.vault.azure.net", false)]
    public void Validate_takes_addresses_of_vaults(string address, bool isValid) =>
        Assert.Equal(isValid, Validate(options => options.VaultUri = new Uri(address, UriKind.RelativeOrAbsolute)).Succeeded);

    [Fact]
    public void Validate_shows_no_password_of_an_address()
    {
        ValidateOptionsResult result = Validate(options => (options.VaultUri, options.AuthorityHost) =
            (new Uri("https://me:s3cr3t@shop.vault.azure.net"), new Uri("https://login.example.com/?code=s3cr3t")));

        Assert.Equal(2, result.Failures!.Count());
        Assert.DoesNotContain("s3cr3t", result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_asks_for_no_identity_where_there_is_a_credential() => Assert.True(Validate(options =>
    {
        options.Identity = AzureKeyVaultIdentity.ClientSecret;
        options.Credential = _ => new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned);
    }).Succeeded);

    [Fact]
    public void Validate_names_the_identities_that_there_are() => Assert.Equal(
        ["Varai:AzureKeyVault:Identity is '9'; it must be one of Default, ManagedIdentity, WorkloadIdentity, ClientSecret, ClientCertificate."],
        Validate(options => options.Identity = (AzureKeyVaultIdentity)9).Failures);

    private static ValidateOptionsResult Validate(Action<AzureKeyVaultOptions> configure)
    {
        var options = new AzureKeyVaultOptions { VaultUri = new Uri("https://shop.vault.azure.net") };
        configure(options);
        return new AzureKeyVaultOptionsValidator().Validate(Options.DefaultName, options);
    }
}
