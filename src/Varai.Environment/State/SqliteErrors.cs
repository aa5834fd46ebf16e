using System.Globalization;
using SQLitePCL;

namespace Varai.State;

/// <summary>Says what an error of SQLite means for whoever runs the service.</summary>
internal static class SqliteErrors
{
    public static bool IsBusy(int result) => (result & 0xFF) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    public static StateException Create(int result, string message, string path, Exception? innerException = null)
    {
        (string what, bool isTransient) = Explain(result & 0xFF, path);
        return new StateException(
            string.Create(CultureInfo.InvariantCulture, $"The state store '{path}' {what} (SQLite error {result}: {message})"), innerException)
        {
            IsTransient = isTransient,
        };
    }

    private static (string What, bool IsTransient) Explain(int code, string path)
    {
        string setting = $"{StateOptions.SectionName}:{nameof(StateOptions.Directory)}";
        return code switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (
                $"is being written by another process. Try again, or raise {StateOptions.SectionName}:{nameof(StateOptions.BusyTimeout)}.", true),
            raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH => (
                $"can't be opened for writing. Make the folder and the files in it writable for this process, or set {setting} to a folder that is.", false),
            raw.SQLITE_FULL => (
                $"has no room left. Nothing was changed; free space on the disk of '{Path.GetDirectoryName(path)}'. The store goes on by itself then.", true),
            raw.SQLITE_CORRUPT => (
                "is damaged. Stop the service, keep a copy of the folder, and restore it from a backup or move it away to begin with an empty store.", false),
            raw.SQLITE_NOTADB => (
                $"is not a SQLite database. Restore the file from a backup, move it away to begin with an empty store, or set {setting} to another folder.", false),
            raw.SQLITE_IOERR => (
                "met an input/output error. Check the disk; whether the last write was kept is known after reading it again.", false),
            raw.SQLITE_NOMEM => ("ran out of memory.", true),
            _ => ("failed.", false),
        };
    }
}
