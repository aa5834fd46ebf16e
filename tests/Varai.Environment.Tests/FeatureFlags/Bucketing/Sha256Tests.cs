using System.Buffers.Binary;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using CsCheck;
using Varai.FeatureFlags.Bucketing;

namespace Varai.Tests.FeatureFlags.Bucketing;

public sealed class Sha256Tests
{
    [Fact]
    public void First32_AnyLength_IsThatOfTheSystem()
    {
        byte[] bytes = new byte[400];
        new Random(1).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            byte[] message = bytes[..length];
            Assert.Equal(BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(message)), Sha256.First32(message));
        }
    }

    [Fact]
    public void Expand_AnyBlock_IsTheSameByOneAndByFour()
    {
        Assert.SkipUnless(Ssse3.IsSupported, "This processor has no SSSE3.");
        Gen.Byte.Array[64].Sample(
            block =>
            {
                uint[] one = new uint[64];
                uint[] four = new uint[64];
                Sha256.ExpandScalar(block, one);
                Sha256.ExpandSsse3(block, four);
                return one.AsSpan().SequenceEqual(four);
            });
    }
}
