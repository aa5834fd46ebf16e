namespace Varai.GoogleCloud.Tests.Server;

/// <summary>CRC-32C bit by bit, straight from its definition: the reference for the fast one.</summary>
internal static class BitwiseCrc32C
{
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }
}
