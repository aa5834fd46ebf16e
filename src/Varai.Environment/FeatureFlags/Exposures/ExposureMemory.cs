using System.IO.Hashing;

namespace Varai.FeatureFlags.Exposures;

/// <summary>Knows which exposures were told within the last window. Bounded, and of one size whatever the targeting keys are.</summary>
internal sealed class ExposureMemory
{
    public const int Capacity = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<UInt128> _known = [];
    private readonly Queue<(UInt128 Exposure, long Time)> _oldestFirst = new();
    private readonly TimeProvider _time;
    private readonly long _window;

    public ExposureMemory(TimeSpan window, TimeProvider time)
    {
        _time = time;
        _window = (long)(window.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>Whether it was not told within the window; it counts as told then.</summary>
    public bool IsFirst(ExposedFlag flag, string variant, string? targetingKey)
    {
        if (_window <= 0)
            return true;
        long seed = flag.Seed ^ unchecked((long)XxHash3.HashToUInt64(ExposedFlag.Bytes(variant), targetingKey is null ? 1 : 0));
        UInt128 exposure = XxHash128.HashToUInt128(ExposedFlag.Bytes(targetingKey ?? ""), seed);
        long now = _time.GetTimestamp();
        lock (_lock)
        {
            while (_oldestFirst.TryPeek(out (UInt128 Exposure, long Time) oldest) && now - oldest.Time >= _window)
                Forget();
            if (!_known.Add(exposure))
                return false;
            _oldestFirst.Enqueue((exposure, now));
            if (_oldestFirst.Count > Capacity)
                Forget();
            return true;
        }
    }

    private void Forget() => _known.Remove(_oldestFirst.Dequeue().Exposure);
}
