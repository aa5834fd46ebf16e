using System.IO.Hashing;
using System.Numerics;
using System.Text;
using CsCheck;
using Varai.FeatureFlags.Bucketing;

namespace Varai.Tests.FeatureFlags.Bucketing;

public sealed class NativeBucketTests
{
    /// <summary>Fixed for ever: were one of these to change, everybody's rollouts would be dealt anew.</summary>
    [Theory]
    [InlineData("new-checkout", "alice", 9_659_735u)]
    [InlineData("new-checkout", "bob", 9_070_712u)]
    [InlineData("new-checkout", "Zoë", 4_388_769u)]
    public void Of_KnownText_IsTheKnownBucket(string seed, string value, uint bucket) =>
        Assert.Equal(bucket, NativeBucket.Of(NativeBucket.Prefix(seed), value));

    [Fact]
    public void Hash_OfNothing_IsTheOnePublishedForXxh3() => Assert.Equal(0x2D06800538D394C2ul, XxHash3.HashToUInt64([]));

    [Fact]
    public void Of_AnyText_IsWhatTheDescriptionSays()
    {
        var texts = Gen.OneOf(
            Gen.String[Gen.Char, 0, 12], Gen.String[Gen.Char['\uD7FE', '\uE002'], 0, 30], Gen.String[Gen.Char.AlphaNumeric, 0, 400]);
        Gen.Select(texts, texts).Sample(
            (seed, value) =>
            {
                ulong hash = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{seed}\n{value}"));
                return NativeBucket.Of(NativeBucket.Prefix(seed), value) == (uint)((new BigInteger(hash) * 10_000_000) >> 64);
            },
            iter: 20_000);
    }

    [Fact]
    public void Of_ManyValues_SpreadsThemEvenly()
    {
        byte[] prefix = NativeBucket.Prefix("even");
        int[] counts = new int[100];
        for (int i = 0; i < 100_000; i++)
            counts[NativeBucket.Of(prefix, $"user-{i}") / NativeBucket.PerPercent]++;

        // 1000 each, with a standard deviation of 31.
        Assert.All(counts, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Of_ManyTimes_AllocatesNothing()
    {
        byte[] prefix = NativeBucket.Prefix("flag");
        string[] values = ["a", new('b', 60), new('ö', 150), new('c', 5000)];
        uint sum = Hash();
        long before = GC.GetAllocatedBytesForCurrentThread();
        sum += Hash();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0u, sum);

        uint Hash()
        {
            uint total = 0;
            for (int i = 0; i < 1000; i++)
                total += NativeBucket.Of(prefix, values[i % values.Length]);
            return total;
        }
    }
}
