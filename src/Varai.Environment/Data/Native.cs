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
    private const int NoSuchCall = 38;
    private const uint TypeModeTimeInodeAndSize = 0x343;

    /// <summary>Swaps two directories of one file system in one step.</summary>
    public static bool TryExchange(string one, string other) =>
        Try(() => NativeMethods.RenameAt2(CurrentDirectory, Bytes(one), CurrentDirectory, Bytes(other), Exchange) == 0);

    /// <summary>Gives a file a second name.</summary>
    public static bool TryLink(string existing, string name) => Try(() => NativeMethods.Link(Bytes(existing), Bytes(name)) == 0);

    /// <summary>Makes everything durable that was written to the file system a handle belongs to.</summary>
    /// <returns>Whether the system has such a call.</returns>
    /// <exception cref="IOException">Something could not be written.</exception>
    public static bool TrySync(SafeFileHandle handle) => Try(() =>
    {
        if (NativeMethods.SyncFileSystem(handle) == 0)
            return true;
        int error = Marshal.GetLastPInvokeError();
        return error == NoSuchCall ? false : throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    });

    /// <summary>Whether <see cref="TrySync"/> can do anything: a handle that is none is refused by a call that exists.</summary>
    public static bool CanSync { get; } = Try(() =>
    {
        using var none = new SafeFileHandle(-1, ownsHandle: false);
        _ = NativeMethods.SyncFileSystem(none);
        return true;
    });

    /// <summary>What a path names, not following a link: null when it can't be told.</summary>
    public static NativeStatus? StatusOf(string path) => TryGetStatus(Bytes(path), new byte[NativeStatus.Size], out NativeStatus status) ? status : null;

    /// <summary>What a path names, not following a link.</summary>
    /// <param name="path">The path in UTF-8, with a zero at its end.</param>
    /// <param name="buffer">Room for <see cref="NativeStatus.Size"/> bytes, which whoever asks for many paths uses again.</param>
    /// <param name="status">What it is.</param>
    /// <returns>Whether that can be told.</returns>
    public static bool TryGetStatus(byte[] path, byte[] buffer, out NativeStatus status)
    {
        bool isThere = Try((path, buffer), static b => NativeMethods.Status(CurrentDirectory, b.path, NoFollow, TypeModeTimeInodeAndSize, b.buffer) == 0);
        status = isThere ? NativeStatus.Read(buffer) : default;
        return isThere;
    }

    private static bool IsKnown => OperatingSystem.IsLinux() && BitConverter.IsLittleEndian;

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static bool Try(Func<bool> call) => Try(call, static c => c());

    private static bool Try<T>(T argument, Func<T, bool> call)
    {
        if (!IsKnown)
            return false;
        try
        {
            return call(argument);
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

        [DllImport(Library, EntryPoint = "syncfs", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SyncFileSystem(SafeFileHandle handle);

        [DllImport(Library, EntryPoint = "statx", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Status(int folder, byte[] path, int flags, uint mask, byte[] status);
    }
}
