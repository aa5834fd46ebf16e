using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretPrefetchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_reads_many_with_one_call_of_a_provider_that_can()
    {
        var single = new SingleReader();
        var batch = new InMemorySecretProvider("batch");
        for (int i = 0; i < 40; i++)
            batch.Set($"key-{i}", $$"""{"f":"{{i}}"}""");
        single.Held.Add("key-7");
        using var harness = new SecretStoreHarness(single, batch);

        await PrefetchAsync(harness, [.. Enumerable.Range(0, 40).Select(i => $"key-{i}"), "key-3#f", "key-4@1"]);

        Assert.Equal((1, 1), (batch.Batches, batch.Reads));
        Assert.Equal("single", harness.Store.FindSecret("key-7")!.Provider);
        Assert.Equal("3", harness.Store.GetSecret("key-3#f"));
        for (int i = 8; i < 40; i++)
            Assert.Equal($$"""{"f":"{{i}}"}""", harness.Store.GetSecret($"key-{i}"));
        Assert.Equal((1, 1), (batch.Batches, batch.Reads));
    }

    [Fact]
    public async Task RunAsync_one_report_of_all_that_is_missing()
    {
        var batch = new InMemorySecretProvider("batch");
        batch.Set("here", """{"f":"1"}""");
        using var harness = new SecretStoreHarness(batch);

        var error = await Assert.ThrowsAsync<VaraiException>(() => PrefetchAsync(harness, ["here", "one", "two@1", "here#g", "here#f"]));
        Assert.StartsWith("3 of the 5 secrets under Varai:Secrets:Prefetch can't be read:\n  The secret 'one' was not found.", error.Message, StringComparison.Ordinal);
        Assert.Contains("\n  The secret 'two@1' was not found.", error.Message, StringComparison.Ordinal);
        Assert.Contains("\n  The field 'here#g' can't be read from 'batch': the secret has no 'g'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_failing_batch_is_reported_as_the_providers_failure_and_no_later_provider_is_taken_instead()
    {
        var batch = new InMemorySecretProvider("batch") { Failure = () => new TimeoutException() };
        var later = new InMemorySecretProvider("later");
        later.Set("one", "later");
        later.Set("two", "later");
        using var harness = new SecretStoreHarness(batch, later);

        var error = await Assert.ThrowsAsync<VaraiException>(() => PrefetchAsync(harness, ["one", "two"]));
        Assert.StartsWith("2 of the 2 secrets under Varai:Secrets:Prefetch can't be read:\n  The secret provider 'batch' could not read '", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, later.Batches);
    }

    [Fact]
    public async Task RunAsync_refused_batch_whose_secrets_can_be_read_one_by_one_leaves_health_well()
    {
        using var harness = new SecretStoreHarness(new BatchProvider(() => throw new SecretProviderException("batch", "read", "one", "no permission.")));

        await PrefetchAsync(harness, ["one", "two"]);

        Assert.Equal("single", harness.Store.GetSecret("two"));
        HealthCheckResult health = await harness.CheckHealthAsync(Cancellation);
        Assert.Equal((HealthStatus.Healthy, 0), (health.Status, health.Data.Count));
    }

    [Fact]
    public async Task RunAsync_batch_that_is_nothing_or_holds_nothings_is_one_that_leaves_out_all()
    {
        using (var harness = new SecretStoreHarness(new BatchProvider(() => null!)))
        {
            await PrefetchAsync(harness, ["one", "two"]);
            Assert.Equal("single", harness.Store.GetSecret("two"));
        }

        using (var harness = new SecretStoreHarness(new BatchProvider(() => [null!])))
        {
            await PrefetchAsync(harness, ["one", "two"]);
            Assert.Equal("single", harness.Store.GetSecret("two"));
        }
    }

    [Fact]
    public async Task RunAsync_write_during_the_batch_is_not_undone()
    {
        var gate = new TaskCompletionSource();
        var provider = new InMemorySecretProvider { Gate = gate.Task };
        provider.Set("one", "old");
        provider.Set("two", "old");
        using var harness = new SecretStoreHarness(options => options.Writer = "writer", new WriterOnly(), provider);
#pragma warning disable CA2025 // awaited below
        Task prefetching = PrefetchAsync(harness, ["one", "two"]);
#pragma warning restore CA2025

        await harness.Store.SetSecretAsync("one", "new", Cancellation);
        gate.SetResult();
        await prefetching;

        Assert.Equal("new", harness.Store.GetSecret("one"));
        Assert.Equal("old", harness.Store.GetSecret("two"));
    }

    private static Task PrefetchAsync(SecretStoreHarness harness, string[] names)
    {
        foreach (string name in names)
            harness.Options.Prefetch.Add(name);
        return new SecretPrefetch(new OptionsWrapper<SecretOptions>(harness.Options), new SingleService(harness.Store)).RunAsync(Cancellation);
    }

    private sealed class SingleReader : ISecretProvider
    {
        public HashSet<string> Held { get; } = [];

        public string Name => "single";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) =>
            new(Held.Contains(request.Name) ? new Secret(request.Name, new SecretValue("single"), Name) : null);
    }

    private sealed class BatchProvider(Func<IReadOnlyList<Secret>> batch) : ISecretProvider, ISecretBatchReader
    {
        public string Name => "batch";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) =>
            new(new Secret(request.Name, new SecretValue("single"), Name));

        public ValueTask<IReadOnlyList<Secret>> GetManyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => new(batch());
    }

    private sealed class WriterOnly : ISecretProvider, ISecretWriter
    {
        public string Name => "writer";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) => new((Secret?)null);

        public ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken) => new("2");

        public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) => new(true);
    }
}
