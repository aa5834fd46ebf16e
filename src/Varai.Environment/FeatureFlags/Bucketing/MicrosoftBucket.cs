using System.Buffers;
using System.Text;

namespace Varai.FeatureFlags.Bucketing;

/// <summary>The bucket that Microsoft.FeatureManagement puts somebody into.</summary>
/// <remarks>
/// The bucket is the first four bytes, least significant first, of the SHA-256 of a UTF-8 text whose parts are joined with line
/// feeds: <c>user LF flag</c> for the default rollout of targeting, <c>user LF flag LF group</c> for a group, <c>user LF seed</c>
/// for variants by percentile. As a percentage it is <c>bucket / 4294967295.0 * 100</c>. No user is the empty text.
/// </remarks>
internal static class MicrosoftBucket
{
    /// <summary>What follows the user in the hashed text, made once when a flag is compiled.</summary>
    /// <param name="parts">The flag; or the flag and the group; or the seed.</param>
    public static byte[] Suffix(params ReadOnlySpan<string> parts) => BucketText.Suffix(parts);

    /// <summary>The bucket; allocates nothing.</summary>
    /// <param name="user">The user; null is the empty text.</param>
    /// <param name="suffix">What <see cref="Suffix"/> made.</param>
    public static uint Of(ReadOnlySpan<char> user, ReadOnlySpan<byte> suffix)
    {
        if (user.Length + suffix.Length <= Sha256.LongestOfOneBlock)
        {
            Span<byte> block = stackalloc byte[Sha256.BlockSize];
            block.Clear();
            if (BucketText.TryWrite(user, block[..(Sha256.LongestOfOneBlock - suffix.Length)], out int written))
            {
                suffix.CopyTo(block[written..]);
                return Sha256.First32OfBlock(block, written + suffix.Length);
            }
        }

        return OfLong(user, suffix);
    }

    /// <summary>A bucket as a percentage from 0 to 100, exactly as Microsoft.FeatureManagement calculates it.</summary>
    public static double Percentage(uint bucket) => bucket / (double)uint.MaxValue * 100;

    private static uint OfLong(ReadOnlySpan<char> user, ReadOnlySpan<byte> suffix)
    {
        int size = Encoding.UTF8.GetMaxByteCount(user.Length) + suffix.Length;
        byte[]? rented = size > BucketText.StackBytes ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> text = rented is null ? stackalloc byte[BucketText.StackBytes] : rented;
        int written = Encoding.UTF8.GetBytes(user, text);
        suffix.CopyTo(text[written..]);
        uint bucket = Sha256.First32(text[..(written + suffix.Length)]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return bucket;
    }
}
