using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Engine;

namespace Varai.Tests.FeatureFlags;

public sealed class BucketTests
{
    [Fact]
    public void Sha256Prefix_is_the_platforms_for_any_message() => Gen.Byte.Array[0, 300].Sample(message =>
    {
        byte[] padded = new byte[Sha256Prefix.PaddedLength(message.Length)];
        Random.Shared.NextBytes(padded);
        message.CopyTo(padded, 0);
        return Sha256Prefix.Compute(padded, message.Length) == BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(message));
    });

    [Fact]
    public void Bucket_is_the_hash_of_value_line_feed_and_seed() => Gen.Select(Gen.String, Gen.String).Sample((value, seed) =>
        new Bucketer(FeatureBucketing.Sha256, seed).Of(value)
        == BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(value), (byte)'\n', .. Encoding.UTF8.GetBytes(seed)])));

    [Theory]
    [InlineData("alice", "checkout", 3202990722)]
    [InlineData("", "checkout", 1238843182)]
    [InlineData("Grüße", "new_engine", 3703016762)]
    public void Native_bucket_is_the_same_for_ever(string value, string seed, uint bucket) =>
        Assert.Equal(bucket, new Bucketer(FeatureBucketing.XxHash3, seed).Of(value));

    [Fact]
    public void Range_of_microsofts_buckets_is_the_comparison_of_percentages() =>
        Gen.Select(Gen.Double[0, 100], Gen.Double[0, 100], Gen.UInt, Gen.Int[-3, 3]).Sample((a, b, any, near) =>
        {
            (double from, double to) = (Math.Min(a, b), Math.Max(a, b));
            var range = new BucketRange(from, to, FeatureBucketing.Sha256);
            uint atEdge = (uint)Math.Clamp((from / 100 * uint.MaxValue) + near, 0, uint.MaxValue);
            return Agrees(any) && Agrees(atEdge);

            bool Agrees(uint bucket)
            {
                double percentage = bucket / (double)uint.MaxValue * 100;
                return range.Contains(bucket) == (percentage >= from && (percentage < to || to == 100));
            }
        });

    [Theory]
    [InlineData(FeatureBucketing.Sha256)]
    [InlineData(FeatureBucketing.XxHash3)]
    public void Range_of_everything_has_every_bucket(FeatureBucketing bucketing)
    {
        Assert.True(new BucketRange(0, 100, bucketing).Contains(uint.MaxValue));
        Assert.True(new BucketRange(0, 100, bucketing).Contains(0));
        Assert.False(new BucketRange(0, 0, bucketing).Contains(0));
        Assert.True(new BucketRange(50, 100, bucketing).Contains(uint.MaxValue));
    }
}
