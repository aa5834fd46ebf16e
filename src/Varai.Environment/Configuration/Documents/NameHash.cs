using System.Buffers.Binary;
using System.Numerics;

namespace Varai.Configuration.Documents;

/// <summary>A hash of a name in ASCII that is the same for every case of its letters.</summary>
internal static class NameHash
{
    private const ulong LowerCase = 0x2020202020202020;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    public static uint Of(ReadOnlySpan<byte> name)
    {
        ulong hash = (ulong)name.Length * Multiplier;
        while (name.Length >= sizeof(ulong))
        {
            hash = (BitOperations.RotateLeft(hash, 23) ^ (BinaryPrimitives.ReadUInt64LittleEndian(name) | LowerCase)) * Multiplier;
            name = name[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (byte b in name)
            rest = (rest << 8) | b | 0x20u;
        hash = (BitOperations.RotateLeft(hash, 23) ^ rest) * Multiplier;
        return (uint)(hash >> 32);
    }
}
