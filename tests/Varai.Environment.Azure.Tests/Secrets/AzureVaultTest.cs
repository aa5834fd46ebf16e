using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Varai.AzureCloud.Secrets;
using Varai.AzureCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

/// <summary>A test with a vault of its own.</summary>
public abstract class AzureVaultTest : IAsyncLifetime
{
    private readonly List<HttpPipelineTransport> _transports = [];
    private KeyVaultServer? _server;

    internal KeyVaultServer Server => _server ?? throw new InvalidOperationException("The test has not begun.");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await KeyVaultServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (HttpPipelineTransport transport in _transports)
            (transport as IDisposable)?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal HttpPipelineTransport CreateTransport()
    {
        HttpPipelineTransport transport = Server.CreateTransport();
        _transports.Add(transport);
        return transport;
    }

    /// <summary>A provider that logs in with the client's secret.</summary>
    internal AzureKeyVaultProvider CreateProvider(Action<AzureKeyVaultOptions>? configure = null, TimeProvider? time = null)
    {
        AzureKeyVaultOptions options = CreateOptions(configure);
        HttpPipelineTransport transport = CreateTransport();
        return new AzureKeyVaultProvider("azure-key-vault", options, CreateCredential(transport), transport, time ?? TimeProvider.System);
    }

    internal AzureKeyVaultOptions CreateOptions(Action<AzureKeyVaultOptions>? configure = null)
    {
        var options = new AzureKeyVaultOptions
        {
            VaultUri = Server.Address,
            AuthorityHost = Server.Address,
            DisableInstanceDiscovery = true,
            DisableChallengeResourceVerification = true,
        };
        configure?.Invoke(options);
        return options;
    }

    internal TokenCredential CreateCredential(HttpPipelineTransport transport, string? clientSecret = null) => new ClientSecretCredential(
        KeyVaultServer.Tenant,
        KeyVaultServer.Client,
        clientSecret ?? Server.ClientSecret,
        new ClientSecretCredentialOptions
        {
            AuthorityHost = Server.Address,
            DisableInstanceDiscovery = true,
            Transport = transport,
            Retry = { MaxRetries = 0 },
        });

    private protected static async Task<Secret?> ReadAsync(ISecretProvider provider, string name, string? version = null) =>
        await provider.GetAsync(new SecretRequest(name) { Version = version }, Cancellation);

    private protected static async Task<List<SecretInfo>> ListAsync(ISecretLister provider, string? prefix = null)
    {
        var all = new List<SecretInfo>();
        await foreach (SecretInfo info in provider.ListAsync(prefix, Cancellation))
            all.Add(info);
        return all;
    }
}
