using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Varai.Data;

/// <summary>What Linux tells of an entry in one call, not following a link.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NativeStatus(ulong Inode, ulong Device, int TypeAndMode, long Length, long Ticks)
{
    /// <summary>The size of what the system writes.</summary>
    public const int Size = 256;

    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int LengthOffset = 40;
    private const int SecondsOffset = 112;
    private const int NanosecondsOffset = 120;
    private const int DeviceOffset = 136;

    private const int TypeMask = 0xF000;
    private const int ModeMask = 0xFFF;
    private const int RegularFile = 0x8000;
    private const int Directory = 0x4000;

    private const int NanosecondsPerTick = 100;

    public bool IsRegular => (TypeAndMode & TypeMask) == RegularFile;

    public bool IsDirectory => (TypeAndMode & TypeMask) == Directory;

    public UnixFileMode Mode => (UnixFileMode)(TypeAndMode & ModeMask);

    public static NativeStatus Read(ReadOnlySpan<byte> status) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(status[InodeOffset..]),
        BinaryPrimitives.ReadUInt64LittleEndian(status[DeviceOffset..]),
        BinaryPrimitives.ReadUInt16LittleEndian(status[ModeOffset..]),
        BinaryPrimitives.ReadInt64LittleEndian(status[LengthOffset..]),
        DateTime.UnixEpoch.Ticks + (BinaryPrimitives.ReadInt64LittleEndian(status[SecondsOffset..]) * TimeSpan.TicksPerSecond)
            + (BinaryPrimitives.ReadUInt32LittleEndian(status[NanosecondsOffset..]) / NanosecondsPerTick));
}
