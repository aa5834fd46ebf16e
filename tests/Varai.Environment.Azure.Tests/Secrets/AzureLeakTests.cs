using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Azure.Core.Diagnostics;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Varai.AzureCloud.Secrets;
using Varai.AzureCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

/// <summary>Plants a canary, breaks everything in every way there is, and looks for the canary, for tokens and for the client secret in
/// all that comes out, the SDK's own events included.</summary>
public sealed class AzureLeakTests : AzureVaultTest, IDisposable
{
    private const string Canary = "s3cr3tcanary7d20b6f4"; // could be a word of a protocol

    private readonly TemporaryFolder _root = new();
    private readonly FakeLogCollector _logs = new();
    private readonly ConcurrentQueue<string> _seen = new();
    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);
    private int _activities;
    private int _measurements;
    private int _events;
    private int _failures;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Canary_on_every_path_is_nowhere()
    {
        using ActivityListener activities = ListenToActivities();
        using MeterListener meters = ListenToMeters();
        using var events = new AzureEventSourceListener(
            (e, message) =>
            {
                Interlocked.Increment(ref _events);
                See(message, string.Join(';', e.Payload ?? (IEnumerable<object?>)[]));
            },
            EventLevel.Verbose);
        using IHost host = await BuildAsync();
        await host.StartAsync(Cancellation);
        var store = host.Services.GetRequiredService<ISecretStore>();
        AzureKeyVaultProvider[] providers = [.. host.Services.GetServices<ISecretProvider>().OfType<AzureKeyVaultProvider>()];

        // It is really there: a search that can't find it proves nothing.
        await providers[0].SetAsync("canary", new SecretValue(Canary), Cancellation);
        Assert.Equal(Canary, await store.GetSecretAsync("canary", Cancellation));
        Secret secret = (await ReadAsync(providers[0], "canary"))!;
        See(secret, secret.Value, providers[0], JsonSerializer.Serialize(secret));
        foreach (SecretInfo info in await ListAsync(providers[0]))
            See(info);
        _tokens.UnionWith(Server.Tokens);
        Assert.NotEmpty(_tokens);

        await FailAtTheVaultAsync(providers[0]);
        await FailAsync(async () => await store.GetSecretAsync("canary-of-the-store", Cancellation)); // its chain adds words of its own
        Server.Fault = null;
        await FailAtTheLoginAsync(host);
        await FailAllAsync(providers[1]); // which does not trust the server's certificate

        SeeSettings(host);
        await host.StopAsync(Cancellation);
        meters.RecordObservableInstruments();
        foreach (FakeLogRecord record in _logs.GetSnapshot())
            See(record.Message, record.Exception?.ToString() ?? "", string.Join(';', record.StructuredState ?? []));
        Search();
    }

    private async Task FailAtTheVaultAsync(AzureKeyVaultProvider provider)
    {
        string echo = $"The value {Canary} of {Server.ClientSecret} with {string.Join(' ', _tokens)} is not good.";
        foreach ((int status, string code, string? innerCode) in ((int, string, string?)[])[
            (400, "BadParameter", null), (400, Canary, Canary), (401, "Unauthorized", null), (403, "Forbidden", "ForbiddenByRbac"),
            (403, "Forbidden", "SecretDisabled"), (403, Canary, null), (408, "Timeout", null), (409, "Conflict", Canary), (429, "Throttled", null),
            (500, "InternalServerError", null), (503, Canary, null)])
        {
            Server.Fault = Marked(Faults.Error(status, code, echo, innerCode));
            await FailAllAsync(provider);
        }

        // Not Key Vault's own 404, so it is an error.
        Server.Fault = Marked(Faults.Status(404, $"<html>{echo}</html>"));
        await FailAllAsync(provider);

        foreach (string body in (string[])[
            Canary, $"<html>{Canary}</html>", $$"""{"value":"{{Canary}}""", $$"""{"value":"{{Canary}}","id":"{{Canary}}"}""", $$"""{"{{Canary}}":1}""",
            $$"""{"value":"{{Canary}}","id":"https://localhost/secrets/canary/{{Canary}}","attributes":"{{Canary}}"}""",
            $$"""{"value":"{{Canary}}" {{Canary}}""", $$"""{"value":["{{Canary}}"],"nextLink":"{{Canary}}"}"""])
        {
            Server.Fault = Marked(Faults.Status(200, body));
            await FailAllAsync(provider);
            Server.Fault = Marked(Faults.Status(403, body));
            await FailAllAsync(provider);
        }

        string whole = $$"""{"value":"{{Canary}}","id":"https://localhost/secrets/canary/0123"}""";
        foreach (Func<HttpContext, Task<bool>> fault in (Func<HttpContext, Task<bool>>[])[
            Faults.Cut(whole), Faults.Cut(whole, status: 500), Faults.HangUpAsync])
        {
            Server.Fault = fault;
            await FailAllAsync(provider);
        }

        // A call that is given up, with a half of the answer there.
        var reached = new TaskCompletionSource();
        Server.Fault = Faults.Hang(reached, Server.Stopping, whole[..^5]);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task hanging = FailAsync(async () => await provider.SetAsync("canary", new SecretValue(Canary), patience.Token));
        await reached.Task.WaitAsync(Cancellation);
        await patience.CancelAsync();
        await hanging;

        // Refused by the vault's own rules.
        Server.Fault = null;
        await FailAsync(async () => await provider.SetAsync("canary", new SecretValue(Canary + new string('x', 30_000)), Cancellation));
        await FailAsync(async () => await provider.SetAsync(new string('x', 200), new SecretValue(Canary), Cancellation));
        Server.Denied.UnionWith(["GET secrets", "PUT secrets", "DELETE secrets"]);
        await FailAllAsync(provider);
        Server.Denied.Clear();
        Server.Fault = Faults.Error(403, "Forbidden", echo); // for the store
    }

    private async Task FailAtTheLoginAsync(IHost host)
    {
        string echo = JsonSerializer.Serialize(new
        {
            error = Canary,
            error_description = $"AADSTS7000215: Invalid client secret provided: '{Server.ClientSecret}' {Canary}",
            access_token = Canary,
        });
        foreach (int status in (int[])[400, 401, 403, 404, 429, 500, 503])
            await FailAsync(host, Faults.Status(status, echo));
        foreach (string body in (string[])[Canary, $"{{\"access_token\":{Canary}}}", "{}", $"{{\"access_token\":\"{Canary}"])
            await FailAsync(host, Faults.Status(200, body));
        await FailAsync(host, Faults.Cut(echo));
        await FailAsync(host, Faults.HangUpAsync);

        // The tenant repeats the secret that is wrong.
        await File.WriteAllTextAsync(SecretFile, Canary, Cancellation);
        await FailAsync(host, fault: null);
    }

    /// <summary>Reads by a provider that has no token yet.</summary>
    private async Task FailAsync(IHost host, Func<HttpContext, Task<bool>>? fault)
    {
        AzureKeyVaultOptions options = host.Services.GetRequiredService<IOptionsMonitor<AzureKeyVaultOptions>>().CurrentValue;
        HttpPipelineTransport transport = CreateTransport();
        var provider = new AzureKeyVaultProvider("azure-login", options, AzureCredentials.Create(options, transport), transport, TimeProvider.System);
        Server.LoginFault = fault;
        int before = _failures;
        await FailAsync(async () => await ReadAsync(provider, "canary"));
        Assert.Equal(before + 1, _failures);
    }

    private async Task FailAllAsync(AzureKeyVaultProvider provider)
    {
        await FailAsync(async () => await ReadAsync(provider, "canary"));
        await FailAsync(async () => await provider.SetAsync("canary", new SecretValue(Canary), Cancellation));
        await FailAsync(async () => await provider.SetAsync("canary", new SecretValue(Encoding.UTF8.GetBytes(Canary + "\0").Append((byte)255).ToArray()), Cancellation));
        await FailAsync(async () => await provider.DeleteAsync("canary", Cancellation));
        await FailAsync(() => ListAsync(provider));
    }

    private async Task FailAsync(Func<Task> call)
    {
        Exception? error = await Record.ExceptionAsync(call);
        if (error is null)
            return; // a list needs less of an answer than a read
        _failures++;
        Assert.True(error is SecretException or OperationCanceledException or ArgumentException, error.ToString());
        for (Exception? at = error; at is not null; at = at.InnerException)
            See(at.ToString(), string.Join(';', at.Data.Values.Cast<object>()));
    }

    // In a header that the SDK does not write into its events.
    private static Func<HttpContext, Task<bool>> Marked(Func<HttpContext, Task<bool>> fault) => context =>
    {
        context.Response.Headers["x-ms-keyvault-value"] = Canary;
        return fault(context);
    };

    private string SecretFile => _root.File("client-secret");

    private async Task<IHost> BuildAsync()
    {
        await File.WriteAllTextAsync(SecretFile, Server.ClientSecret, Cancellation);
        HostApplicationBuilder host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _root.Root });
        host.Logging.SetMinimumLevel(LogLevel.Trace);
        host.Logging.Services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(_logs));
        HttpPipelineTransport transport = CreateTransport();
        host.AddVarai()
            .AddAzureKeyVault(o =>
            {
                Set(o);
                o.Transport = _ => transport;
            })
            .AddAzureKeyVault("azure-tls", Set);
        return host.Build();

        void Set(AzureKeyVaultOptions options)
        {
            (options.VaultUri, options.AuthorityHost) = (Server.Address, Server.Address);
            (options.DisableInstanceDiscovery, options.DisableChallengeResourceVerification) = (true, true);
            options.Identity = AzureKeyVaultIdentity.ClientSecret;
            (options.TenantId, options.ClientId, options.ClientSecretFile) = (KeyVaultServer.Tenant, KeyVaultServer.Client, SecretFile);
        }
    }

    private void SeeSettings(IHost host)
    {
        See(((IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>()).GetDebugView());
        foreach (string name in (string[])["", "azure-tls"])
        {
            AzureKeyVaultOptions options = host.Services.GetRequiredService<IOptionsMonitor<AzureKeyVaultOptions>>().Get(name);
            See(options);
            foreach (PropertyInfo property in typeof(AzureKeyVaultOptions).GetProperties())
                See(property.Name, property.GetValue(options) ?? "");
        }
    }

    private void See(params object[] printed)
    {
        foreach (object o in printed)
            _seen.Enqueue(o.ToString() ?? "");
    }

    private void Search()
    {
        // They were listening, and there was something to hear.
        Assert.True(
            _failures > 100 && _activities > 50 && _measurements > 50 && _events > 100,
            $"{_failures} failures, {_activities} activities, {_measurements} measurements, {_events} events");
        Assert.NotEmpty(_logs.GetSnapshot());
        _tokens.UnionWith(Server.Tokens);
        byte[] bytes = Encoding.UTF8.GetBytes(Canary);
        string[] seen = [.. _seen];
        foreach (string needle in (string[])[
            Canary, Convert.ToBase64String(bytes).TrimEnd('='), Convert.ToHexString(bytes), Canary[..^2], Server.ClientSecret, .. _tokens])
            Assert.DoesNotContain(seen, text => text.Contains(needle, StringComparison.OrdinalIgnoreCase));
    }

    private ActivityListener ListenToActivities()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => !source.Name.Contains("AspNetCore", StringComparison.Ordinal), // the server's own
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                Interlocked.Increment(ref _activities);
                See(activity.DisplayName, activity.StatusDescription ?? "");
                foreach (KeyValuePair<string, object?> tag in activity.TagObjects.Concat(activity.Events.SelectMany(e => e.Tags)))
                    See(tag.Key, tag.Value ?? "");
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private MeterListener ListenToMeters()
    {
        var listener = new MeterListener { InstrumentPublished = static (instrument, self) => self.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Hear(instrument, tags));
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Hear(instrument, tags));
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Hear(instrument, tags));
        listener.Start();
        return listener;

        void Hear(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Interlocked.Increment(ref _measurements);
            See(instrument.Name);
            foreach (KeyValuePair<string, object?> tag in tags)
                See(tag.Key, tag.Value ?? "");
        }
    }
}
