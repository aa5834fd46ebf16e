using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Varai.Benchmarks.Ratios;
using Varai.Secrets;
using Varai.Testing.Secrets;
using ZiggyCreatures.Caching.Fusion;

namespace Varai.Benchmarks.Secrets;

/// <summary>Reads of cached secrets: 101 names, and every read goes to the next one.</summary>
internal static class SecretRatios
{
    private const int Count = 101;

    public static async Task RunAsync(RatioRunner runner)
    {
        string[] names = [.. Enumerable.Range(0, Count).Select(i => $"service/secret-{i}")];
        string[] fields = [.. names.Select(name => name + "#password")];
        var provider = new InMemorySecretProvider();
        foreach (string name in names)
            provider.Set(name, $$"""{"user":"{{name}}","password":"value"}""");
        using var store = new SecretStore(
            [provider], Options.Create(new SecretOptions { CacheTtl = TimeSpan.FromDays(1) }), TimeProvider.System, NullLogger<SecretStore>.Instance);
        foreach (string name in names.Concat(fields))
            await store.GetSecretAsync(name);

        Action<int> dictionary = ReadDictionary(names);
        await runner.CompareAsync(Claim("secrets.read", 2), n => ReadNames(store, names, n), dictionary);
        await runner.CompareAsync(Claim("secrets.read-async", 2), n => ReadNamesAsync(store, names, n), dictionary);
        await runner.CompareAsync(Claim("secrets.handle", 1), ReadHandles(store, names), dictionary);
        await runner.CompareAsync(Claim("secrets.field", 3), n => ReadNames(store, fields, n), dictionary);

        using (var fusion = new FusionCache(new FusionCacheOptions()))
        {
            var lasting = new FusionCacheEntryOptions(TimeSpan.FromDays(1));
            foreach (string name in names)
                fusion.Set(name, "value", lasting);
            await runner.CompareAsync(Claim("secrets.read-vs-fusioncache", 0.25), n => ReadNames(store, names, n), n => ReadFusion(fusion, names, n));
        }

        using (var memory = new MemoryCache(new MemoryCacheOptions()))
        {
            foreach (string name in names)
                memory.Set(name, "value", TimeSpan.FromDays(1));
            await runner.CompareAsync(Claim("secrets.read-vs-memorycache", 1), n => ReadNames(store, names, n), n => ReadMemory(memory, names, n));
        }

        await TwoThreads.RunAsync(runner, "secrets.read-2-threads", n => ReadNames(store, names, n));
    }

    private static RatioClaim Claim(string name, double atMost) => new(name, atMost, TimeUnit.Nanoseconds) { AtMostBytes = 0 };

    private static void ReadNames(ISecretStore store, string[] names, int n)
    {
        long length = 0;
        int next = 0;
        for (int i = 0; i < n; i++)
        {
            length += store.GetSecret(names[next]).Length;
            if (++next == names.Length)
                next = 0;
        }

        RatioRunner.Consume(length);
    }

    private static void ReadNamesAsync(ISecretStore store, string[] names, int n)
    {
        long length = 0;
        int next = 0;
        for (int i = 0; i < n; i++)
        {
            // Completed already: every name was read before.
            length += store.GetSecretAsync(names[next]).GetAwaiter().GetResult().Length;
            if (++next == names.Length)
                next = 0;
        }

        RatioRunner.Consume(length);
    }

    private static Action<int> ReadHandles(SecretStore store, string[] names)
    {
        ISecretHandle[] handles = [.. names.Select(store.GetHandle)];
        foreach (ISecretHandle handle in handles)
            handle.GetSecret();
        return n =>
        {
            long length = 0;
            int next = 0;
            for (int i = 0; i < n; i++)
            {
                length += handles[next].GetSecret().Length;
                if (++next == handles.Length)
                    next = 0;
            }

            RatioRunner.Consume(length);
        };
    }

    /// <summary>What one writes by hand: a lookup and a comparison with the cheapest clock there is.</summary>
    private static Action<int> ReadDictionary(string[] names)
    {
        var values = new ConcurrentDictionary<string, Expiring>();
        foreach (string name in names)
            values[name] = new Expiring("value", Environment.TickCount64 + (long)TimeSpan.FromDays(1).TotalMilliseconds);
        return n =>
        {
            long length = 0;
            int next = 0;
            for (int i = 0; i < n; i++)
            {
                if (values.TryGetValue(names[next], out Expiring? value) && Environment.TickCount64 < value.Until)
                    length += value.Text.Length;
                if (++next == names.Length)
                    next = 0;
            }

            RatioRunner.Consume(length);
        };
    }

    private static void ReadFusion(FusionCache cache, string[] names, int n)
    {
        long length = 0;
        int next = 0;
        for (int i = 0; i < n; i++)
        {
            MaybeValue<string> value = cache.TryGet<string>(names[next]);
            if (value.HasValue)
                length += value.Value.Length;
            if (++next == names.Length)
                next = 0;
        }

        RatioRunner.Consume(length);
    }

    private static void ReadMemory(MemoryCache cache, string[] names, int n)
    {
        long length = 0;
        int next = 0;
        for (int i = 0; i < n; i++)
        {
            if (cache.TryGetValue(names[next], out object? value))
                length += ((string)value!).Length;
            if (++next == names.Length)
                next = 0;
        }

        RatioRunner.Consume(length);
    }

    private sealed record Expiring(string Text, long Until);
}
