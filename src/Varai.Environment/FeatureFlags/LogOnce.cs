using System.Collections.Concurrent;

namespace Varai.FeatureFlags;

/// <summary>Says once per key whether to log. Bounded, because keys may come from a request.</summary>
internal sealed class LogOnce
{
    public const int MaximumKeys = 1000;

    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.OrdinalIgnoreCase);
    private int _count;

    public bool IsFirst(string key) =>
        !_seen.ContainsKey(key)
        && Volatile.Read(ref _count) < MaximumKeys
        && _seen.TryAdd(key, value: true)
        && Interlocked.Increment(ref _count) <= MaximumKeys;
}
