using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretStoreAuditTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Record_every_access_with_provider_version_and_outcome()
    {
        var sink = new ListSink();
        var provider = new InMemorySecretProvider();
        provider.Set("key", """{"f":"value"}""");
        using var harness = new SecretStoreHarness(_ => { }, [sink], [provider]);
        ISecretStore store = harness.Store;

        await store.GetSecretAsync("key", Cancellation);
        await store.GetSecretAsync("key", Cancellation);
        store.GetSecret("key#f");
        store.GetHandle("key@1").GetSecret();
        await store.GetHandle("key@1").FindSecretAsync(Cancellation);
        await store.FindSecretAsync("missing", Cancellation);
        Assert.Throws<SecretNotFoundException>(() => store.GetSecret("missing"));
        await store.SetSecretAsync("key", "new", Cancellation);
        Assert.Equal("new", store.GetSecret("key"));
        await foreach (SecretInfo _ in store.ListSecretsAsync("k", Cancellation))
        {
            // Only that it was listed counts.
        }

        provider.Failure = () => new TimeoutException();
        harness.Time.Advance(TimeSpan.FromMinutes(6));
        await store.GetSecretAsync("key", Cancellation);
        await Assert.ThrowsAsync<SecretProviderException>(async () => await store.GetSecretAsync("cold", Cancellation));
        await Assert.ThrowsAsync<SecretProviderException>(async () => await store.DeleteSecretAsync("key", Cancellation));
        provider.Failure = null;
        await store.DeleteSecretAsync("key", Cancellation);
        await store.DeleteSecretAsync("key", Cancellation);

        Assert.Equal(
            [
                "Read key Done memory 1", "Read key Cached memory 1", "Read key#f Cached memory 1", "Read key@1 Done memory 1", "Read key@1 Cached memory 1",
                "Read missing NotFound  ", "Read missing NotFound  ", "Write key Done memory 2", "Read key Cached memory 2", "List k* Done  ",
                "Read key Stale memory 2", "Read cold Failed memory ", "Delete key Failed memory ", "Delete key Done  ", "Delete key NotFound  ",
            ],
            sink.Seen.Select(access => $"{access.Operation} {access.Name} {access.Outcome} {access.Provider} {access.Version}"));
        Assert.Equal(harness.Time.GetUtcNow(), sink.Seen.Last().At);
        Assert.All(sink.Seen, access => Assert.DoesNotContain("value", access.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Record_write_that_was_cancelled_on_its_way_or_refused_is_a_failed_one()
    {
        var sink = new ListSink();
        var gate = new TaskCompletionSource();
        using var harness = new SecretStoreHarness(_ => { }, [sink], [new HangingWriter(gate.Task)]);
        using var caller = new CancellationTokenSource();

        Task writing = harness.Store.SetSecretAsync("key", "new", caller.Token).AsTask();
        Task deleting = harness.Store.DeleteSecretAsync("key", caller.Token).AsTask();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => deleting);
        await Assert.ThrowsAsync<ArgumentException>(async () => await harness.Store.SetSecretAsync("refused", "new", Cancellation));

        Assert.Equal(
            ["Delete key Failed", "Write key Failed", "Write refused Failed"],
            sink.Seen.Select(access => $"{access.Operation} {access.Name} {access.Outcome}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Record_names_caller_and_trace_of_each_reader_and_none_for_background_work()
    {
        var sink = new ListSink();
        var gate = new TaskCompletionSource();
        var provider = new InMemorySecretProvider { Gate = gate.Task };
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(_ => { }, [sink], [provider]);
        using var activity = new Activity("request");
        activity.Start();

        Task ann = ReadAsAsync("ann");
        Task bob = ReadAsAsync("bob");
        activity.Stop();
        Task nobody = harness.Store.GetSecretAsync("key", Cancellation).AsTask();
        gate.SetResult();
        await Task.WhenAll(ann, bob, nobody);

        Assert.Equal(
            new[] { ("ann", activity.TraceId.ToString()), ("bob", activity.TraceId.ToString()), (null, null) }.ToHashSet(),
            sink.Seen.Select(access => (access.Caller, access.TraceId)).ToHashSet());
        Assert.Equal(1, provider.Reads);

        async Task ReadAsAsync(string caller)
        {
            using IDisposable scope = SecretCaller.Use(caller);
            await harness.Store.GetSecretAsync("key", Cancellation);
        }
    }

    [Fact]
    public async Task Record_throwing_sink_reaches_nobody_is_logged_once_and_shown_in_health()
    {
        var sink = new ListSink();
        var provider = new InMemorySecretProvider();
        provider.Set("key", "value");
        using var harness = new SecretStoreHarness(_ => { }, [new ThrowingSink(), sink], [provider]);
        for (int i = 0; i < 10; i++)
            Assert.Equal("value", await harness.Store.GetSecretAsync("key", Cancellation));

        Assert.Equal(10, sink.Seen.Count);
        Assert.Single(harness.Logs.GetSnapshot(), record => record.Id.Id == 1221);
        Assert.DoesNotContain("s3cr3t", harness.LogText, StringComparison.Ordinal);
        HealthCheckResult health = await harness.CheckHealthAsync(Cancellation);
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Equal("10 accesses were not recorded, because an audit sink threw.", health.Data["audit"]);
    }

    [Fact]
    public async Task AddSecretAuditLog_logs_each_access_in_its_category_without_values()
    {
        var logs = new FakeLogCollector();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "shop" });
        builder.Logging.AddProvider(new FakeLoggerProvider(logs));
        var provider = new InMemorySecretProvider();
        provider.Set("key", "s3cr3t-canary");
        builder.AddVarai().UseInMemoryState().AddSecretProvider(provider).AddSecretAuditLog().AddSecretAuditLog();
        using IHost host = builder.Build();
        var store = host.Services.GetRequiredService<ISecretStore>();

        await store.GetSecretAsync("key", Cancellation);
        using (SecretCaller.Use("ann"))
            store.GetSecret("key");

        FakeLogRecord[] records = [.. logs.GetSnapshot().Where(record => record.Category == "Varai.Secrets.Audit")];
        Assert.All(records, record => Assert.Equal(LogLevel.Information, record.Level));
        Assert.Equal(
            ["shop: Read of the secret 'key' (version 1, provider memory): Done. Trace: ", "ann: Read of the secret 'key' (version 1, provider memory): Cached. Trace: "],
            records.Select(record => record.Message));
        Assert.DoesNotContain("s3cr3t", string.Join('\n', logs.GetSnapshot().Select(record => record.Message)), StringComparison.Ordinal);
    }

    private sealed class HangingWriter(Task gate) : ISecretProvider, ISecretWriter
    {
        public string Name => "hanging";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) => default;

        public async ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
        {
            if (name == "refused")
                throw new ArgumentException("No such name here.", nameof(name));
            await gate.WaitAsync(cancellationToken);
            return null;
        }

        public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
        {
            await gate.WaitAsync(cancellationToken);
            return true;
        }
    }

    private sealed class ListSink : ISecretAuditSink
    {
        public ConcurrentQueue<SecretAccess> Seen { get; } = [];

        public void Record(SecretAccess access) => Seen.Enqueue(access);
    }

    private sealed class ThrowingSink : ISecretAuditSink
    {
        public void Record(SecretAccess access) => throw new InvalidOperationException("s3cr3t-canary");
    }
}
