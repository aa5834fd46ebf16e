using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai;
using Varai.Secrets;
using Varai.Vault.Secrets;

namespace SecretsSample;

/// <summary>Each backend in a few lines. All of it can be set in the section <c>Varai</c> of the host's configuration, too.</summary>
internal static class Backends
{
    public static async Task<int> ReadAsync(string backend, string name)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        Action<HostApplicationBuilder>? add = backend switch
        {
            "aws" => AddAws,
            "google" => AddGoogle,
            "vault" => AddVault,
            "azure" => AddAzure,
            _ => null,
        };
        if (add is null)
        {
            Console.Error.WriteLine($"'{backend}' is none of aws, google, vault, azure.");
            return 2;
        }

        try
        {
            add(builder);
            using IHost host = builder.Build();
            await host.StartAsync();
            Secret? secret = await host.Services.GetRequiredService<ISecretStore>().FindSecretAsync(name);
            await host.StopAsync();
            Console.WriteLine(secret is null
                ? $"'{name}' was not found"
                : $"'{name}' is in '{secret.Provider}', version {secret.Version ?? "none"}, {secret.Value.RevealBytes().Length} bytes");
            return secret is null ? 1 : 0;
        }
        catch (Exception e) when (e is VaraiException or Microsoft.Extensions.Options.OptionsValidationException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static void AddAws(HostApplicationBuilder builder)
    {
        // snippet: secrets-aws
        builder.AddVarai().AddAwsSecretsManager(o =>
        {
            o.Region = "eu-central-1";         // credentials come from wherever the AWS SDK finds them
            o.ReplicaRegions.Add("eu-west-1"); // read from when the first region fails
            o.NamePrefix = "shop/";
        });
        // end-snippet
    }

    private static void AddGoogle(HostApplicationBuilder builder)
    {
        // snippet: secrets-google
        builder.AddVarai().AddGoogleSecretManager(o =>
        {
            o.ProjectId = "shop-production"; // application default credentials, unless CredentialsFile names a file
            o.NamePrefix = "shop-";
        });
        // end-snippet
    }

    private static void AddVault(HostApplicationBuilder builder)
    {
        // snippet: secrets-vault
        builder.AddVarai().AddVault(o =>
        {
            o.Address = "https://vault.example.com:8200";
            o.Auth.Method = VaultAuthMethod.Kubernetes;
            o.Auth.Role = "shop";
            o.Mount = "secret";            // key/value version 1 or 2, found out by itself
            o.DynamicMounts.Add("database"); // leases there are renewed, and revoked at shutdown
        });
        // end-snippet
    }

    private static void AddAzure(HostApplicationBuilder builder)
    {
        // snippet: secrets-azure
        builder.AddVarai().AddAzureKeyVault(o =>
        {
            o.VaultUri = new Uri("https://shop-production.vault.azure.net/"); // DefaultAzureCredential, unless said otherwise
            o.ExpiresAfter = TimeSpan.FromDays(90);                           // of what is written
        });
        // end-snippet
    }
}
