using System.Text;
using CsCheck;
using Varai.GoogleCloud.Secrets;
using Varai.GoogleCloud.Tests.Server;

namespace Varai.GoogleCloud.Tests.Secrets;

public sealed class Crc32CTests
{
    // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
    public static TheoryData<string, uint> Published => new()
    {
        { "", 0 },
        { Convert.ToHexString(Encoding.ASCII.GetBytes("123456789")), 0xE3069283 },
        { new string('0', 64), 0x8A9136AA },
        { new string('F', 64), 0x62A8AB43 },
        { "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46DD794E },
        { "1F1E1D1C1B1A191817161514131211100F0E0D0C0B0A09080706050403020100", 0x113FDB5C },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Compute_PublishedVector_GivesItsChecksum(string hex, uint expected)
    {
        byte[] bytes = Convert.FromHexString(hex);

        Assert.Equal(expected, Crc32C.Compute(bytes));
        Assert.Equal(expected, Crc32C.ComputeByTable(bytes));
        Assert.Equal(expected, BitwiseCrc32C.Compute(bytes));
    }

    [Fact]
    public void Compute_AnyBytesAtAnyOffset_IsTheBitwiseOne() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, 8]).Sample((bytes, skipped) =>
        {
            ReadOnlySpan<byte> span = bytes.AsSpan(Math.Min(skipped, bytes.Length));
            uint expected = BitwiseCrc32C.Compute(span);
            return Crc32C.Compute(span) == expected && Crc32C.ComputeByTable(span) == expected;
        });

    [Fact]
    public void Compute_OneBitChanged_IsAnother() =>
        Gen.Select(Gen.Byte.Array[1, 100], Gen.Int[0, 799]).Sample((bytes, bit) =>
        {
            uint before = Crc32C.Compute(bytes);
            bytes[bit / 8 % bytes.Length] ^= (byte)(1 << (bit % 8));
            return Crc32C.Compute(bytes) != before;
        });
}
