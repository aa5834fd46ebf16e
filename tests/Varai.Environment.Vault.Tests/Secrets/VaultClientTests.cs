using Microsoft.Extensions.Time.Testing;
using Varai.Secrets;
using Varai.Vault.Secrets;
using Varai.Vault.Tests.Server;

namespace Varai.Vault.Tests.Secrets;

public sealed class VaultClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KeyValue_Second_WritesReadsAndKeepsVersions()
    {
        await using TestVault vault = await TestVault.StartAsync();
        VaultKeyValue entries = vault.Client.KeyValue();

        Assert.Equal(2, await entries.GetEngineVersionAsync(Token));
        Assert.Null(await entries.ReadAsync("db", cancellationToken: Token));
        Assert.Equal(1, await entries.WriteAsync("db", TestVault.Fields(("user", "u"), ("password", "a\"b\\c\u0001é\n")), cancellationToken: Token));
        Assert.Equal(2, await entries.WriteJsonAsync("db", new SecretValue("""{"user":"v","port":5432,"tags":["a"]}"""), cancellationToken: Token));

        using VaultKeyValueSecret? first = await entries.ReadAsync("db", 1, Token);
        Assert.Equal("a\"b\\c\u0001é\n", TestVault.Text(first!.Data!.Get("password")));
        Assert.Equal(1, first.Version);
        using VaultKeyValueSecret? second = await entries.ReadAsync("db", cancellationToken: Token);
        Assert.Equal(["user", "port", "tags"], second!.Data!.GetNames());
        Assert.Equal("5432", TestVault.Text(second.Data.Get("port")));
        Assert.Equal("""["a"]""", TestVault.Text(second.Data.Find("tags")));
        Assert.Null(second.Data.Find("password"));
        Assert.Equal("There is no field 'password'; there are user, port, tags.", Assert.Throws<KeyNotFoundException>(() => second.Data.Get("password")).Message);
        Assert.Null(await entries.ReadAsync("db", 3, Token));
    }

    [Fact]
    public async Task KeyValue_CheckAndSet_RefusesAWriteThatMissedAnother()
    {
        await using TestVault vault = await TestVault.StartAsync();
        VaultKeyValue entries = vault.Client.KeyValue();

        Assert.Equal(1, await entries.WriteAsync("a", TestVault.Fields(("x", "1")), checkAndSet: 0, Token));
        VaultException e = await Assert.ThrowsAsync<VaultException>(() => entries.WriteAsync("a", TestVault.Fields(("x", "2")), checkAndSet: 0, Token));
        Assert.Equal((VaultError.CheckAndSetMismatch, false), (e.Error, e.IsTransient));
        Assert.Equal(2, await entries.WriteAsync("a", TestVault.Fields(("x", "2")), checkAndSet: 1, Token));

        await entries.WriteMetadataAsync("a", new VaultKeyValueSettings { IsCheckAndSetRequired = true }, Token);
        e = await Assert.ThrowsAsync<VaultException>(() => entries.WriteAsync("a", TestVault.Fields(("x", "3")), cancellationToken: Token));
        Assert.Equal(VaultError.CheckAndSetRequired, e.Error);
    }

    [Fact]
    public async Task KeyValue_Metadata_IsReadAndWritten()
    {
        await using TestVault vault = await TestVault.StartAsync();
        VaultKeyValue entries = vault.Client.KeyValue();
        Assert.Null(await entries.ReadMetadataAsync("a", Token));

        await entries.WriteMetadataAsync("a", new VaultKeyValueSettings { MaxVersions = 2, CustomMetadata = new Dictionary<string, string> { ["owner"] = "me" } }, Token);
        for (int i = 1; i <= 3; i++)
            await entries.WriteAsync("a", TestVault.Fields(("x", "1")), cancellationToken: Token);
        await entries.DeleteVersionsAsync("a", [2], Token);
        await entries.DestroyAsync("a", [3], Token);

        VaultKeyValueMetadata metadata = (await entries.ReadMetadataAsync("a", Token))!;
        Assert.Equal((3, 2, 2, "me"), (metadata.CurrentVersion, metadata.OldestVersion, metadata.MaxVersions, metadata.CustomMetadata["owner"]));
        Assert.Equal([2, 3], metadata.Versions.Select(v => v.Version));
        Assert.NotNull(metadata.Versions[0].DeletedAt);
        Assert.True(metadata.FindCurrent()!.IsDestroyed);
        using VaultKeyValueSecret? deleted = await entries.ReadAsync("a", 2, Token);
        Assert.Null(deleted!.Data);
        Assert.NotNull(deleted.DeletedAt);

        await entries.DeleteMetadataAsync("a", Token);
        Assert.Null(await entries.ReadMetadataAsync("a", Token));
    }

    [Fact]
    public async Task KeyValue_First_HasNoVersions()
    {
        await using TestVault vault = await TestVault.StartAsync();
        VaultKeyValue entries = vault.Client.KeyValue("kv1");

        Assert.Null(await entries.WriteAsync("a", TestVault.Fields(("x", "1")), cancellationToken: Token));
        using VaultKeyValueSecret? secret = await entries.ReadAsync("a", cancellationToken: Token);
        Assert.Equal("1", TestVault.Text(secret!.Data!.Get("x")));
        Assert.Null(secret.Version);
        await Assert.ThrowsAsync<NotSupportedException>(() => entries.ReadAsync("a", 1, Token));
        await Assert.ThrowsAsync<NotSupportedException>(() => entries.WriteAsync("a", TestVault.Fields(("x", "1")), 1, Token));
        await Assert.ThrowsAsync<NotSupportedException>(() => entries.ReadMetadataAsync("a", Token));
        await entries.DeleteAsync("a", Token);
        Assert.Null(await entries.ReadAsync("a", cancellationToken: Token));
    }

    [Fact]
    public async Task KeyValue_MountOfAnotherEngine_SaysSo()
    {
        await using TestVault vault = await TestVault.StartAsync();

        VaultException e = await Assert.ThrowsAsync<VaultException>(() => vault.Client.KeyValue("database").ReadAsync("a", cancellationToken: Token));

        Assert.Equal("There is no key-value engine mounted at 'database'. Set Mount to where it is, or name other engines under DynamicMounts.", e.Message);
    }

    [Theory]
    [InlineData("not json s3cr3t-canary")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("")]
    public async Task WriteJson_NoObject_IsRefusedWithoutQuotingIt(string json)
    {
        await using TestVault vault = await TestVault.StartAsync();

        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => vault.Client.KeyValue().WriteJsonAsync("a", new SecretValue(json), cancellationToken: Token));

        Assert.DoesNotContain("canary", e.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => vault.Client.WriteJsonAsync("a", new SecretValue(json), Token));
        await Assert.ThrowsAsync<ArgumentException>(() => vault.Client.WriteAsync("a", new Dictionary<string, SecretValue> { ["x"] = new([255]) }, Token));
    }

    [Theory]
    [InlineData("../sys/mounts")]
    [InlineData("a//b")]
    [InlineData("")]
    [InlineData("a/./b")]
    public async Task Paths_ThatClimb_AreRefused(string path)
    {
        await using TestVault vault = await TestVault.StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => vault.Client.ReadAsync(path, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => vault.Client.KeyValue().ReadAsync(path, cancellationToken: Token));
        Assert.Empty(vault.Server.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(100)]
    public async Task ListAsync_AnyPageSize_GivesEachNameOnce(int pageSize)
    {
        await using TestVault vault = await TestVault.StartAsync();
        for (int i = 0; i < 5; i++)
            vault.Server.Plant("secret", $"folder/k{i}", TestVault.Value("1"));

        var keys = new List<string>();
        await foreach (string key in vault.Client.KeyValue().ListAsync("folder/", pageSize, Token))
            keys.Add(key);

        Assert.Equal(["k0", "k1", "k2", "k3", "k4"], keys);
        Assert.Equal(["folder/"], await vault.Client.ListAsync("secret/metadata", cancellationToken: Token).ToListAsync(Token));
        Assert.Empty(await vault.Client.ListAsync("secret/metadata/none", cancellationToken: Token).ToListAsync(Token));
    }

    [Fact]
    public async Task ReadAsync_DynamicCredentials_ComeWithALease()
    {
        var clock = new FakeTimeProvider();
        await using TestVault vault = await TestVault.StartAsync(clock: clock, prepare: s => (s.DatabaseTtl, s.DatabaseMaxTtl) = (TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60)));

        using VaultData? data = await vault.Client.ReadAsync("database/creds/readonly", Token);
        VaultLease lease = data!.Lease!;
        Assert.Equal((TimeSpan.FromSeconds(20), true), (lease.Duration, lease.IsRenewable));
        Assert.Equal(["username", "password"], data.GetNames());

        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(30), (await vault.Client.RenewLeaseAsync(lease.Id, TimeSpan.FromSeconds(30), Token)).Duration);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(30), (await vault.Client.RenewLeaseAsync(lease.Id, TimeSpan.FromMinutes(10), Token)).Duration);
        await vault.Client.RevokeLeaseAsync(lease.Id, Token);
        VaultException e = await Assert.ThrowsAsync<VaultException>(() => vault.Client.RenewLeaseAsync(lease.Id, TimeSpan.FromSeconds(30), Token));
        Assert.Equal(VaultError.LeaseNotFound, e.Error);
    }

    [Fact]
    public async Task Wrapping_IsUnwrappedOnceAndByNobodyAfter()
    {
        await using TestVault vault = await TestVault.StartAsync();
        vault.Server.Plant("secret", "a", TestVault.Value("s3cr3t-canary"));

        using VaultWrapped wrapped = await vault.Client.ReadWrappedAsync("secret/data/a", TimeSpan.FromMinutes(1), Token);
        Assert.Equal((TimeSpan.FromMinutes(1), "secret/data/a"), (wrapped.TimeToLive, wrapped.CreationPath));
        Assert.Equal("***", wrapped.ToString());
        VaultWrappingInfo info = await vault.Client.LookUpWrappingAsync(wrapped.Token, Token);
        Assert.Equal(("secret/data/a", TimeSpan.FromMinutes(1)), (info.CreationPath, info.TimeToLive));
        using (VaultData data = await vault.Client.UnwrapAsync(wrapped.Token, Token))
            Assert.Contains("s3cr3t-canary", TestVault.Text(data.Get("data")), StringComparison.Ordinal);

        VaultException e = await Assert.ThrowsAsync<VaultException>(() => vault.Client.UnwrapAsync(wrapped.Token, Token));
        Assert.Equal(VaultError.WrappingTokenInvalid, e.Error);
        e = await Assert.ThrowsAsync<VaultException>(() => vault.Client.LookUpWrappingAsync(wrapped.Token, Token));
        Assert.Equal(VaultError.WrappingTokenInvalid, e.Error);

        using VaultWrapped own = await vault.Client.WrapAsync(TestVault.Fields(("x", "1")), TimeSpan.FromMinutes(1), Token);
        using VaultData fields = await vault.Client.UnwrapAsync(own.Token, Token);
        Assert.Equal("1", TestVault.Text(fields.Get("x")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetHealthAsync_AnyState_IsToldWithoutALogin(bool isSealed)
    {
        await using TestVault vault = await TestVault.StartAsync();
        vault.Server.IsSealed = isSealed;

        VaultHealth health = await vault.Client.GetHealthAsync(Token);

        Assert.Equal((true, isSealed, false, "1.20.0", "vault-cluster-test"), (health.IsInitialized, health.IsSealed, health.IsStandby, health.Version, health.ClusterName));
        Assert.NotNull(health.ServerTime);
        Assert.Null(Assert.Single(vault.Server.Requests).Token);
    }

    [Fact]
    public async Task GenericWriteAndDelete_ReachTheEngine()
    {
        await using TestVault vault = await TestVault.StartAsync();

        Assert.Null(await vault.Client.WriteAsync("kv1/a", TestVault.Fields(("x", "1")), Token));
        using (VaultData? data = await vault.Client.ReadAsync("kv1/a", Token))
            Assert.Equal("1", TestVault.Text(data!.Get("x")));
        using (VaultData? written = await vault.Client.WriteJsonAsync("secret/data/b", new SecretValue("""{"data":{"n":1}}"""), Token))
            Assert.Equal("1", TestVault.Text(written!.Get("version")));
        await vault.Client.DeleteAsync("kv1/a", Token);
        Assert.Null(await vault.Client.ReadAsync("kv1/a", Token));
        Assert.Equal(VaultError.NotFound, (await Assert.ThrowsAsync<VaultException>(() => vault.Client.WriteAsync("nowhere/a", TestVault.Fields(), Token))).Error);
    }

    [Fact]
    public async Task Data_Disposed_IsZeroed()
    {
        await using TestVault vault = await TestVault.StartAsync();
        vault.Server.Plant("kv1", "a", TestVault.Value("1"));
        VaultData data = (await vault.Client.ReadAsync("kv1/a", Token))!;
        ReadOnlyMemory<byte> bytes = data.Json.RevealBytes();

        data.Dispose();

        Assert.True(bytes.Span.IndexOfAnyExcept((byte)0) < 0);
        Assert.Throws<ObjectDisposedException>(() => data.Find("value"));
        Assert.Equal("***", data.ToString());
    }

    [Fact]
    public void Constructor_OptionsThatAreNotValid_AreRefused()
    {
        var e = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => new VaultClient(new VaultOptions()));

        Assert.Contains("Varai:Vault:Address is ''; it must be the address of a Vault, such as https://vault:8200", e.Message, StringComparison.Ordinal);
    }
}
