using System.Buffers;
using System.IO.Hashing;
using System.Text;

namespace Varai.FeatureFlags.Bucketing;

/// <summary>The bucket of our own rollouts: as even as Microsoft's, and more than ten times as fast.</summary>
/// <remarks>
/// <para>Any language can reproduce it: 1. Put together <c>seed LF value</c>, where LF is U+000A, and encode it as UTF-8; half a
/// surrogate pair becomes U+FFFD. 2. Take the XXH3 hash of 64 bits with seed 0 of these bytes, as an unsigned number. 3. The
/// bucket is the upper 64 bits of the 128-bit product of the hash and 10,000,000: a number from 0 to 9,999,999. 4. Who has a
/// bucket below percentage * 100,000 is in; so 0 is nobody and 100 is everybody.</para>
/// <para>With the seed <c>new-checkout</c>: <c>alice</c> has the bucket 9,659,735, <c>bob</c> 9,070,712, <c>Zoë</c> 4,388,769.</para>
/// </remarks>
internal static class NativeBucket
{
    /// <summary>How many buckets there are: five digits after the point of a percentage.</summary>
    public const uint Count = 10_000_000;

    /// <summary>How many buckets there are in one percent.</summary>
    public const uint PerPercent = Count / 100;

    /// <summary>What precedes the value in the hashed text, made once when a flag is compiled.</summary>
    public static byte[] Prefix(string seed) => BucketText.Prefix(seed);

    /// <summary>The bucket, from 0 to 9,999,999; allocates nothing.</summary>
    /// <param name="prefix">What <see cref="Prefix"/> made.</param>
    /// <param name="value">Whom the rollout sticks to.</param>
    public static uint Of(ReadOnlySpan<byte> prefix, ReadOnlySpan<char> value)
    {
        Span<byte> text = stackalloc byte[BucketText.StackBytes];
        if (prefix.Length < text.Length && BucketText.TryWrite(value, text[prefix.Length..], out int written))
        {
            prefix.CopyTo(text);
            return Scale(XxHash3.HashToUInt64(text[..(prefix.Length + written)]));
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(prefix.Length + Encoding.UTF8.GetMaxByteCount(value.Length));
        prefix.CopyTo(rented);
        written = Encoding.UTF8.GetBytes(value, rented.AsSpan(prefix.Length));
        uint bucket = Scale(XxHash3.HashToUInt64(rented.AsSpan(0, prefix.Length + written)));
        ArrayPool<byte>.Shared.Return(rented);
        return bucket;
    }

    private static uint Scale(ulong hash) => (uint)Math.BigMul(hash, Count, out _);
}
