using System.IO.Enumeration;

namespace Varai.Data.Files;

/// <summary>Lists and checks the entries of a folder.</summary>
internal static class FileTree
{
    /// <summary>What the names of our own folders inside a tree begin with; they are no part of it.</summary>
    public const string OwnPrefix = ".varai-data-";

    private const char Separator = '/';
    private const char UndecodableName = '\uFFFD';

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>All entries below a folder, a directory before what is in it. Links are not followed.</summary>
    public static IEnumerable<DataItem> List(string root)
    {
        int start = Path.EndsInDirectorySeparator(root) ? root.Length : root.Length + 1;
        return new FileSystemEnumerable<DataItem>(root, (ref entry) => ToItem(ref entry, start), Everything)
        {
            ShouldIncludePredicate = static (ref entry) => !IsOurs(ref entry),
            ShouldRecursePredicate = static (ref entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0 && !IsOurs(ref entry),
        };
    }

    /// <summary>The path of an item below a root.</summary>
    /// <exception cref="DataComponentException">The name leads elsewhere.</exception>
    public static string Resolve(string component, string root, string name)
    {
        if (!IsInside(name))
            throw new DataComponentException(component, $"The path '{name}' is not one below the folder of files, so nothing is written there.");
        return Path.Combine(root, Path.DirectorySeparatorChar == Separator ? name : name.Replace(Separator, Path.DirectorySeparatorChar));
    }

    /// <summary>Whether a link of the tree leads to a place in it.</summary>
    public static bool IsInside(string name, string linkTarget)
    {
        if (linkTarget.Length == 0 || Path.IsPathRooted(linkTarget))
            return false;
        int depth = name.Count(c => c == Separator);
        foreach (string part in linkTarget.Split(Separator, Path.DirectorySeparatorChar))
        {
            depth += part switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0)
                return false;
        }

        return true;
    }

    public static bool IsUndecodable(string name) => name.Contains(UndecodableName, StringComparison.Ordinal);

    private static bool IsInside(string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(name))
            return false;
        if (OperatingSystem.IsWindows() && name.AsSpan().ContainsAny('\\', ':'))
            return false;
        foreach (Range part in name.AsSpan().Split(Separator))
        {
            if (name.AsSpan(part) is "" or "." or "..")
                return false;
        }

        return true;
    }

    private static bool IsOurs(ref FileSystemEntry entry) => entry.FileName.StartsWith(OwnPrefix, StringComparison.Ordinal);

    private static DataItem ToItem(ref FileSystemEntry entry, int start)
    {
        FileSystemInfo info = entry.ToFileSystemInfo();
        string name = info.FullName[start..];
        if (Path.DirectorySeparatorChar != Separator)
            name = name.Replace(Path.DirectorySeparatorChar, Separator);

        // Asking every file where it leads would be a call to the system each.
        if ((entry.Attributes & FileAttributes.ReparsePoint) != 0 && info.LinkTarget is { } target)
            return new DataItem(name, DataItemKind.Link) { LinkTarget = target };
        return info is FileInfo file
            ? new DataItem(name, DataItemKind.File) { Length = file.Length, Modified = new DateTimeOffset(file.LastWriteTimeUtc), Mode = FileStatus.ModeOf(file) }
            : new DataItem(name, DataItemKind.Directory) { Modified = new DateTimeOffset(info.LastWriteTimeUtc), Mode = FileStatus.ModeOf(info) };
    }
}
