using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Secrets;
using Varai.Vault.Secrets;
using Varai.Vault.Tests.Server;
using static Varai.Vault.Tests.Secrets.VaultSessionTests;

namespace Varai.Vault.Tests.Secrets;

/// <summary>A secret goes through every way, the good and the bad ones, while everybody listens.</summary>
public sealed class VaultLeakTests : IDisposable
{
    private const string Canary = "s3cr3t-canary";

    private readonly ConcurrentQueue<string> _heard = new();
    private readonly FakeLogger<VaultClient> _log = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();
    private bool _hangs;

    public VaultLeakTests()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = static _ => true,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => _heard.Enqueue(
                $"{activity.OperationName} {activity.DisplayName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects)} "
                + string.Join(' ', activity.Events.SelectMany(e => e.Tags)) + string.Join(' ', activity.Baggage)),
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Hear(instrument, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Hear(instrument, tags));
        _meters.Start();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    public static TheoryData<string, int> Faults => new()
    {
        { "none", 0 },
        { nameof(ServerFault.Status), 400 },
        { nameof(ServerFault.Status), 401 },
        { nameof(ServerFault.Status), 403 },
        { nameof(ServerFault.Status), 404 },
        { nameof(ServerFault.Status), 412 },
        { nameof(ServerFault.Status), 429 },
        { nameof(ServerFault.Status), 500 },
        { nameof(ServerFault.Status), 503 },
        { nameof(ServerFault.Garbage), 200 },
        { nameof(ServerFault.WrongShape), 200 },
        { nameof(ServerFault.Cut), 200 },
        { nameof(ServerFault.Hang), 200 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Canary_EveryCallAndFault_IsNowhere(string fault, int status)
    {
        await using TestVault vault = await StartAsync();
        await EveryCallAsync(vault);
        Assert.NotEmpty(_heard); // the listeners do listen

        if (fault != "none")
        {
            vault.Server.Fail(Enum.Parse<ServerFault>(fault), status, text: Canary);
            vault.Server.Tokens.RevokeAll();
            _hangs = fault == nameof(ServerFault.Hang);
            await EveryCallAsync(vault);
            _hangs = false;
            Assert.Contains(_heard, text => text.Contains(nameof(SecretProviderException), StringComparison.Ordinal));
            Assert.Contains(_heard, text => text.Contains(nameof(VaultException), StringComparison.Ordinal));
            vault.Server.Heal();
        }

        AssertClean(vault);
    }

    [Fact]
    public async Task Canary_NoTls_IsNowhere()
    {
        using var certificates = new TestCertificates();
        await using VaultServer server = await VaultServer.StartAsync(certificate: certificates.Issue("elsewhere").Certificate);
        await using TestVault vault = await StartAsync(o => o.Address = server.Address);

        await EveryCallAsync(vault);

        Assert.Empty(server.Requests);
        Assert.Contains(_heard, text => text.Contains("the TLS handshake failed", StringComparison.Ordinal));
        AssertClean(vault);
    }

    [Fact]
    public void Canary_InvalidOptions_AreNotQuoted()
    {
        foreach (VaultAuthMethod method in Enum.GetValues<VaultAuthMethod>())
        {
            var options = new VaultOptions { Address = $"https://user:{Canary}@vault" };
            (options.Auth.Method, options.Auth.Token, options.Auth.SecretId, options.Auth.Password) = (method, Canary, Canary, Canary);
            Exception e = Assert.ThrowsAny<Exception>(() => new VaultClient(options));
            Assert.DoesNotContain(Canary, e.ToString(), StringComparison.Ordinal);
        }
    }

    private Task<TestVault> StartAsync(Action<VaultOptions>? configure = null) => TestVault.StartAsync(
        o =>
        {
            (o.Auth.Method, o.Auth.RoleId, o.Auth.SecretId) = (VaultAuthMethod.AppRole, "role", Canary + "-secret-id");
            o.DynamicMounts.Add("database");
            configure?.Invoke(o);
        },
        _clock,
        server =>
        {
            server.Logins.AppRoles["role"] = new ServerRole { Ttl = TimeSpan.FromMinutes(1) };
            server.Logins.SecretIds[Canary + "-secret-id"] = 0;
            server.DatabasePassword = Canary;
        },
        _log);

    private async Task EveryCallAsync(TestVault vault)
    {
        VaultSecretProvider provider = vault.Provider;
        VaultKeyValue entries = vault.Client.KeyValue();
        var value = new SecretValue(Canary);
        Dictionary<string, SecretValue> fields = TestVault.Fields(("value", Canary), ("other", Canary));
        await TryAsync(async () => await provider.SetAsync("a", value, Token));
        await TryAsync(async () => await provider.SetAsync("b", new SecretValue([255, .. Encoding.UTF8.GetBytes(Canary)]), Token));
        await TryAsync(async () => await provider.GetAsync(new SecretRequest("a"), Token));
        await TryAsync(async () => await provider.GetAsync(new SecretRequest("a") { Version = "1" }, Token));
        await TryAsync(async () => await provider.GetAsync(new SecretRequest("database/creds/readonly"), Token));
        await TryAsync(async () => await provider.ListAsync(null, Token).ToListAsync(Token));
        await TryAsync(async () => await entries.WriteAsync("c", fields, cancellationToken: Token));
        await TryAsync(async () => await entries.WriteAsync("c", fields, checkAndSet: 77, Token));
        await TryAsync(async () => await entries.ReadAsync("c", cancellationToken: Token));
        await TryAsync(async () => await vault.Client.WrapAsync(fields, TimeSpan.FromMinutes(1), Token));
        await TryAsync(async () => await vault.Client.UnwrapAsync(value, Token));
        await TryAsync(async () => await vault.Client.LookUpWrappingAsync(value, Token));
        await TryAsync(async () => await vault.Client.RenewLeaseAsync(Canary + "/lease", TimeSpan.FromMinutes(1), Token));
        await TryAsync(async () => await provider.DeleteAsync("a", Token));
    }

    private async Task TryAsync(Func<Task<object?>> call)
    {
        Task<object?> task = call();
        await UntilAsync(() =>
        {
            if (_hangs && !task.IsCompleted)
                _clock.Advance(TimeSpan.FromMilliseconds(100));
            return task.IsCompleted;
        });
        try
        {
            object? result = await task;
            _heard.Enqueue($"{result} {(result is null or string or bool ? "" : JsonSerializer.Serialize(result, result.GetType()))}");
            if (result is IReadOnlyList<SecretInfo> infos)
                _heard.Enqueue(string.Join(' ', infos));
        }
        catch (Exception e)
        {
            for (Exception? inner = e; inner is not null; inner = inner.InnerException)
                _heard.Enqueue($"{inner} {inner.Message} {string.Join(' ', inner.Data.Values.Cast<object>())}");
        }
    }

    private void AssertClean(TestVault vault)
    {
        string[] secrets = [Canary, Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary))[..12], vault.Client.Session.Current?.Token ?? Canary];
        string[] printed =
        [
            .. _heard,
            .. _log.Collector.GetSnapshot().SelectMany(record => (string[])[record.Message, $"{record.Exception}", string.Join(' ', record.StructuredState ?? [])]),
            JsonSerializer.Serialize(vault.Options),
            Newtonsoft.Json.JsonConvert.SerializeObject(vault.Options),
            string.Join(' ', new object?[] { vault.Options, vault.Options.Auth, vault.Client, vault.Provider, vault.Client.Session.Current }),
        ];
        Assert.All(printed, text => Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal)));
    }

    private void Hear(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _heard.Enqueue(instrument.Name + " " + string.Join(' ', tags.ToArray()));
}
