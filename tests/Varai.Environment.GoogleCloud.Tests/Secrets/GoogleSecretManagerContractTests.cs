using Varai.GoogleCloud.Secrets;
using Varai.GoogleCloud.Tests.Server;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.GoogleCloud.Tests.Secrets;

public sealed class GoogleSecretManagerContractTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "", false)]
    [InlineData("europe-west3", "", false)]
    [InlineData(null, "app_", true)]
    public async Task Contract_OnTheTestServer_Holds(string? location, string prefix, bool escape)
    {
        await using GoogleServer server = await GoogleServer.StartAsync();
        server.Secrets.MaximumPageSize = 3;
        GoogleSecretManagerOptions options = server.Options();
        options.Location = location;
        options.NamePrefix = prefix;
        options.EscapeNames = escape;
        using var client = new GoogleSecretManagerClient(options);
        var provider = new GoogleSecretManagerProvider(client, options);

        await new SecretProviderContract(provider, (name, value, _) =>
        {
            server.Plant(GoogleSecretName.ToId(name, prefix, escape)!, value.RevealBytes().Span, location ?? "");
            return Task.CompletedTask;
        }).RunAsync(Token);
    }

    [Fact]
    public async Task Contract_OnGoogle_Holds()
    {
        const string Variable = "VARAI_TEST_GOOGLE_PROJECT";
        string? project = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(project is not null, $"No real Google Secret Manager. Set {Variable} to a project, with application default credentials that may administer secrets.");
        // The location of regional secrets, if they are meant.
        var options = new GoogleSecretManagerOptions { ProjectId = project, Location = Environment.GetEnvironmentVariable("VARAI_TEST_GOOGLE_LOCATION") };
        options.Labels["varai-contract"] = "yes";
        using var client = new GoogleSecretManagerClient(options);
        var provider = new GoogleSecretManagerProvider(client, options);
        try
        {
            await new SecretProviderContract(
                provider, async (name, value, token) => await client.AddVersionAsync(name, value, new GoogleSecretCreation(), token)).RunAsync(Token);
        }
        finally
        {
            await foreach (GoogleSecretMetadata secret in client.ListSecretsAsync("name:varai-contract-", cancellationToken: Token))
                await client.DeleteSecretAsync(secret.SecretId, cancellationToken: Token);
        }
    }
}
