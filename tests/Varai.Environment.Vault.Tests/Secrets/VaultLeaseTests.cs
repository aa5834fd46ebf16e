using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Secrets;
using Varai.Vault.Secrets;
using Varai.Vault.Tests.Server;
using static Varai.Vault.Tests.Secrets.VaultSessionTests;

namespace Varai.Vault.Tests.Secrets;

public sealed class VaultLeaseTests
{
    private const string Name = "database/creds/readonly";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<string?> _changes = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAsync_Credentials_AreTheSameUntilTheyEnd()
    {
        await using TestVault vault = await StartAsync(TimeSpan.FromHours(1), TimeSpan.FromHours(24));

        Secret first = await ReadAsync(vault);
        Secret again = await ReadAsync(vault);

        Assert.Equal(first.RevealString(), again.RevealString());
        Assert.Equal(first.Version, again.Version);
        Assert.NotSame(first.Value, again.Value); // whoever gets a value disposes it
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromHours(1), first.ExpiresAt);
        Assert.Equal("application/json", first.ContentType);
        Assert.Equal(1, vault.Server.Count(Name));
        Assert.NotNull(await vault.Provider.GetAsync(new SecretRequest(Name) { Version = first.Version }, Token));
        Assert.Null(await vault.Provider.GetAsync(new SecretRequest(Name) { Version = "other" }, Token));
    }

    [Fact]
    public async Task GetAsync_ConcurrentReads_MakeOneLease()
    {
        await using TestVault vault = await StartAsync(TimeSpan.FromHours(1), TimeSpan.FromHours(24));

        await Parallel.ForAsync(0, 20, Token, async (_, _) => await ReadAsync(vault));

        Assert.Single(vault.Server.Tokens.Leases);
    }

    [Fact]
    public async Task Lease_IsRenewedAtTwoThirdsForAslongAsVaultDoes()
    {
        await using TestVault vault = await StartAsync(TimeSpan.FromMinutes(60), TimeSpan.FromHours(24));
        Secret first = await ReadAsync(vault);

        for (int hour = 1; hour <= 5; hour++)
        {
            int renewals = vault.Server.Count("sys/leases/renew");
            _clock.Advance(TimeSpan.FromMinutes(41));
            await UntilAsync(() => vault.Server.Count("sys/leases/renew") > renewals && vault.Server.Tokens.Leases.Single().ExpiresAt == _clock.GetUtcNow().AddHours(1));
            while ((await ReadAsync(vault)).ExpiresAt != _clock.GetUtcNow().AddHours(1))
                Token.ThrowIfCancellationRequested();
        }

        Assert.Equal(first.RevealString(), (await ReadAsync(vault)).RevealString());
        Assert.Empty(_changes);
    }

    [Fact]
    public async Task Lease_AtItsMaximum_IsAnnouncedBeforeItEndsAndReplaced()
    {
        var log = new FakeLogger<VaultClient>();
        await using TestVault vault = await StartAsync(TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(70), log);
        Secret first = await ReadAsync(vault);

        _clock.Advance(TimeSpan.FromMinutes(41)); // renewed for 29 minutes only
        await UntilAsync(() => log.Collector.GetSnapshot().Any(record => record.Id.Id == 1704));
        Assert.Empty(_changes);
        _clock.Advance(TimeSpan.FromMinutes(20));
        await UntilAsync(() => !_changes.IsEmpty);

        Assert.Equal(Name, Assert.Single(_changes));
        Secret next = await ReadAsync(vault);
        Assert.NotEqual(first.Version, next.Version);
        Assert.Equal(2, vault.Server.Tokens.Leases.Count); // the old ones work until all have changed over
        Assert.Null(await vault.Provider.GetAsync(new SecretRequest(Name) { Version = first.Version }, Token));
    }

    [Fact]
    public async Task Lease_RevokedBySomebodyElse_IsAnnouncedAndReplaced()
    {
        await using TestVault vault = await StartAsync(TimeSpan.FromMinutes(60), TimeSpan.FromHours(24));
        Secret first = await ReadAsync(vault);
        vault.Server.Tokens.RevokeLease(vault.Server.Tokens.Leases.Single().Id);

        _clock.Advance(TimeSpan.FromMinutes(41));
        await UntilAsync(() => !_changes.IsEmpty);

        Assert.NotEqual(first.Version, (await ReadAsync(vault)).Version);
    }

    [Fact]
    public async Task Lease_RenewalFailsForAWhile_IsTriedAgain()
    {
        var log = new FakeLogger<VaultClient>();
        await using TestVault vault = await StartAsync(TimeSpan.FromMinutes(60), TimeSpan.FromHours(24), log);
        Secret first = await ReadAsync(vault);
        vault.Server.Fail(ServerFault.Status, 500, times: 1, where: path => path == "sys/leases/renew");

        _clock.Advance(TimeSpan.FromMinutes(41));
        await UntilAsync(() => log.Collector.GetSnapshot().Any(record => record.Id.Id == 1705));
        _clock.Advance(TimeSpan.FromSeconds(31));
        await UntilAsync(() => log.Collector.GetSnapshot().Any(record => record.Id.Id == 1704));

        Assert.Equal(first.Version, (await ReadAsync(vault)).Version);
        Assert.Empty(_changes);
    }

    [Fact]
    public async Task Lease_OfATokenThatWasReplaced_IsAnnouncedAndReplaced()
    {
        await using TestVault vault = await StartAsync(TimeSpan.FromMinutes(60), TimeSpan.FromHours(24));
        Secret first = await ReadAsync(vault);

        vault.Server.Tokens.RevokeAll(); // and with the token all that it made
        Assert.Null(await vault.ReadAsync("a"));

        Assert.Equal(Name, Assert.Single(_changes));
        Assert.NotEqual(first.Version, (await ReadAsync(vault)).Version);
    }

    [Fact]
    public async Task DisposeAsync_Leases_AreRevoked()
    {
        var log = new FakeLogger<VaultClient>();
        TestVault vault = await StartAsync(TimeSpan.FromHours(1), TimeSpan.FromHours(24), log);
        await using VaultServer server = vault.Server;
        await ReadAsync(vault);
        await vault.Provider.GetAsync(new SecretRequest("database/creds/writer"), Token);
        Assert.Equal(2, server.Tokens.Leases.Count);

        await vault.Provider.DisposeAsync();

        Assert.Equal(2, server.Count("sys/leases/revoke"));
        Assert.Empty(server.Tokens.Leases);
        Assert.Contains(log.Collector.GetSnapshot(), record => record.Message.StartsWith("2 of 2 leases", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DisposeAsync_VaultHangs_EndsWithinItsLimit()
    {
        var log = new FakeLogger<VaultClient>();
        TestVault vault = await StartAsync(TimeSpan.FromHours(1), TimeSpan.FromHours(24), log);
        await using VaultServer server = vault.Server;
        await ReadAsync(vault);
        server.Fail(ServerFault.Hang);

        Task disposing = vault.Provider.DisposeAsync().AsTask();
        await UntilAsync(() => server.Count("sys/leases/revoke") == 1);
        Assert.False(disposing.IsCompleted);
        _clock.Advance(vault.Options.RevokeTimeout);
        await disposing;

        Assert.Contains(log.Collector.GetSnapshot(), record => record.Message.StartsWith("0 of 1 leases", StringComparison.Ordinal));
        Task closing = vault.Client.DisposeAsync().AsTask();
        await UntilAsync(() => server.Count("revoke-self") == 1);
        _clock.Advance(vault.Options.RevokeTimeout);
        await closing;
    }

    [Fact]
    public async Task SetAndDelete_Credentials_AreRefused()
    {
        await using TestVault vault = await StartAsync(TimeSpan.FromHours(1), TimeSpan.FromHours(24));

        await Assert.ThrowsAsync<ArgumentException>(async () => await vault.Provider.SetAsync(Name, new SecretValue("x"), Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await vault.Provider.DeleteAsync(Name, Token));
    }

    private async Task<TestVault> StartAsync(TimeSpan ttl, TimeSpan maxTtl, FakeLogger<VaultClient>? log = null)
    {
        TestVault vault = await TestVault.WithUserAsync(
            new ServerRole { Ttl = TimeSpan.FromDays(30), MaxTtl = TimeSpan.FromDays(60) },
            _clock,
            o => o.DynamicMounts.Add("database"),
            server => (server.DatabaseTtl, server.DatabaseMaxTtl) = (ttl, maxTtl),
            log);
        _ = vault.Provider.Subscribe(_changes.Enqueue);
        return vault;
    }

    private static async Task<Secret> ReadAsync(TestVault vault) =>
        (await vault.Provider.GetAsync(new SecretRequest(Name), Token))!;
}
