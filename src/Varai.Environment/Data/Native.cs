using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Varai.Data;

/// <summary>What Linux offers for files and .NET does not. Each answers "no" where the system has no such call, and the caller
/// takes the longer way.</summary>
internal static class Native
{
    private const int CurrentDirectory = -100;
    private const uint Exchange = 2;
    private const int NoFollow = 0x100;
    private const uint TypeAndInode = 0x101;
    private const int StatusSize = 256;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    /// <summary>Swaps two directories of one file system in one step.</summary>
    public static bool TryExchange(string one, string other) =>
        Try(() => NativeMethods.RenameAt2(CurrentDirectory, Bytes(one), CurrentDirectory, Bytes(other), Exchange) == 0);

    /// <summary>Gives a file a second name.</summary>
    public static bool TryLink(string existing, string name) => Try(() => NativeMethods.Link(Bytes(existing), Bytes(name)) == 0);

    /// <summary>Makes everything durable that was written to the file system a handle belongs to.</summary>
    public static bool TrySync(SafeFileHandle handle) => Try(() => NativeMethods.SyncFileSystem(handle) == 0);

    /// <summary>Whether <see cref="TrySync"/> can do anything: a handle that is none is refused by a call that exists.</summary>
    public static bool CanSync { get; } = Try(() =>
    {
        using var none = new SafeFileHandle(-1, ownsHandle: false);
        _ = NativeMethods.SyncFileSystem(none);
        return true;
    });

    /// <summary>Which file a path names, not following a link: null when it can't be told.</summary>
    public static (ulong Inode, ulong Device, bool IsRegular)? Identify(string path)
    {
        byte[] status = new byte[StatusSize];
        if (!Try(() => NativeMethods.Status(CurrentDirectory, Bytes(path), NoFollow, TypeAndInode, status) == 0))
            return null;
        ulong inode = BinaryPrimitives.ReadUInt64LittleEndian(status.AsSpan(InodeOffset));
        ulong device = BinaryPrimitives.ReadUInt64LittleEndian(status.AsSpan(DeviceOffset));
        return (inode, device, (BinaryPrimitives.ReadUInt16LittleEndian(status.AsSpan(ModeOffset)) & TypeMask) == RegularFile);
    }

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static bool Try(Func<bool> call)
    {
        if (!OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian)
            return false;
        try
        {
            return call();
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    private static class NativeMethods
    {
        private const string Library = "libc";

        [DllImport(Library, EntryPoint = "renameat2", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int RenameAt2(int oldFolder, byte[] oldPath, int newFolder, byte[] newPath, uint flags);

        [DllImport(Library, EntryPoint = "link", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Link(byte[] existing, byte[] name);

        [DllImport(Library, EntryPoint = "syncfs", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SyncFileSystem(SafeFileHandle handle);

        [DllImport(Library, EntryPoint = "statx", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Status(int folder, byte[] path, int flags, uint mask, byte[] status);
    }
}
