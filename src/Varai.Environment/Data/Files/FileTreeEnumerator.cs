using System.IO.Enumeration;
using System.Text;

namespace Varai.Data.Files;

/// <summary>Lists what is below a folder. Each entry is asked for what it is in one call: with many files these calls are what takes
/// the time, and .NET makes four of them.</summary>
internal sealed class FileTreeEnumerator : FileSystemEnumerator<DataItem>
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    private readonly int _start;
    private readonly int _rootBytes;
    private readonly byte[] _status = new byte[NativeStatus.Size];

    // The path of an entry as the system takes it; the part of the root stays.
    private byte[] _path;

    public FileTreeEnumerator(string root)
        : base(root, Everything)
    {
        string above = Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar;
        _start = above.Length;
        _path = Encoding.UTF8.GetBytes(above);
        _rootBytes = _path.Length;
    }

    protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) => !IsOurs(ref entry);

    protected override bool ShouldRecurseIntoEntry(ref FileSystemEntry entry) =>
        (entry.Attributes & FileAttributes.ReparsePoint) == 0 && !IsOurs(ref entry);

    protected override DataItem TransformEntry(ref FileSystemEntry entry)
    {
        string name = entry.Directory.Length < _start
            ? entry.FileName.ToString()
            : string.Concat(entry.Directory[_start..], [FileTree.Separator], entry.FileName);
        if (Path.DirectorySeparatorChar != FileTree.Separator)
            name = name.Replace(Path.DirectorySeparatorChar, FileTree.Separator);
        if (!TryGetStatus(name, out NativeStatus status) || !status.IsRegular && !status.IsDirectory)
            return Describe(name, entry.ToFileSystemInfo());
        return new DataItem(name, status.IsDirectory ? DataItemKind.Directory : DataItemKind.File)
        {
            Length = status.IsRegular ? status.Length : null,
            Modified = new DateTimeOffset(status.Ticks, TimeSpan.Zero),
            Mode = status.Mode,
        };
    }

    private static bool IsOurs(ref FileSystemEntry entry) => entry.FileName.StartsWith(FileTree.OwnPrefix, StringComparison.Ordinal);

    // Links, what is none of the three, and everything on other systems than Linux.
    private static DataItem Describe(string name, FileSystemInfo info)
    {
        if ((info.Attributes & FileAttributes.ReparsePoint) != 0 && info.LinkTarget is { } target)
            return new DataItem(name, DataItemKind.Link) { LinkTarget = target };
        return info is FileInfo file
            ? new DataItem(name, DataItemKind.File) { Length = file.Length, Modified = new DateTimeOffset(file.LastWriteTimeUtc), Mode = FileStatus.ModeOf(file) }
            : new DataItem(name, DataItemKind.Directory) { Modified = new DateTimeOffset(info.LastWriteTimeUtc), Mode = FileStatus.ModeOf(info) };
    }

    private bool TryGetStatus(string name, out NativeStatus status)
    {
        int most = _rootBytes + Encoding.UTF8.GetMaxByteCount(name.Length) + 1;
        if (_path.Length < most)
            Array.Resize(ref _path, most * 2);
        int end = _rootBytes + Encoding.UTF8.GetBytes(name, _path.AsSpan(_rootBytes));
        _path[end] = 0;
        return Native.TryGetStatus(_path, _status, out status);
    }
}
