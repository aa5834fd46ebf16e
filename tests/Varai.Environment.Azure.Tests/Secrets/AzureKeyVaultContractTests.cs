using Azure.Core;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Varai.AzureCloud.Secrets;
using Varai.Testing.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

/// <summary>What every provider must do, against the test server and, where one is named, against a vault of Azure's.</summary>
public sealed class AzureKeyVaultContractTests : AzureVaultTest
{
    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    [InlineData(true, 2)]
    public async Task Provider_keeps_the_contract(bool purges, int slowness)
    {
        Server.Vault.Slowness = slowness;
        Server.Vault.PageSize = 4;
        AzureKeyVaultProvider provider = CreateProvider(options => options.PurgeOnDelete = purges);
        await new SecretProviderContract(
            provider,
            (name, value, _) =>
            {
                Server.Vault.Plant(name, value.RevealString());
                return Task.CompletedTask;
            }).RunAsync(Cancellation);
    }

    [Fact]
    public async Task Provider_keeps_the_contract_with_case_sensitive_names_and_a_prefix()
    {
        AzureKeyVaultProvider provider = CreateProvider(options => (options.CaseSensitiveNames, options.NamePrefix) = (true, "Shop:"));
        await new SecretProviderContract(
            provider,
            (name, value, _) =>
            {
                Server.Vault.Plant("---kshop--" + name, value.RevealString());
                return Task.CompletedTask;
            }).RunAsync(Cancellation);
    }

    /// <summary>Needs a vault that may be written to: its address in VARAI_TEST_AZURE_VAULT_URI, and an identity that DefaultAzureCredential
    /// finds, with the role Key Vault Secrets Officer.</summary>
    [Fact]
    public async Task Provider_keeps_the_contract_with_a_real_vault()
    {
        string? address = Environment.GetEnvironmentVariable("VARAI_TEST_AZURE_VAULT_URI");
        Assert.SkipWhen(string.IsNullOrEmpty(address), "No vault is named: set VARAI_TEST_AZURE_VAULT_URI to its address.");
        TokenCredential credential = new DefaultAzureCredential();
        var options = new AzureKeyVaultOptions { VaultUri = new Uri(address) };
        var provider = new AzureKeyVaultProvider("azure-key-vault", options, credential, transport: null, TimeProvider.System);
        var client = new SecretClient(options.VaultUri, credential);
        await new SecretProviderContract(
            provider, async (name, value, token) => await client.SetSecretAsync(name, value.RevealString(), token)).RunAsync(Cancellation);
    }
}
