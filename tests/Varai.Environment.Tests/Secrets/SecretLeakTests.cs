using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

/// <summary>Plants a canary, breaks every provider in every way there is, and looks for the canary in all that comes out.</summary>
public sealed class SecretLeakTests : IDisposable
{
    private const string Canary = "s3cr3t-canary-9b51d7e0";

    private readonly string _folder = Directory.CreateTempSubdirectory("varai-leak-").FullName;
    private readonly FakeLogCollector _logs = new();
    private readonly StringBuilder _seen = new();
    private int _failures;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Canary_is_in_nothing_that_is_printed_logged_thrown_or_serialised()
    {
        var memory = new InMemorySecretProvider("memory");
        var environment = new EnvironmentVariableSecretProvider(new ProcessEnvironment(name => name is "in-environment" or "shadow" ? Canary : null));
        var files = new FileSecretProvider("files", _folder, requirePrivateFiles: false, new FakeLogger<FileSecretProvider>(_logs));
        using var harness = new SecretStoreHarness(
            options =>
            {
                options.OptionalProviders.Add("flaky");
                options.Writer = "files";
            },
            environment,
            files,
            memory,
            new InMemorySecretProvider("flaky"));
        ISecretStore store = harness.Store;
        memory.Set("in-memory", Canary);
        memory.Set("binary", new SecretValue([.. Encoding.UTF8.GetBytes(Canary), 0xFF]));
        File.WriteAllText(Path.Combine(_folder, "in-file"), Canary);
        File.WriteAllText(Path.Combine(_folder, "too-large"), Canary + new string('x', FileSecretProvider.MaximumBytes));

        // It is really there: a search that can't find it proves nothing.
        foreach (string name in (string[])["in-memory", "in-environment", "in-file"])
            Assert.Equal(Canary, await store.GetSecretAsync(name, Cancellation));

        await FailAsync(async () => await store.GetSecretAsync("binary", Cancellation));
        await FailAsync(async () => await store.GetSecretAsync("too-large", Cancellation));
        await FailAsync(async () => await store.GetSecretAsync("missing", Cancellation));
        await FailAsync(async () => await store.SetSecretAsync("shadow", Canary, Cancellation));
        await FailAsync(async () => await store.SetSecretAsync("a+b", Canary, Cancellation));
        await FailAsync(async () => await store.SetSecretAsync("in-file/below", Canary, Cancellation));
        await FailAsync(async () => await files.SetAsync("too-large", new SecretValue(Canary + new string('x', FileSecretProvider.MaximumBytes)), Cancellation));
        await store.SetSecretAsync("in-file", Canary + "-2", Cancellation);

        foreach (Func<Exception> failure in (Func<Exception>[])[
            () => new TimeoutException(), () => new OperationCanceledException(), () => new InvalidOperationException("down"),
            () => new SecretProviderException("memory", "read", "in-memory", "it is down."), () => new KeyNotFoundException("odd")])
        {
            memory.Failure = failure;
            store.Invalidate("in-memory");
            await FailAsync(async () => await store.GetSecretAsync("in-memory", Cancellation));
            await FailAsync(async () => await memory.SetAsync("in-memory", new SecretValue(Canary), Cancellation));
            await FailAsync(() => Task.FromResult(store.GetSecret("in-memory")));
            SecretReferences references = SecretReferences.Parse("x=${secret:in-file};y=${secret:in-memory}");
            await FailAsync(async () => await references.ResolveAsync(store, Cancellation));
            _seen.Append(references).AppendLine(JsonSerializer.Serialize(references));
        }

        // Hanging, then stale.
        memory.Failure = null;
        store.Invalidate("in-memory");
        await store.GetSecretAsync("in-memory", Cancellation);
        memory.Failure = () => new TimeoutException();
        harness.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(Canary, await store.GetSecretAsync("in-memory", Cancellation));
        memory.Failure = null;
        memory.Gate = new TaskCompletionSource().Task;
        store.Invalidate("in-memory");
        await FailAsync(() => Task.FromResult(store.GetSecret("in-memory")));
        Task hanging = FailAsync(async () => await store.GetSecretAsync("in-memory", Cancellation));
        harness.Time.Advance(TimeSpan.FromSeconds(30));
        await hanging;
        await FailAsync(() => new SecretPrefetch(Prefetch("in-memory", "missing"), new SingleService(store)).RunAsync(Cancellation), harness);

        HealthCheckResult health = await harness.CheckHealthAsync(Cancellation);
        _seen.Append(health.Description).Append(health.Exception).AppendLine(string.Join(';', health.Data));
        Secret? secret = await store.FindSecretAsync("in-file", Cancellation);
        _seen.Append(secret).Append(secret!.Value).AppendLine(JsonSerializer.Serialize(secret)).AppendLine(JsonSerializer.Serialize(harness.Options));
        _seen.Append(store).Append(memory).Append(files).Append(environment).AppendLine(JsonSerializer.Serialize(memory));

        Assert.True(_failures >= 30, $"Only {_failures} failures were provoked.");
        Assert.NotEmpty(harness.Logs.GetSnapshot());
        Assert.NotEmpty(_logs.GetSnapshot());
        _seen.Append(harness.LogText);
        foreach (FakeLogRecord record in _logs.GetSnapshot().Concat(harness.Logs.GetSnapshot()))
            _seen.Append(record.Message).Append(record.Exception).AppendLine(string.Join(';', record.StructuredState ?? []));
        Assert.DoesNotContain("s3cr3t", _seen.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary))[..20], _seen.ToString(), StringComparison.Ordinal);
    }

    private async Task FailAsync(Func<Task> call, SecretStoreHarness? hanging = null)
    {
        try
        {
            Task task = call();
            while (hanging is not null && !task.IsCompleted)
            {
                hanging.Time.Advance(TimeSpan.FromSeconds(30));
                await Task.Yield();
            }

            await task;
        }
        catch (Exception e)
        {
            _failures++;
            for (Exception? at = e; at is not null; at = at.InnerException)
                _seen.AppendLine(at.Message).AppendLine(string.Join(';', at.Data.Values.Cast<object>()));
            _seen.AppendLine(e.ToString());
            return;
        }

        Assert.Fail("A call that should fail succeeded.");
    }

    private static OptionsWrapper<SecretOptions> Prefetch(params string[] names)
    {
        var options = new SecretOptions();
        foreach (string name in names)
            options.Prefetch.Add(name);
        return new OptionsWrapper<SecretOptions>(options);
    }
}
