using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Secrets;
using Varai.Vault.Secrets;
using Varai.Vault.Tests.Server;
using static Varai.Vault.Tests.Secrets.VaultSessionTests;

namespace Varai.Vault.Tests.Secrets;

public sealed class VaultFailureTests
{
    private const string Nobody = "http://127.0.0.1:1"; // a port where nothing listens

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, VaultError.InvalidRequest, false, false)]
    [InlineData(403, VaultError.PermissionDenied, false, false)]
    [InlineData(405, VaultError.InvalidRequest, false, false)]
    [InlineData(408, VaultError.TimedOut, true, false)]
    [InlineData(412, VaultError.Inconsistent, true, true)]
    [InlineData(429, VaultError.Throttled, true, true)]
    [InlineData(472, VaultError.Standby, true, true)]
    [InlineData(473, VaultError.Standby, true, true)]
    [InlineData(500, VaultError.Unavailable, true, false)]
    [InlineData(501, VaultError.Sealed, true, true)]
    [InlineData(502, VaultError.Unavailable, true, false)]
    [InlineData(503, VaultError.Unavailable, true, false)]
    [InlineData(504, VaultError.TimedOut, true, false)]
    [InlineData(418, VaultError.InvalidAnswer, false, false)]
    public async Task Read_ErrorStatus_IsToldApart(int status, VaultError error, bool transient, bool throttled)
    {
        await using TestVault vault = await TestVault.StartAsync();
        Assert.Null(await vault.ReadAsync("a"));
        vault.Server.Fail(ServerFault.Status, status, where: path => path.StartsWith("secret/", StringComparison.Ordinal));

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.Equal((transient, throttled, "read", "vault", "a"), (e.IsTransient, e.IsThrottled, e.Operation, e.Provider, e.SecretName));
        VaultException inner = Assert.IsType<VaultException>(e.InnerException);
        Assert.Equal((error, (HttpStatusCode)status), (inner.Error, inner.StatusCode!.Value));
        Assert.Contains($"Vault answered {status} to GET 'secret/data/a'", e.Message, StringComparison.Ordinal);
        vault.Server.Heal();
        Assert.Null(await vault.ReadAsync("a"));
    }

    [Theory]
    [InlineData("7", 7.0)]
    [InlineData("Thu, 01 Jan 2026 00:01:00 GMT", 60.0)]
    [InlineData("Wed, 01 Jan 2020 00:01:00 GMT", 0.0)]
    [InlineData(null, null)]
    public async Task Read_Throttled_SaysHowLong(string? header, double? seconds)
    {
        await using TestVault vault = await TestVault.StartAsync(clock: new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Null(await vault.ReadAsync("a"));
        vault.Server.Fail(ServerFault.Status, 429, retryAfter: header);

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, e.RetryAfter);
        Assert.True(e.IsThrottled);
    }

    [Theory]
    [InlineData(nameof(ServerFault.Garbage), false, "is not the JSON it should be")]
    [InlineData(nameof(ServerFault.WrongShape), false, "is not the JSON it should be")]
    [InlineData(nameof(ServerFault.Cut), true, "broke while it answered")]
    public async Task Read_AnswerThatIsNone_IsAnError(string fault, bool transient, string says)
    {
        await using TestVault vault = await TestVault.StartAsync();
        Assert.Null(await vault.ReadAsync("a"));
        vault.Server.Fail(Enum.Parse<ServerFault>(fault));

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.Equal(transient, e.IsTransient);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_Hangs_EndsAtTheTimeoutOrWithTheCaller()
    {
        var clock = new FakeTimeProvider();
        await using TestVault vault = await TestVault.StartAsync(clock: clock);
        Assert.Null(await vault.ReadAsync("a"));
        vault.Server.Fail(ServerFault.Hang);

        Task<string?> read = vault.ReadAsync("b");
        await UntilAsync(() => vault.Server.Count("secret/data/b") == 1);
        clock.Advance(TimeSpan.FromSeconds(30));
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => read);
        Assert.True(e is { IsTransient: true, IsThrottled: false });
        Assert.EndsWith("did not answer GET 'secret/data/b' within 00:00:30.", e.Message, StringComparison.Ordinal);

        using var cancel = new CancellationTokenSource();
        Task<Secret?> second = vault.Provider.GetAsync(new SecretRequest("c"), cancel.Token).AsTask();
        await UntilAsync(() => vault.Server.Count("secret/data/c") == 1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task Read_NobodyThere_IsTransientAndSaysWhere()
    {
        await using TestVault vault = await TestVault.StartAsync(o => o.Address = Nobody);

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.True(e.IsTransient);
        Assert.Contains($"Vault at {Nobody} did not answer GET 'auth/token/lookup-self': it can't be connected to.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_AnswerThatIsNoHttp_IsNotQuoted()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task answering = AnswerAsync();
        await using TestVault vault = await TestVault.StartAsync(o => o.Address = $"http://{listener.LocalEndpoint}");

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));
        await answering;

        Assert.Contains("it does not speak HTTP as it should", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", e.ToString(), StringComparison.Ordinal);

        async Task AnswerAsync()
        {
            using TcpClient client = await listener.AcceptTcpClientAsync(Token);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("s3cr3t-canary says hello\r\n\r\n"u8.ToArray(), Token);
            client.Client.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, Token) > 0)
            {
            }
        }
    }

    [Fact]
    public async Task Addresses_FirstIsAway_TheNextIsAskedAndRemembered()
    {
        await using VaultServer second = await VaultServer.StartAsync();
        second.Plant("secret", "a", TestVault.Value("1"));
        await using TestVault vault = await TestVault.StartAsync(o => o.Address = $"{o.Address} , {second.Address}");
        vault.Server.IsSealed = true;

        Assert.Equal("1", await vault.ReadAsync("a"));
        int asked = vault.Server.Requests.Count;
        Assert.Equal("1", await vault.ReadAsync("a"));

        Assert.Equal(asked, vault.Server.Requests.Count);
    }

    [Fact]
    public async Task Addresses_WriteThatMayHaveHappened_IsNotRepeatedElsewhere()
    {
        await using VaultServer second = await VaultServer.StartAsync();
        await using TestVault vault = await TestVault.StartAsync(o => o.Address = $"{o.Address},{second.Address}");
        Assert.Null(await vault.ReadAsync("a"));
        vault.Server.Fail(ServerFault.Cut);

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(async () => await vault.Provider.SetAsync("a", new SecretValue("1"), Token));

        Assert.True(e is { IsTransient: true, IsThrottled: false });
        Assert.Empty(second.Requests);
    }

    [Fact]
    public async Task Redirect_ToAConfiguredAddress_IsFollowed()
    {
        await using VaultServer active = await VaultServer.StartAsync();
        active.Plant("secret", "a", TestVault.Value("1"));
        await using TestVault vault = await TestVault.StartAsync(o => o.Address = $"{o.Address},{active.Address}", prepare: server => server.RedirectsTo = active.Address);

        Assert.Equal("1", await vault.ReadAsync("a"));
        Assert.Equal("2", await WriteTwiceAsync(vault));
        Assert.Single(vault.Server.Requests); // the active node is remembered

        static async Task<string?> WriteTwiceAsync(TestVault vault)
        {
            await vault.Provider.SetAsync("w", new SecretValue("1"), Token);
            return await vault.Provider.SetAsync("w", new SecretValue("2"), Token);
        }
    }

    [Fact]
    public async Task Redirect_ToAnotherAddress_NeverGetsTheToken()
    {
        await using VaultServer stranger = await VaultServer.StartAsync();
        await using TestVault vault = await TestVault.StartAsync(prepare: server => server.RedirectsTo = stranger.Address);

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.Contains("is a standby and sends GET 'auth/token/lookup-self' to another node that is not among the addresses.", e.Message, StringComparison.Ordinal);
        Assert.Empty(stranger.Requests);
    }

    [Fact]
    public async Task Redirect_InCircles_Ends()
    {
        await using TestVault vault = await TestVault.StartAsync();
        vault.Server.RedirectsTo = vault.Server.Address;

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.True(e.IsTransient);
        Assert.Contains("there seems to be no active one", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitForUnseal_SealedAtFirst_Waits()
    {
        var clock = new PausingTime();
        var log = new FakeLogger<VaultClient>();
        await using TestVault vault = await TestVault.StartAsync(o => (o.WaitForUnseal, o.RequestTimeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10)), clock, server => server.IsSealed = true, log);
        vault.Server.Plant("secret", "a", TestVault.Value("1"));

        Task<string?> read = vault.ReadAsync("a");
        await clock.PassPauseAsync();
        await clock.PassPauseAsync();
        Assert.Contains(log.Collector.GetSnapshot(), record => record.Id.Id == 1709);
        vault.Server.IsSealed = false;
        while (!read.IsCompleted)
            await Task.WhenAny(read, clock.PassPauseAsync());
        Assert.Equal("1", await read);

        vault.Server.IsSealed = true; // later it is an error at once
        await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));
    }

    [Fact]
    public async Task WaitForUnseal_SealedForLonger_SaysSo()
    {
        var clock = new PausingTime();
        await using TestVault vault = await TestVault.StartAsync(
            o => (o.WaitForUnseal, o.RequestTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10)), clock, server => server.IsSealed = true);

        Task<string?> read = vault.ReadAsync("a");
        for (int i = 0; i < 5; i++)
            await clock.PassPauseAsync();

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => read);
        Assert.Contains("it is sealed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_WithoutPermission_NamesWhatToGrant()
    {
        await using TestVault vault = await TestVault.WithUserAsync(new ServerRole(), configure: o => o.KvVersion = 2);
        vault.Server.Policies["app"] = new(("secret/data/a", ["read"]));

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(async () => await vault.Provider.SetAsync("a", new SecretValue("1"), Token));
        Assert.Contains("path \"secret/data/a\" { capabilities = [\"create\", \"update\"] }", e.Message, StringComparison.Ordinal);
        e = await Assert.ThrowsAsync<SecretProviderException>(async () => await vault.Provider.ListAsync("a/", Token).ToListAsync(Token));
        Assert.Contains("path \"secret/metadata/a\" { capabilities = [\"list\"] }", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outage_OfTenMinutesUnderLoad_EndsWithoutAStampede()
    {
        var clock = new FakeTimeProvider();
        await using TestVault vault = await TestVault.WithUserAsync(new ServerRole { Ttl = TimeSpan.FromMinutes(1) }, clock);
        vault.Server.Plant("secret", "a", TestVault.Value("1"));
        Assert.Equal("1", await vault.ReadAsync("a"));

        vault.Server.Fail(ServerFault.Status, 503);
        for (int minute = 0; minute < 10; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => Assert.True((await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"))).IsTransient)));
        }

        vault.Server.Heal();
        int logins = vault.Server.Count("login/orders");
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ => Assert.Equal("1", await vault.ReadAsync("a"))));
        Assert.InRange(vault.Server.Count("login/orders") - logins, 0, 1);
    }
}
