using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Diagnostics;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Varai.AzureCloud.Secrets;
using Varai.AzureCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

/// <summary>A secret goes through every way, the good and the bad ones, while everybody listens, the SDK's own listeners included.</summary>
public sealed class AzureKeyVaultLeakTests : AzureVaultTest, IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Canary = "s3cr3t-canary-4f1c";

    private readonly ConcurrentQueue<string> _heard = new();
    private readonly FakeLogCollector _logs = new();
    private readonly ConcurrentBag<IDisposable> _listening = [];
    private readonly MeterListener _meters = new();
    private readonly TemporaryFolder _folder = new();

    static AzureKeyVaultLeakTests() => AppContext.SetSwitch("Azure.Experimental.EnableActivitySource", true);

    public AzureKeyVaultLeakTests()
    {
        var activities = new ActivityListener
        {
            ShouldListenTo = static _ => true,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => _heard.Enqueue(
                $"activity {activity.Source.Name} {activity.OperationName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects)} "
                + string.Join(' ', activity.Events.SelectMany(e => e.Tags))),
        };
        ActivitySource.AddActivityListener(activities);
        _listening.Add(activities);
        _listening.Add(DiagnosticListener.AllListeners.Subscribe(this));
        _listening.Add(new AzureEventSourceListener((e, text) => _heard.Enqueue($"event {e.EventSource.Name} {text} {string.Join(' ', e.Payload ?? Nothing)}"), EventLevel.Verbose));
        _meters.InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => _heard.Enqueue($"meter {instrument.Name} {string.Join(' ', tags.ToArray())}"));
        _meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => _heard.Enqueue($"meter {instrument.Name} {string.Join(' ', tags.ToArray())}"));
        _meters.Start();
    }

    private static System.Collections.ObjectModel.ReadOnlyCollection<object?> Nothing => new([]);

    public static TheoryData<string> Ways =>
    [
        "good", "400", "401", "403", "404", "409", "429", "500", "503", "html", "json", "cut", "hang up", "hang", "no tls", "no permission", "disabled",
        "login 401", "login 500", "login code", "login html", "login json", "login cut",
    ];

    public void Dispose()
    {
        foreach (IDisposable listening in _listening)
            listening.Dispose();
        _meters.Dispose();
        _folder.Dispose();
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        // That of .NET's HTTP client hands out the live request with its token, whoever sends it.
        if (value.Name.StartsWith("Azure", StringComparison.Ordinal))
            _listening.Add(value.Subscribe(this));
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value) => _heard.Enqueue($"diagnostic {value.Key} {value.Value}");

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Canary_is_nowhere(string way)
    {
        Server.ClientSecret = Canary + "-client-secret";
        Server.Vault.Plant("db-password", Canary, version => version.Enabled = way != "disabled");
        Server.Vault.Plant("bytes", Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary)), version => version.ContentType = "application/octet-stream;base64");
        Break(way);
        using IHost host = CreateHost(way);
        ISecretProvider provider = host.Services.GetServices<ISecretProvider>().Single(p => p.Name == "azure-key-vault");
        string? read = await UseAsync(provider, hangs: way == "hang");
        Assert.Equal(way == "good" ? Canary : null, read); // it is really there: a search that can't find it proves nothing

        OptionsMonitorDump(host);
        AssertClean();
        Assert.Contains(_heard, text => text.StartsWith("event Azure-Core", StringComparison.Ordinal));
        if (way != "no tls") // which does not get as far as a login
            Assert.Contains(_heard, text => text.StartsWith("event Azure-Identity", StringComparison.Ordinal));
        Assert.Contains(_heard, text => text.StartsWith("activity", StringComparison.Ordinal));
        if (way != "good")
            Assert.Contains(_heard, text => text.Contains(way == "hang" ? nameof(OperationCanceledException) : nameof(SecretProviderException), StringComparison.Ordinal));
    }

    [Fact]
    public void Canary_in_a_refused_setting_is_not_printed_by_the_options()
    {
        var options = new AzureKeyVaultOptions { VaultUri = new Uri("https://vault"), ClientSecretFile = _folder.Write("client-secret", Canary) };
        Assert.DoesNotContain(Canary, options.ToString() + JsonSerializer.Serialize(new { options.ClientSecretFile, options.TenantId }), StringComparison.Ordinal);
    }

    private void Break(string way)
    {
        string error = $$$"""{"error":{"code":"{{{Canary}}}","message":"{{{Canary}}}","innererror":{"code":"{{{Canary}}}"}},"value":"{{{Canary}}}"}""";
        if (int.TryParse(way, NumberStyles.None, CultureInfo.InvariantCulture, out int status))
            Server.Fault = Faults.Status(status, error);
        else if (way is "login 401" or "login 500")
            Server.LoginFault = Faults.Status(int.Parse(way.AsSpan(6), CultureInfo.InvariantCulture), $$"""{"error":"invalid_client","error_description":"{{Canary}} {{Server.ClientSecret}}"}""");
        else if (way == "login code")
            Server.LoginFault = Faults.Status(400, $$"""{"error":"{{Canary}}","suberror":"{{Canary}}","claims":"{{Canary}}","correlation_id":"{{Canary}}"}""");
        else if (way == "login html")
            Server.LoginFault = Faults.Status(200, $"<html>{Canary}</html>");
        else if (way == "login json")
            Server.LoginFault = Faults.Status(200, $$"""{"access_token":{{Canary}}}""");
        else if (way == "login cut")
            Server.LoginFault = Faults.Cut($$"""{"error":"invalid_client","error_description":"{{Canary}} {{Server.ClientSecret}}"}""", status: 401);
        else if (way == "html")
            Server.Fault = Faults.Status(200, $"<html>{Canary}</html>");
        else if (way == "json")
            Server.Fault = Faults.Status(200, $$$"""{"value":"{{{Canary}}}","id":"{{{Canary}}}","attributes":{"exp":"{{{Canary}}}"}}""");
        else if (way == "cut")
            Server.Fault = Faults.Cut($$"""{"value":"{{Canary}}","id":"https://localhost/secrets/db-password/0123"}""");
        else if (way == "hang up")
            Server.Fault = Faults.HangUpAsync;
        else if (way == "no permission")
            Server.Denied.UnionWith(["GET secrets", "PUT secrets", "DELETE secrets"]);
        else if (way == "hang")
            Server.Fault = HangAsync;
    }

    private Task<bool> HangAsync(HttpContext context) =>
        Faults.Hang(new TaskCompletionSource(), Server.Stopping, $$"""{"value":"{{Canary}}",""")(context);

    private IHost CreateHost(string way)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = _folder.Root });
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new FakeLoggerProvider(_logs));
        string path = _folder.Write("client-secret", Server.ClientSecret);
        builder.AddVarai().AddAzureKeyVault(options =>
        {
            options.VaultUri = Server.Address;
            options.AuthorityHost = Server.Address;
            options.DisableInstanceDiscovery = options.DisableChallengeResourceVerification = true;
            options.Identity = AzureKeyVaultIdentity.ClientSecret;
            (options.TenantId, options.ClientId, options.ClientSecretFile) = (KeyVaultServer.Tenant, KeyVaultServer.Client, path);
            if (way != "no tls")
                options.Transport = _ => CreateTransport();
        });
        return builder.Build();
    }

    /// <returns>The secret, where it could be read.</returns>
    private async Task<string?> UseAsync(ISecretProvider provider, bool hangs)
    {
        var writer = (ISecretWriter)provider;
        string? read = null;
        await TryAsync(hangs, async token =>
        {
            Secret? secret = await provider.GetAsync(new SecretRequest("db-password"), token);
            _heard.Enqueue($"{secret} {JsonSerializer.Serialize(secret)}");
            read = secret?.RevealString();
        });
        await TryAsync(hangs, async token => await provider.GetAsync(new SecretRequest("bytes"), token));
        await TryAsync(hangs, async token => await provider.GetAsync(new SecretRequest("db-password") { Version = new string('0', 32) }, token));
        await TryAsync(hangs, async token => await writer.SetAsync("written", new SecretValue(Canary), token));
        await TryAsync(hangs, async token => await writer.SetAsync("written", new SecretValue([0xFF, .. Encoding.UTF8.GetBytes(Canary)]), token));
        await TryAsync(hangs, async token => await writer.SetAsync("large", new SecretValue(Canary + new string('x', 30_000)), token));
        await TryAsync(hangs, async token => await writer.DeleteAsync("written", token));
        await TryAsync(hangs, async token =>
        {
            await foreach (SecretInfo info in ((ISecretLister)provider).ListAsync(prefix: null, token))
                _heard.Enqueue($"{info}");
        });
        return read;
    }

    private async Task TryAsync(bool hangs, Func<CancellationToken, Task> call)
    {
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        try
        {
            Task task = call(cancelling.Token);
            if (hangs)
                cancelling.CancelAfter(TimeSpan.FromMilliseconds(200));
            await task;
        }
        catch (Exception e)
        {
            for (Exception? inner = e; inner is not null; inner = inner.InnerException)
                _heard.Enqueue($"{inner} {inner.Message} {string.Join(' ', inner.Data.Values.Cast<object>())}");
        }
    }

    private void OptionsMonitorDump(IHost host)
    {
        AzureKeyVaultOptions options = host.Services.GetRequiredService<IOptionsMonitor<AzureKeyVaultOptions>>().CurrentValue;
        foreach (System.Reflection.PropertyInfo property in typeof(AzureKeyVaultOptions).GetProperties())
            _heard.Enqueue($"option {property.Name} {property.GetValue(options)}");
    }

    private void AssertClean()
    {
        string[] secrets = [Canary, Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary))[..20], .. Server.Tokens];
        string[] printed =
        [
            .. _heard,
            .. _logs.GetSnapshot().Select(record => $"{record.Message} {record.Exception} {string.Join(' ', record.StructuredState ?? [])}"),
        ];
        Assert.All(printed, text => Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal)));
    }
}
