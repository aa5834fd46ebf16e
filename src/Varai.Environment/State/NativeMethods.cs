using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Varai.State;

/// <summary>What SQLite offers and SQLitePCLRaw does not.</summary>
internal static class NativeMethods
{
    public const string Library = "e_sqlite3";

    [DllImport(Library, EntryPoint = "sqlite3_file_control", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [SuppressMessage("Security", "CA5393", Justification = "SQLitePCLRaw ships the library beside the assembly and loads it from there; it is the same one.")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static extern int FileControl(sqlite3 database, nint name, int operation, out int result);
}
