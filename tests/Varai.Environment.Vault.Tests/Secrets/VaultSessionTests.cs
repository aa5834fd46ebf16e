using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Secrets;
using Varai.Vault.Secrets;
using Varai.Vault.Tests.Server;

namespace Varai.Vault.Tests.Secrets;

public sealed class VaultSessionTests
{
    private static readonly ServerRole ShortLived = new() { Ttl = TimeSpan.FromSeconds(5), MaxTtl = TimeSpan.FromSeconds(20) };

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reads_TokenOfFiveSeconds_NeverFailWithinAMinute(bool batch)
    {
        await using TestVault vault = await TestVault.WithUserAsync(ShortLived with { IsBatch = batch }, _clock);
        vault.Server.Plant("secret", "a", TestVault.Value("1"));

        for (int second = 0; second < 60; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("1", await vault.ReadAsync("a"));
        }

        // Not for each read: at most one login for each life of a token.
        Assert.InRange(vault.Server.Count("login/orders"), 3, 25);
        Assert.Equal(!batch, vault.Server.Count("renew-self") > 0);
    }

    [Fact]
    public async Task Reads_ConcurrentWithoutToken_AreOneLogin()
    {
        await using TestVault vault = await TestVault.WithUserAsync(ShortLived);

        await Parallel.ForAsync(0, 100, Token, async (i, _) => await vault.ReadAsync($"a{i}"));

        Assert.Equal(1, vault.Server.Count("login/orders"));
    }

