using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Snippets;

internal static class SecretSnippets
{
    public static async Task ReadAsync(IVaraiEnvironment varai, string newPassword)
    {
        // snippet: secrets-read
        string apiKey = await varai.GetSecretAsync("API_KEY");                // IVaraiEnvironment, the front door
        string password = varai.GetSecret("db-password");                     // without waiting
        string user = await varai.GetSecretAsync("db-login#user");            // a field of a JSON secret
        string before = await varai.GetSecretAsync("db-password@3");          // a version
        await varai.SetSecretAsync("db-password", newPassword);
        Secret? certificate = await varai.Secrets.FindSecretAsync("tls.pfx"); // version, provider, expiry, bytes
        // end-snippet
        Console.WriteLine($"{apiKey.Length} {password.Length} {user.Length} {before.Length} {certificate}");
    }

    public static void Route(HostApplicationBuilder builder)
    {
        // snippet: secrets-routes
        builder.AddVarai()
            .AddVault()
            .AddVault("vault-legacy")
            .RouteSecrets("payments/*", "vault")
            .RouteSecrets("old/*", "vault-legacy", stripPrefix: "old/") // "old/db" is asked for as "db"
            .ConfigureSecrets(o => o.Providers.Add("vault"));           // for all other names: this one alone
        // end-snippet
    }

    public static async Task WatchAsync(IVaraiEnvironment varai, Func<string, Task> reconnectAsync, CancellationToken stoppingToken)
    {
        // snippet: secrets-watch
        ISecretHandle password = varai.Secrets.GetHandle("db-password");
        await foreach (SecretChange change in varai.Secrets.WatchAsync("db-password", stoppingToken))
        {
            if (change.Kind != SecretChangeKind.Deleted)
                await reconnectAsync(await password.GetSecretAsync(stoppingToken));
        }
        // end-snippet
    }

    public static async Task CheckAsync(ISecretProvider provider, Func<string, SecretValue, CancellationToken, Task> putIntoBackendAsync)
    {
        // snippet: secrets-contract
        await new SecretProviderContract(provider, plant: (name, value, token) => putIntoBackendAsync(name, value, token)).RunAsync();
        // end-snippet
    }
}
