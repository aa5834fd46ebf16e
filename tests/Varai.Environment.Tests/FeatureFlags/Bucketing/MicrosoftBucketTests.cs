using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Varai.FeatureFlags.Bucketing;

namespace Varai.Tests.FeatureFlags.Bucketing;

public sealed class MicrosoftBucketTests
{
    [Theory]
    [InlineData("Brittney", new[] { "RolloutPercentageUpdate" }, 0x9dfb2525u, 61.711342)]
    [InlineData("Aiden", new[] { "RolloutPercentageUpdate" }, 0x2e88ba17u, 18.177379)]
    [InlineData("Blossom", new[] { "ComplexTargeting" }, 0x33cef220u, 20.237649)]
    [InlineData("Aiden", new[] { "ComplexTargeting" }, 0xa118ee7cu, 62.928668)]
    [InlineData("", new[] { "ComplexTargeting", "Stage2" }, 0xc9974f91u, 78.746507)]
    [InlineData(null, new[] { "ComplexTargeting", "Stage2" }, 0xc9974f91u, 78.746507)]
    [InlineData("Aiden", new[] { "ComplexTargeting", "Stage2" }, 0x28244e1au, 15.680397)]
    public void Of_KnownText_IsTheKnownBucket(string? user, string[] parts, uint bucket, double percentage)
    {
        Assert.Equal(bucket, MicrosoftBucket.Of(user, MicrosoftBucket.Suffix(parts)));
        Assert.Equal(percentage, MicrosoftBucket.Percentage(bucket), 0.0000005);
    }

    [Fact]
    public void Of_AnyText_IsTheHashOfItsUtf8()
    {
        // Half surrogate pairs at every place, and lengths around those at which the way of hashing changes.
        var texts = Gen.OneOf(
            Gen.String[Gen.Char, 0, 12], Gen.String[Gen.Char['\uD7FE', '\uE002'], 0, 30], Gen.String[Gen.Char.AlphaNumeric, 0, 400]);
        Gen.Select(texts, texts).Sample(
            (user, seed) =>
            {
                byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{user}\n{seed}"));
                return MicrosoftBucket.Of(user, MicrosoftBucket.Suffix(seed)) == BinaryPrimitives.ReadUInt32LittleEndian(hash);
            },
            iter: 20_000);
    }

    [Fact]
    public void Of_ManyTimes_AllocatesNothing()
    {
        byte[] suffix = MicrosoftBucket.Suffix("flag", "group");
        string[] users = ["a", new('b', 60), new('ö', 70), new('c', 5000)];
        uint sum = Hash();
        long before = GC.GetAllocatedBytesForCurrentThread();
        sum += Hash();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0u, sum);

        uint Hash()
        {
            uint total = 0;
            for (int i = 0; i < 1000; i++)
                total += MicrosoftBucket.Of(users[i % users.Length], suffix);
            return total;
        }
    }
}