    [Fact]
    public async Task Reads_AcrossAnOutage_FailTransientlyAndRecover()
    {
        await using TestVault vault = await TestVault.WithUserAsync(ShortLived, _clock);
        vault.Server.Plant("secret", "a", TestVault.Value("1"));
        Assert.Equal("1", await vault.ReadAsync("a"));

        vault.Server.IsSealed = true;
        for (int second = 0; second < 15; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));
            Assert.True(e is { IsTransient: true, IsThrottled: true });
            Assert.Contains("it is sealed", e.Message, StringComparison.Ordinal);
        }

        vault.Server.IsSealed = false;
        Assert.Equal("1", await vault.ReadAsync("a"));
    }

    [Fact]
    public async Task Reads_TokenIsForgotten_LogInOnceMore()
    {
        await using TestVault vault = await TestVault.WithUserAsync(new ServerRole());
        vault.Server.Plant("secret", "a", TestVault.Value("1"));
        Assert.Equal("1", await vault.ReadAsync("a"));

        vault.Server.Tokens.RevokeAll();
        await Parallel.ForAsync(0, 50, Token, async (_, _) => Assert.Equal("1", await vault.ReadAsync("a")));

        Assert.Equal(2, vault.Server.Count("login/orders"));
    }

    [Fact]
    public async Task Reads_WithoutPermission_DoNotLogInAgain()
    {
        await using TestVault vault = await TestVault.WithUserAsync(new ServerRole(), _clock, o => o.KvVersion = 2);
        vault.Server.Policies["app"] = new(("secret/data/a", ["read"]));

        for (int i = 0; i < 100; i++)
        {
            SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("payments/db"));
            Assert.False(e.IsTransient);
            Assert.Contains("path \"secret/data/payments/db\" { capabilities = [\"read\"] }", e.Message, StringComparison.Ordinal);
            _clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal(1, vault.Server.Count("login/orders"));
        Assert.Equal(1, vault.Server.Count("lookup-self"));
    }

    [Fact]
    public async Task Reads_WithoutPermissionEvenToAskAboutItself_LogInOnceAndNotForEachRead()
    {
        await using TestVault vault = await TestVault.WithUserAsync(new ServerRole(), _clock, o => o.KvVersion = 2);
        vault.Server.Policies["app"] = vault.Server.Policies["default"] = new();

        for (int i = 0; i < 100; i++)
            await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.Equal(2, vault.Server.Count("login/orders"));
    }

    [Fact]
    public async Task Reads_LoginRefused_DoNotTryForEachRead()
    {
        await using TestVault vault = await TestVault.WithUserAsync(new ServerRole(), _clock, prepare: server => server.Logins.Users.Clear());

        for (int i = 0; i < 20; i++)
            await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));
        Assert.Equal(1, vault.Server.Count("login/orders"));

        vault.Server.Logins.Users["orders"] = ("p4ss", new ServerRole());
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(await vault.ReadAsync("a"));
    }

    [Fact]
    public async Task Token_IsRenewedAtTwoThirdsOfItsTime()
    {
        await using TestVault vault = await TestVault.WithUserAsync(new ServerRole { Ttl = TimeSpan.FromHours(1), MaxTtl = TimeSpan.FromHours(10) }, _clock);
        Assert.Null(await vault.ReadAsync("a"));

        _clock.Advance(TimeSpan.FromMinutes(35));
        Assert.Equal(0, vault.Server.Count("renew-self"));
        _clock.Advance(TimeSpan.FromMinutes(6));
        await UntilAsync(() => vault.Client.Session.Current!.Remaining(_clock) > TimeSpan.FromMinutes(59));

        Assert.Equal(1, vault.Server.Count("renew-self"));
        Assert.Equal(1, vault.Server.Count("login/orders"));
    }

    [Fact]
    public async Task Token_AtItsMaximum_IsReplacedBeforeItEnds()
    {
        var log = new FakeLogger<VaultClient>();
        await using TestVault vault = await TestVault.WithUserAsync(new ServerRole { Ttl = TimeSpan.FromMinutes(60), MaxTtl = TimeSpan.FromMinutes(70) }, _clock, logger: log);
        Assert.Null(await vault.ReadAsync("a"));
        string first = vault.Client.Session.Current!.Token;

        _clock.Advance(TimeSpan.FromMinutes(41)); // 41 of 70: renewed, but for 29 minutes only
        await UntilAsync(() => log.Collector.GetSnapshot().Any(record => record.Message.Contains("for the last time: True", StringComparison.Ordinal)));
        Assert.InRange(vault.Client.Session.Current!.Remaining(_clock), TimeSpan.FromMinutes(28), TimeSpan.FromMinutes(30));

        _clock.Advance(TimeSpan.FromMinutes(20));
        await UntilAsync(() => vault.Client.Session.Current!.Token != first);
        Assert.NotNull(vault.Server.Tokens.Find(first)); // before its end
        Assert.Equal(2, vault.Server.Count("login/orders"));
    }

    [Fact]
    public async Task Token_RenewalFails_IsTriedAgainBeforeItEnds()
    {
        var log = new FakeLogger<VaultClient>();
        await using TestVault vault = await TestVault.WithUserAsync(new ServerRole { Ttl = TimeSpan.FromMinutes(10) }, _clock, logger: log);
        Assert.Null(await vault.ReadAsync("a"));
        vault.Server.Fail(ServerFault.Status, 500, times: 1, where: path => path.EndsWith("renew-self", StringComparison.Ordinal));

        _clock.Advance(TimeSpan.FromMinutes(7));
        await UntilAsync(() => log.Collector.GetSnapshot().Any(record => record.Id.Id == 1703));
        _clock.Advance(TimeSpan.FromSeconds(31));
        await UntilAsync(() => vault.Client.Session.Current!.Remaining(_clock) > TimeSpan.FromMinutes(9));

        Assert.Equal(1, vault.Server.Count("login/orders"));
    }

    [Fact]
    public async Task ServerClock_FarAway_DoesNotMatter()
    {
        var serverClock = new FakeTimeProvider(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using VaultServer server = await VaultServer.StartAsync(serverClock);
        server.Logins.Users["orders"] = ("p4ss", ShortLived);
        server.Plant("secret", "a", TestVault.Value("1"));
        var options = new VaultOptions { Address = server.Address };
        (options.Auth.Method, options.Auth.Username, options.Auth.Password) = (VaultAuthMethod.UserPass, "orders", "p4ss");
        await using var client = new VaultClient(options, _clock);

        for (int second = 0; second < 30; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            serverClock.Advance(TimeSpan.FromSeconds(1.2)); // and it runs faster
            using VaultKeyValueSecret? secret = await client.KeyValue().ReadAsync("a", cancellationToken: Token);
            Assert.NotNull(secret?.Data);
        }
    }

    [Fact]
    public async Task WallClock_SetBack_DoesNotKeepADeadToken()
    {
        await using TestVault vault = await TestVault.WithUserAsync(ShortLived, _clock);
        var wall = new SkewedClock(_clock);
        await using var client = new VaultClient(vault.Options, wall);
        Assert.Null(await client.ReadAsync("secret/data/a", Token));

        wall.Offset = TimeSpan.FromHours(-5);
        for (int second = 0; second < 15; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.InRange(client.Session.Current!.Remaining(wall), TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(5));
            Assert.Null(await client.ReadAsync("secret/data/a", Token));
        }
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task DisposeAsync_TokenOfItsOwn_IsRevoked(bool batch, int revocations)
    {
        TestVault vault = await TestVault.WithUserAsync(new ServerRole { IsBatch = batch });
        await using VaultServer server = vault.Server;
        Assert.Null(await vault.ReadAsync("a"));
        string token = vault.Client.Session.Current!.Token;

        await vault.Client.DisposeAsync();

        Assert.Equal(revocations, server.Count("revoke-self"));
        Assert.Equal(batch, server.Tokens.Find(token) is not null);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => vault.Client.ReadAsync("secret/data/a", Token));
    }

    [Fact]
    public async Task DisposeAsync_TokenOfSomebodyElse_IsLeftAlone()
    {
        TestVault vault = await TestVault.StartAsync();
        await using VaultServer server = vault.Server;
        Assert.Null(await vault.ReadAsync("a"));

        await vault.Client.DisposeAsync();

        Assert.Equal(0, server.Count("revoke-self"));
    }

    [Fact]
    public async Task Cancelled_Caller_DoesNotEndTheLoginOfOthers()
    {
        var gate = new TaskCompletionSource();
        await using TestVault vault = await TestVault.StartAsync(
            o => (o.Auth.Method, o.Auth.LogInAsync) = (VaultAuthMethod.Custom, async (_, token) =>
            {
                await gate.Task.WaitAsync(token);
                return new VaultToken(new SecretValue(VaultServer.RootToken)) { IsOwned = false };
            }
            ));
        using var cancel = new CancellationTokenSource();
        Task<Secret?> first = vault.Provider.GetAsync(new SecretRequest("a"), cancel.Token).AsTask();
        Task<Secret?> second = vault.Provider.GetAsync(new SecretRequest("a"), Token).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Null(await second);
    }

    // The network is real: a renewal that the virtual clock has started needs a moment of real time.
    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
