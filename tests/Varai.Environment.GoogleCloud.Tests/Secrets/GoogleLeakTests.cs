using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Varai.GoogleCloud.Secrets;
using Varai.GoogleCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.GoogleCloud.Tests.Secrets;

/// <summary>Plants a canary, breaks everything in every way there is, and looks for the canary, for tokens and for the key in all
/// that comes out.</summary>
public sealed class GoogleLeakTests
{
    private const string Canary = "s3cr3t-canary-4c1f0a77";

    private static readonly string CanaryInBase64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary));

    private readonly ConcurrentQueue<string> _seen = new();
    private readonly FakeLogCollector _logs = new();
    private int _failures;
    private int _activities;
    private int _measurements;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Canary_OnEveryPath_IsNowhere()
    {
        using ActivityListener activities = ListenToActivities();
        using MeterListener meters = ListenToMeters();
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new FakeLoggerProvider(_logs)));
        await using GoogleServer server = await GoogleServer.StartAsync();
        GoogleSecretManagerOptions options = server.Options();
        using GoogleSecretManagerClient client = Create(options, loggers);
        var provider = new GoogleSecretManagerProvider(client, options);

        // It is really there: a search that can't find it proves nothing.
        Assert.Equal("1", await provider.SetAsync("db", new SecretValue(Canary), Token));
        Secret secret = (await provider.GetAsync(new SecretRequest("db"), Token))!;
        Assert.Equal(Canary, secret.RevealString());
        See(secret, secret.Value, provider, client, JsonSerializer.Serialize(secret));
        await foreach (SecretInfo info in provider.ListAsync(null, Token))
            See(info);
        See((await client.GetSecretAsync("db", Token))!, (await client.GetVersionAsync("db", cancellationToken: Token))!);

        await FailAtTheApiAsync(server, provider);
        await FailBeforeTheApiAsync(server, loggers);
        await FailWithoutTrustAsync(server, loggers);

        SeeOptions(options);
        foreach (FakeLogRecord record in _logs.GetSnapshot())
            See(record.Message, string.Join(',', record.StructuredState?.Select(pair => $"{pair.Key}={pair.Value}") ?? []), record.Exception?.ToString() ?? "");
        meters.RecordObservableInstruments();
        Search(server);
    }

    private static GoogleSecretManagerClient Create(GoogleSecretManagerOptions options, ILoggerFactory loggers) =>
        new(GoogleSecretManagerClient.DefaultName, options, TimeProvider.System, loggers.CreateLogger<GoogleSecretManagerClient>());

    private async Task FailAtTheApiAsync(GoogleServer server, GoogleSecretManagerProvider provider)
    {
        string echo = $"{Canary} {CanaryInBase64} {string.Join(' ', server.Tokens.All)} {server.Account.PrivateKey.ReplaceLineEndings("")}";
        (int, string?)[] refusals =
        [
            (400, "INVALID_ARGUMENT"), (400, "FAILED_PRECONDITION"), (401, "UNAUTHENTICATED"), (403, "PERMISSION_DENIED"), (404, null),
            (409, "ABORTED"), (429, "RESOURCE_EXHAUSTED"), (500, "INTERNAL"), (500, null), (503, "UNAVAILABLE"), (400, Canary),
        ];
        foreach ((int status, string? canonical) in refusals)
        {
            server.Fault = new GoogleFault { Status = status, Canonical = canonical, Echo = echo, Reason = Canary, RetryDelay = Canary };
            await FailAllAsync(provider);
        }

        foreach (string body in (string[])[
            Canary, $"{{\"{Canary}\"", $"{{\"name\":\"{Canary}\",\"payload\":{{\"data\":\"{CanaryInBase64}\"}}}}",
            $"{{\"name\":\"projects/1/secrets/db/versions/1\",\"payload\":{{\"data\":\"{CanaryInBase64}!\"}}}}",
            $"{{\"name\":\"projects/1/secrets/db/versions/1\",\"payload\":{{\"data\":\"{CanaryInBase64}\",\"dataCrc32c\":\"1\"}}}}",
            $"{{\"name\":\"projects/1/secrets/db/versions/1\",\"payload\":{{\"data\":\"{CanaryInBase64}\",\"dataCrc32c\":\"{Canary}\"}}}}"])
        {
            server.Fault = new GoogleFault { Body = body };
            await FailAsync(async () => await provider.GetAsync(new SecretRequest("db"), Token));
        }

        foreach (GoogleFault fault in (GoogleFault[])[
            new() { CutsBody = true }, new() { CutsConnection = true }, new() { DamagesValue = true }, new() { IsEndless = true }])
        {
            server.Fault = fault;
            await FailAsync(async () => await provider.GetAsync(new SecretRequest("db"), Token));
        }

        server.Fault = new GoogleFault { Hangs = true };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task hanging = FailAsync(async () => await provider.SetAsync("db", new SecretValue(Canary), patience.Token));
        await server.Hanging.Task.WaitAsync(Token);
        await patience.CancelAsync();
        await hanging;

        // The server's own texts repeat what was sent: the token, and the value whose checksum was wrong.
        server.Fault = null;
        server.Tokens.HiddenLifetime = TimeSpan.FromHours(-2);
        server.Tokens.RevokeAll();
        await FailAllAsync(provider);
        server.Tokens.HiddenLifetime = TimeSpan.Zero;
        await FailAsync(async () => await provider.SetAsync("db", new SecretValue(Canary + new string('x', 70_000)), Token));
        await FailAsync(async () => await provider.SetAsync("a/b", new SecretValue(Canary), Token));
    }

    private async Task FailBeforeTheApiAsync(GoogleServer server, ILoggerFactory loggers)
    {
        foreach (GoogleFault fault in (GoogleFault[])[
            new() { Status = 500, Body = $"{{\"error\":\"{Canary}\",\"error_description\":\"{Canary}\"}}" },
            new() { Status = 401, Body = Canary }, new() { Body = $"{{\"access_token\":{Canary}}}" }, new() { Body = "{}" }, new() { CutsConnection = true }])
        {
            server.TokenFault = fault;
            await FailAsync(server.Options());
        }

        server.TokenFault = null;
        server.Clock.Advance(TimeSpan.FromDays(1)); // so that the endpoint repeats what it refused
        await FailAsync(server.Options());

        GoogleSecretManagerOptions options = server.Options();
        options.CredentialsFile = server.Folder.Write("wrong.json", server.Account.PrivateKey);
        await FailAsync(options);
        options.CredentialsFile = server.Folder.Write("wrong2.json", JsonSerializer.Serialize(new { type = "service_account", private_key = Canary, client_email = "a@b" }));
        await FailAsync(options);
        options.CredentialsFile = null;
        options.AccessToken = _ => throw new InvalidOperationException(Canary);
        await FailAsync(options);
        options.AccessToken = _ => ValueTask.FromResult(Canary + "\n");
        await FailAsync(options);
        options.AccessToken = _ => ValueTask.FromResult(Canary);
        await FailAsync(options);
        SeeOptions(options);

        async Task FailAsync(GoogleSecretManagerOptions options)
        {
            using GoogleSecretManagerClient client = Create(options, loggers);
            await this.FailAsync(async () => await client.AccessVersionAsync("db", cancellationToken: Token));
        }
    }

    private async Task FailWithoutTrustAsync(GoogleServer server, ILoggerFactory loggers)
    {
        using var certificate = TestCertificate.Create();
        await using GoogleServer secure = await GoogleServer.StartAsync(certificate);
        GoogleSecretManagerOptions options = server.Options();
        options.CredentialsFile = null;
        options.AccessToken = _ => ValueTask.FromResult(Canary);
        options.Endpoint = secure.Address;
        using GoogleSecretManagerClient client = Create(options, loggers);
        await FailAsync(async () => await client.AddVersionAsync("db", new SecretValue(Canary), cancellationToken: Token));
    }

    private async Task FailAllAsync(GoogleSecretManagerProvider provider)
    {
        await FailAsync(async () => await provider.GetAsync(new SecretRequest("db"), Token));
        await FailAsync(async () => await provider.SetAsync("db", new SecretValue(Canary), Token));
        await FailAsync(async () => await provider.DeleteAsync("db", Token));
        await FailAsync(async () => await provider.ListAsync(null, Token).GetAsyncEnumerator(Token).MoveNextAsync());
    }

    private async Task FailAsync(Func<Task> call)
    {
        Exception? error = await Record.ExceptionAsync(call);
        Assert.True(error is SecretProviderException or OperationCanceledException or ArgumentException, $"{error}");
        _failures++;
        See(error.ToString(), JsonSerializer.Serialize(error.Data));
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
            See(inner.Message, inner.ToString());
    }

    private void SeeOptions(GoogleSecretManagerOptions options)
    {
        See(options);
        foreach (PropertyInfo property in typeof(GoogleSecretManagerOptions).GetProperties().Where(p => p.GetIndexParameters().Length == 0))
            See(property.Name, property.GetValue(options) ?? "");
    }

    private void See(params object[] printed)
    {
        foreach (object o in printed)
            _seen.Enqueue(o.ToString() ?? "");
    }

    private void Search(GoogleServer server)
    {
        string[] seen = [.. _seen];
        // They were listening, and there was something to hear.
        Assert.True(_failures > 50 && _activities > 50 && _measurements > 50, $"{_failures} failures, {_activities} activities, {_measurements} measurements");
        Assert.Contains(_logs.GetSnapshot(), record => record.Id.Id == 1270);
        string key = server.Account.PrivateKey.Split('\n')[3];
        foreach (string needle in (string[])[Canary, CanaryInBase64, CanaryInBase64.TrimEnd('='), key, "eyJ", .. server.Tokens.All])
            Assert.DoesNotContain(seen, text => text.Contains(needle, StringComparison.Ordinal));
    }

    private ActivityListener ListenToActivities()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => !source.Name.Contains("AspNetCore", StringComparison.Ordinal), // the server's own
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
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
        var listener = new MeterListener { InstrumentPublished = (instrument, self) => self.EnableMeasurementEvents(instrument) };
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
