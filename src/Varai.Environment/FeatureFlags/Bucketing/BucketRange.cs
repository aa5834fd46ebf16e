using System.Runtime.InteropServices;

namespace Varai.FeatureFlags.Bucketing;

/// <summary>Which of the 2^32 buckets of <see cref="MicrosoftBucket"/> lie between two percentages.</summary>
/// <remarks>Microsoft.FeatureManagement compares as <see cref="double"/>: the bucket's percentage is at least <c>from</c> and below
/// <c>to</c>, and at 100 it need not be below. That percentage never falls as the bucket grows, so two whole numbers say the
/// same for every bucket; they are found when a flag is compiled.</remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly struct BucketRange
{
    private const ulong Buckets = 1UL << 32;

    private readonly ulong _first;
    private readonly ulong _end;

    /// <summary>Finds the buckets.</summary>
    /// <param name="from">The lower percentage, which is in.</param>
    /// <param name="to">The upper percentage, which is out unless it is 100.</param>
    public BucketRange(double from, double to)
    {
        _first = FirstAtLeast(from);
        _end = to == 100 ? Buckets : FirstAtLeast(to);
    }

    /// <summary>Whether no bucket is in, so that nothing has to be hashed.</summary>
    public bool IsEmpty => _first >= _end;

    /// <summary>Whether every bucket is in, so that nothing has to be hashed.</summary>
    public bool IsFull => _first == 0 && _end == Buckets;

    /// <summary>Whether a bucket is in.</summary>
    public bool Contains(uint bucket) => bucket >= _first && bucket < _end;

    /// <summary>The first bucket whose percentage is at least this; 2^32 when there is none.</summary>
    private static ulong FirstAtLeast(double percentage)
    {
        // The quotient is off by rounding alone, so the steps are few.
        ulong first = Math.Min((ulong)(percentage / 100 * uint.MaxValue), Buckets);
        while (first > 0 && MicrosoftBucket.Percentage((uint)(first - 1)) >= percentage)
            first--;
        while (first < Buckets && MicrosoftBucket.Percentage((uint)first) < percentage)
            first++;
        return first;
    }
}
