using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.Secrets;
using Varai.Vault.Secrets;

namespace Varai.Vault.Tests.Server;

/// <summary>A server with a client and a provider on it; disposed together.</summary>
internal sealed class TestVault : IAsyncDisposable
{
    private TestVault(VaultServer server, VaultOptions options, TimeProvider clock, ILogger<VaultClient>? logger)
    {
        (Server, Options) = (server, options);
        Client = new VaultClient("vault", options, clock, logger);
        Provider = new VaultSecretProvider("vault", Client, options, clock, logger ?? NullLogger<VaultClient>.Instance);
    }

    public VaultServer Server { get; }

    public VaultOptions Options { get; }

    public VaultClient Client { get; }

    public VaultSecretProvider Provider { get; }

    public static async Task<TestVault> StartAsync(
        Action<VaultOptions>? configure = null, TimeProvider? clock = null, Action<VaultServer>? prepare = null, ILogger<VaultClient>? logger = null)
    {
        VaultServer server = await VaultServer.StartAsync(clock);
        prepare?.Invoke(server);
        var options = new VaultOptions { Address = server.Address };
        configure?.Invoke(options);
        if (options.Auth is { Method: VaultAuthMethod.Token, Token: null, TokenFile: null })
            options.Auth.Token = VaultServer.RootToken;
        return new TestVault(server, options, clock ?? TimeProvider.System, logger);
    }

    /// <summary>Settings and server for a login by user name, which gives a role.</summary>
    public static Task<TestVault> WithUserAsync(
        ServerRole role, TimeProvider? clock = null, Action<VaultOptions>? configure = null, Action<VaultServer>? prepare = null, ILogger<VaultClient>? logger = null) => StartAsync(
        options =>
        {
            (options.Auth.Method, options.Auth.Username, options.Auth.Password) = (VaultAuthMethod.UserPass, "orders", "p4ss");
            configure?.Invoke(options);
        },
        clock,
        server =>
        {
            server.Logins.Users["orders"] = ("p4ss", role);
            prepare?.Invoke(server);
        },
        logger);

    public async Task<string?> ReadAsync(string name)
    {
        Secret? secret = await Provider.GetAsync(new SecretRequest(name), TestContext.Current.CancellationToken);
        return secret?.RevealString();
    }

    public static JsonObject Value(string value) => new() { ["value"] = value };

    public static Dictionary<string, SecretValue> Fields(params (string Name, string Value)[] fields) =>
        fields.ToDictionary(field => field.Name, field => new SecretValue(field.Value), StringComparer.Ordinal);

    public static string Text(SecretValue? value) => Encoding.UTF8.GetString(value!.RevealBytes().Span);

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
