using System.Buffers.Binary;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Varai.GoogleCloud.Secrets;

/// <summary>The checksum CRC-32C (Castagnoli), with which Secret Manager guards values on their way.</summary>
internal static class Crc32C
{
    private const uint ReversedPolynomial = 0x82F63B78;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => TableEntry((uint)value))];

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        if (Sse42.X64.IsSupported || Crc32.Arm64.IsSupported)
        {
            for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            {
                ulong next = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                crc = Sse42.X64.IsSupported ? (uint)Sse42.X64.Crc32(crc, next) : Crc32.Arm64.ComputeCrc32C(crc, next);
            }
        }

        return ~ComputeByTable(crc, bytes);
    }

    /// <summary>The same without the processor's help.</summary>
    internal static uint ComputeByTable(ReadOnlySpan<byte> bytes) => ~ComputeByTable(uint.MaxValue, bytes);

    private static uint ComputeByTable(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            crc = (crc >> 8) ^ Table[(byte)(crc ^ b)];
        return crc;
    }

    private static uint TableEntry(uint value)
    {
        for (int bit = 0; bit < 8; bit++)
            value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ ReversedPolynomial;
        return value;
    }
}
