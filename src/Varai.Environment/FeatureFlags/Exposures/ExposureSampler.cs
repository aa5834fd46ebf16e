using System.IO.Hashing;

namespace Varai.FeatureFlags.Exposures;

/// <summary>Decides whose exposures are told: for one flag always the same people, on every node.</summary>
internal sealed class ExposureSampler(double rate)
{
    private const double UnitOf53Bits = 1.0 / (1L << 53);

    private long _anonymous;

    public bool Takes(ExposedFlag flag, string? targetingKey)
    {
        if (rate >= 1)
            return true;
        if (rate <= 0)
            return false;
        // Who can't be told apart is taken one by one; by one hash for all of them it would be everybody or nobody.
        ulong hash = targetingKey is null
            ? Mix((ulong)Interlocked.Increment(ref _anonymous))
            : XxHash3.HashToUInt64(ExposedFlag.Bytes(targetingKey), flag.Seed);
        return (hash >> 11) * UnitOf53Bits < rate;
    }

    // The finaliser of SplitMix64: consecutive numbers become evenly spread ones.
    private static ulong Mix(ulong number)
    {
        number *= 0x9E3779B97F4A7C15;
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
        return number ^ (number >> 31);
    }
}
