using System.Runtime.InteropServices;
using SQLitePCL;

namespace Varai.State;

/// <summary>What SQLite offers and SQLitePCLRaw does not.</summary>
internal static class NativeMethods
{
    public const string Library = "e_sqlite3";

    // The host finds the library beside the assembly, as it does for SQLitePCLRaw.
    [DllImport(Library, EntryPoint = "sqlite3_file_control", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static extern int FileControl(sqlite3 database, nint name, int operation, out int result);
}
