using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

/// <summary>Ten minutes of outage under load, in virtual time.</summary>
public sealed class SecretStoreOutageTests
{
    private const int Names = 20;
    private const int Readers = 10;
    private const int Seconds = 600;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fails")]
    [InlineData("hangs")]
    [InlineData("hangs and ignores cancellation")]
    [InlineData("is slow")]
    public async Task Outage_blocks_nobody_longer_than_his_time_out_and_ends_without_a_stampede(string trouble)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var provider = new InMemorySecretProvider("memory", time);
        var options = new SecretOptions { CacheTtl = TimeSpan.FromMinutes(1), ReadTimeout = TimeSpan.FromSeconds(10) };
        using var store = new SecretStore(
            [provider], Microsoft.Extensions.Options.Options.Create(options), time, Microsoft.Extensions.Logging.Abstractions.NullLogger<SecretStore>.Instance);
        for (int i = 0; i < Names; i++)
        {
            provider.Set($"known-{i}", "old");
            Assert.Equal("old", await store.GetSecretAsync($"known-{i}", Cancellation));
        }

        Begin(provider, trouble);
        int before = provider.Reads;
        var known = new Queue<Task<string>[]>();
        var unknown = new Queue<Task<string>>();
        for (int second = 0; second < Seconds; second++)
        {
            known.Enqueue([.. Enumerable.Range(0, Names * Readers).Select(i => store.GetSecretAsync($"known-{i % Names}", Cancellation).AsTask())]);
            unknown.Enqueue(store.GetSecretAsync("unknown", Cancellation).AsTask());
            time.Advance(TimeSpan.FromSeconds(1));

            // Past the time to live, a read waits a second for the refresh; whoever knows nothing waits for the time-out.
            Assert.All(await Task.WhenAll(known.Dequeue()).WaitAsync(TimeSpan.FromSeconds(60), Cancellation), value => Assert.Equal("old", value));
            if (unknown.Count > 11)
                await Assert.ThrowsAnyAsync<SecretException>(() => unknown.Dequeue().WaitAsync(TimeSpan.FromSeconds(60), Cancellation));
        }

        // Each known name every half minute; the unknown one every second at most.
        Assert.InRange(provider.Reads - before, 1, (Names * ((Seconds / 30) + 2)) + Seconds);

        provider.Failure = null;
        provider.Delay = TimeSpan.Zero;
        provider.Gate = Task.CompletedTask;
        for (int i = 0; i < Names; i++)
            provider.Set($"known-{i}", "new");
        provider.Set("unknown", "new");
        // What hung may hang until its time-out; then it is tried again after the usual pause.
        for (int i = 0; i < 45; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await store.SettleAsync().WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        before = provider.Reads;
        Task<string>[] all = [.. Enumerable.Range(0, 1000).Select(i => store.GetSecretAsync($"known-{i % Names}", Cancellation).AsTask())];
        await Task.WhenAll(all);
        await store.SettleAsync();
        Assert.InRange(provider.Reads - before, 0, Names);
        for (int i = 0; i < Names; i++)
            Assert.Equal("new", await store.GetSecretAsync($"known-{i}", Cancellation));
        Assert.Equal("new", await store.GetSecretAsync("unknown", Cancellation));
        Assert.Empty(store.StaleNames);
    }

    private static void Begin(InMemorySecretProvider provider, string trouble)
    {
        switch (trouble)
        {
            case "fails":
                provider.Failure = () => new TimeoutException();
                break;
            case "is slow":
                provider.Delay = TimeSpan.FromSeconds(30);
                break;
            default:
                provider.Gate = new TaskCompletionSource().Task;
                provider.IgnoresCancellation = trouble != "hangs";
                break;
        }
    }
}
