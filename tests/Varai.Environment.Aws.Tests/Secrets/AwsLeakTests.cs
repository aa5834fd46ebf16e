using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Varai.Secrets;
using Varai.Tests.TestResources;

namespace Varai.Aws.Tests.Secrets;

/// <summary>Plants a canary at AWS, breaks the way to it in every way there is, and looks for the canary in all that comes out.</summary>
public sealed class AwsLeakTests : IDisposable
{
    private const string Canary = "s3cr3t-canary-9b51d7e0";

    private static readonly string[] Encodings =
    [
        Canary,
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary)).TrimEnd('='),
        Convert.ToHexString(Encoding.UTF8.GetBytes(Canary)),
        Canary[..^2],
    ];

    private readonly TemporaryFolder _root = new();
    private readonly StringBuilder _seen = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();
    private int _activityCount;
    private int _measurements;
    private int _failures;

    public AwsLeakTests()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = static _ => true,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Note,
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        _meters.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
        _meters.Start();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task Canary_EveryFailure_IsInNothingThatComesOut()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        await using GarbageServer garbage = GarbageServer.Start(
            "HTTP/1.1 " + Canary + "\r\n\r\n",
            Canary + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + Canary + " x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"SecretString\":\"" + Canary);
        var logs = new FakeLogCollector();
        using IHost host = Build(server, garbage, logs);
        await host.StartAsync(Cancellation);
        var store = host.Services.GetRequiredService<ISecretStore>();
        var client = host.Services.GetRequiredService<AwsSecretsManagerClient>();
        ISecretProvider[] providers = [.. host.Services.GetServices<ISecretProvider>().Where(p => p.Name.StartsWith("aws", StringComparison.Ordinal))];
        var aws = (AwsSecretsManagerProvider)providers[0];

        // It is really there: a search that can't find it proves nothing.
        await client.CreateAsync("canary", new SecretValue(Canary), cancellationToken: Cancellation);
        Assert.Equal(Canary, await store.GetSecretAsync("canary", Cancellation));
        AwsSecretValue found = (await client.GetAsync("canary", cancellationToken: Cancellation))!;
        Secret secret = (await store.FindSecretAsync("canary", Cancellation))!;
        _seen.Append(found).Append(secret).AppendLine(JsonSerializer.Serialize(found)).AppendLine(JsonSerializer.Serialize(secret));

        foreach (Func<FakeCall, HttpContext, Task> fault in Faults())
        {
            server.Fault = async (call, context) =>
            {
                await fault(call, context);
                return true;
            };
            store.Invalidate("canary");
            await FailAsync(async () => await aws.GetAsync(new SecretRequest("canary"), Cancellation));
            await FailAsync(async () => await aws.SetAsync("canary", new SecretValue(Canary), Cancellation));
            await FailAsync(async () => await aws.DeleteAsync("canary", Cancellation));
            await FailAsync(async () => await aws.GetManyAsync(["canary"], Cancellation));
            await FailAsync(async () => await aws.ListAsync(prefix: null, Cancellation).CountAsync(Cancellation));
            await FailAsync(async () => await client.DescribeAsync("canary", Cancellation));
            await FailAsync(async () => await client.CreateAsync("canary", new SecretValue(Canary + "\0\u00ff"), cancellationToken: Cancellation));
        }

        // Through the store too, whose chain adds words of its own.
        await FailAsync(async () => await store.GetSecretAsync("canary-of-the-store", Cancellation));
        server.Fault = null;

        foreach (ISecretProvider broken in providers[1..])
        {
            await FailAsync(async () => await broken.GetAsync(new SecretRequest("canary"), Cancellation));
            await FailAsync(async () => await ((ISecretWriter)broken).SetAsync("canary", new SecretValue(Canary), Cancellation));
        }

        // A call that is given up.
        server.Fault = static (_, context) => new TaskCompletionSource<bool>().Task.WaitAsync(context.RequestAborted);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await FailAsync(async () => await aws.SetAsync("canary", new SecretValue(Canary), patience.Token));

        foreach (string name in (string[])["", "aws-garbage", "aws-tls"])
        {
            AwsSecretsManagerOptions options = host.Services.GetRequiredService<IOptionsMonitor<AwsSecretsManagerOptions>>().Get(name);
            _seen.Append(options).AppendLine(JsonSerializer.Serialize(options));
        }

        _seen.Append(client).Append(aws).AppendLine(JsonSerializer.Serialize(client)).AppendLine(JsonSerializer.Serialize<object>(aws));
        foreach (FakeLogRecord record in logs.GetSnapshot())
            _seen.Append(record.Message).Append(record.Exception).AppendLine(string.Join(';', record.StructuredState ?? []));
        await host.StopAsync(Cancellation);
        _meters.RecordObservableInstruments();

        Assert.True(_failures > 70, $"Only {_failures} failures were provoked.");
        Assert.True(_activityCount > 50, $"Only {_activityCount} activities were seen.");
        Assert.True(_measurements > 50, $"Only {_measurements} measurements were seen.");
        Assert.NotEmpty(logs.GetSnapshot());
        string seen = Seen();
        Assert.All(Encodings, encoding => Assert.DoesNotContain(encoding, seen, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<Func<FakeCall, HttpContext, Task>> Faults()
    {
        foreach ((int status, string code) in ((int, string)[])[
            (400, "AccessDeniedException"), (400, "InvalidRequestException"), (400, "DecryptionFailure"), (401, "UnrecognizedClientException"),
            (403, "AccessDenied"), (403, "SignatureDoesNotMatch"), (404, "Other"), (429, "ThrottlingException"), (500, "InternalServiceError"), (503, Canary)])
            yield return (_, context) => FakeSecretsManager.FailAsync(Marked(context), status, code, $"The value {Canary} is not good.");

        foreach (string body in (string[])[
            Canary, $"<Error><Code>{Canary}</Code></Error>", $$"""{"SecretString":"{{Canary}}"}""", $$"""{"ARN":"a","Name":"n","VersionId":"v","SecretString":"{{Canary}}" {{Canary}}""",
            $$"""{"ARN":"a","Name":"n","VersionId":"v","SecretBinary":"{{Canary}}"}""", $$"""{"ARN":"a","DeletionDate":"{{Canary}}","SecretList":"{{Canary}}","SecretValues":"{{Canary}}"}"""])
        {
            yield return (_, context) => Marked(context).Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();
            yield return (_, context) =>
            {
                Marked(context).Response.StatusCode = 403;
                return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();
            };
        }

        yield return static async (_, context) =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($$"""{"SecretString":"{{Canary}}"""));
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
    }

    private static HttpContext Marked(HttpContext context)
    {
        context.Response.Headers["x-amzn-RequestId"] = Canary;
        context.Response.Headers["x-amzn-ErrorType"] = Canary;
        context.Response.Headers.ContentType = "text/" + Canary;
        context.Response.Headers.RetryAfter = Canary;
        return context;
    }

    private async Task FailAsync(Func<Task> call)
    {
        Exception? error = await Record.ExceptionAsync(call);
        if (error is null)
            return;
        Interlocked.Increment(ref _failures);
        for (Exception? at = error; at is not null; at = at.InnerException)
            See(at.Message + string.Join(';', at.Data.Values.Cast<object>()));
        See(error.ToString());
        Assert.True(error is SecretException or OperationCanceledException, error.ToString());
    }

    private void Note(Activity activity)
    {
        Interlocked.Increment(ref _activityCount);
        See(activity.DisplayName + activity.StatusDescription + string.Join(';', activity.TagObjects.Select(t => $"{t.Key}={t.Value}")));
        See(string.Join(';', activity.Events.SelectMany(e => e.Tags.Select(t => $"{e.Name} {t.Key}={t.Value}"))));
    }

    private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Interlocked.Increment(ref _measurements);
        See(instrument.Name + string.Join(';', tags.ToArray().Select(t => $"{t.Key}={t.Value}")));
    }

    private void See(string text)
    {
        lock (_seen)
            _seen.AppendLine(text);
    }

    private string Seen()
    {
        lock (_seen)
            return _seen.ToString();
    }

    private IHost Build(FakeSecretsManager server, GarbageServer garbage, FakeLogCollector logs)
    {
        HostApplicationBuilder host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _root.Root });
        host.Logging.SetMinimumLevel(LogLevel.Trace);
        host.Logging.Services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(logs));
        AwsSecretsManagerOptions from = server.Options();
        host.AddVarai()
            .AddAwsSecretsManager(o => Set(o, from.Endpoint!))
            .AddAwsSecretsManager("aws-garbage", o => Set(o, garbage.Endpoint))
            .AddAwsSecretsManager("aws-tls", o => Set(o, from.Endpoint!.Replace("http:", "https:", StringComparison.Ordinal)));
        return host.Build();

        void Set(AwsSecretsManagerOptions options, string endpoint) =>
            (options.Region, options.Endpoint, options.Credentials) = (from.Region, endpoint, from.Credentials);
    }
}
