using System.Globalization;
using System.Text;
using Varai.CrashHost;
using Varai.Secrets;
using Varai.Secrets.LocalStore;
using Varai.Tests.State;
using Varai.Tests.TestResources;

namespace Varai.Tests.Secrets;

/// <summary>Kills processes that write into a store or rotate its key, again and again, and opens what is left.</summary>
public sealed class LocalStoreCrashTests
{
    private const int Names = 7;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SetAsync_killed_120_times_keeps_the_old_or_the_new_value_of_each_name()
    {
        int seed = Random.Shared.Next();
        try
        {
            await Task.WhenAll(KillWritersAsync(new Random(seed), 50, 10), KillWritersAsync(new Random(seed + 1), 50, 10));
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With seed {seed}: {exception.Message}", exception);
        }
    }

    [Fact]
    public async Task RotateAsync_killed_40_times_always_opens_with_the_key_file()
    {
        using var folder = new TemporaryFolder();
        var random = new Random();
        using (LocalSecretProvider store = LocalSecrets.Open(folder.Root))
        {
            for (int i = 0; i < Names; i++)
                await store.SetAsync($"key/{i}", new SecretValue(LocalSecrets.Content(i)), Token);
        }

        long rotations = 0;
        for (int kill = 0; kill < 40; kill++)
        {
            rotations += await KillAsync(random, random.Next(0, 3), 10, "secrets-rotate", folder.Root);
            using LocalSecretProvider store = LocalSecrets.Open(folder.Root);
            for (int i = 0; i < Names; i++)
                Assert.Equal(LocalSecrets.Content(i), (await store.GetAsync(new SecretRequest($"key/{i}"), Token))!.RevealString());
        }

        Assert.True(rotations >= 20, "rotations were done between the kills");
    }

    [Fact]
    public async Task SetAsync_from_three_processes_loses_nothing()
    {
        using var folder = new TemporaryFolder();
        string[] prefixes = ["first", "second", "third"];
        List<CrashHostProcess> processes = [.. prefixes.Select(prefix => CrashHostProcess.Start("secrets-add", folder.Root, prefix, "60"))];
        foreach (CrashHostProcess process in processes)
        {
            Assert.Equal("", await process.WaitAsync(Token).WaitAsync(Patience, Token));
            Assert.Equal(0, process.ExitCode);
            process.Dispose();
        }

        using LocalSecretProvider store = LocalSecrets.Open(folder.Root);
        var versions = new HashSet<string>(StringComparer.Ordinal);
        foreach (string prefix in prefixes)
        {
            for (int i = 0; i < 60; i++)
            {
                Secret? secret = await store.GetAsync(new SecretRequest($"{prefix}/{i}"), Token);
                Assert.Equal($"{prefix} {i}", secret?.RevealString());
                Assert.True(versions.Add(secret!.Version!), "each write has a number of its own");
            }
        }

        Assert.Equal(Enumerable.Range(1, 180), versions.Select(v => int.Parse(v, CultureInfo.InvariantCulture)).Order());
        Assert.Single(await File.ReadAllLinesAsync(folder.File("keys/service.key"), Token));
    }

    private static async Task KillWritersAsync(Random random, int existing, int fresh)
    {
        for (int i = 0; i < fresh; i++)
        {
            using var newFolder = new TemporaryFolder();
            await KillAsync(random, writes: 0, milliseconds: 80, "secrets-write", newFolder.Root, Argument(Names));
            await CheckAsync(newFolder.Root, 0);
        }

        using var folder = new TemporaryFolder();
        long number = 0;
        for (int i = 0; i < existing; i++)
        {
            long acknowledged = await KillAsync(random, random.Next(1, 6), 8, "secrets-write", folder.Root, Argument(Names));
            number = await CheckAsync(folder.Root, Math.Max(number, acknowledged));
        }

        Assert.True(number >= existing, "the process made progress between the kills");
    }

    private static async Task<long> KillAsync(Random random, int writes, double milliseconds, params string[] arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Patience);
        using CrashHostProcess host = CrashHostProcess.Start(arguments);
        Assert.Equal("ready", await host.ReadLineAsync(limit.Token));
        long acknowledged = 0;
        for (int i = 0; i < writes; i++)
            acknowledged = CrashHostProcess.ParseAcknowledged(await host.ReadLineAsync(limit.Token)) ?? acknowledged;
        Spin(random.NextDouble() * milliseconds);
        host.Kill();
        return Math.Max(acknowledged, await host.ReadLastAcknowledgedAsync(limit.Token));
    }

    // Written in turn: number n to the name n % Names, then to 'last'.
    private static async Task<long> CheckAsync(string folder, long acknowledged)
    {
        using LocalSecretProvider store = LocalSecrets.Open(folder);
        long last = await NumberAsync(store, "last") ?? 0;
        Assert.InRange(last, acknowledged, acknowledged + 1);
        for (int name = 0; name < Names; name++)
        {
            long number = await NumberAsync(store, $"key/{name}") ?? 0;
            // Of the one that was in flight it is not known whether it was written.
            long expected = last - (((last - name) % Names) + Names) % Names;
            bool inFlight = number == last + 1 && number % Names == name;
            Assert.True(number == Math.Max(expected, 0) || inFlight, $"key/{name} is {number}, last {last}, acknowledged {acknowledged}");
        }

        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            Assert.True((await File.ReadAllBytesAsync(file, Token)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(LocalSecrets.Content(last).Split(' ')[1])) < 0, file);
        return last;
    }

    private static async Task<long?> NumberAsync(LocalSecretProvider store, string name)
    {
        if (await store.GetAsync(new SecretRequest(name), Token) is not { } secret)
            return null;
        long number = long.Parse(secret.RevealString().Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.Equal(LocalSecrets.Content(number), secret.RevealString());
        return number;
    }

    private static string Argument(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Spin(double milliseconds)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            Thread.SpinWait(20);
    }
}
