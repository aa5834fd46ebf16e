using System.Buffers;
using System.IO.Hashing;
using System.Text;

namespace Varai.FeatureFlags.Engine;

/// <summary>Puts values into one of 2^32 buckets, always the same one for the same value and seed.</summary>
internal sealed class Bucketer
{
    private const int OnStack = 256;

    private readonly FeatureBucketing _bucketing;
    private readonly byte[] _suffix;
    private readonly long _seed;

    public Bucketer(FeatureBucketing bucketing, string seed)
    {
        _bucketing = bucketing;
        _suffix = bucketing == FeatureBucketing.Sha256 ? Encoding.UTF8.GetBytes("\n" + seed) : [];
        _seed = (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(seed));
    }

    public uint Of(ReadOnlySpan<char> value)
    {
        int needed = Sha256Prefix.PaddedLength(Encoding.UTF8.GetMaxByteCount(value.Length) + _suffix.Length);
        if (needed <= OnStack)
        {
            Span<byte> buffer = stackalloc byte[OnStack];
            return Of(value, buffer);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(needed);
        try
        {
            return Of(value, rented);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private uint Of(ReadOnlySpan<char> value, Span<byte> buffer)
    {
        int length = Encoding.UTF8.GetBytes(value, buffer);
        if (_bucketing == FeatureBucketing.XxHash3)
            return (uint)(XxHash3.HashToUInt64(buffer[..length], _seed) >> 32);

        _suffix.CopyTo(buffer[length..]);
        length += _suffix.Length;
        return Sha256Prefix.Compute(buffer[..Sha256Prefix.PaddedLength(length)], length);
    }
}
