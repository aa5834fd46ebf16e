namespace Varai.Monitoring.Resources;

/// <summary>Reads how full the local file systems are. Those of networks are left out: asking one whose server is away
/// waits for ever.</summary>
/// <param name="files">The kernel's files.</param>
/// <param name="mounts">The list of mounted file systems.</param>
/// <param name="space">Reads the space of one.</param>
internal sealed class FileSystemReader(SystemFiles files, SystemFile mounts, Func<string, FileSystemSpace?> space)
{
    private static readonly TimeSpan SearchInterval = TimeSpan.FromMinutes(1);

    private IReadOnlyList<MountPoint> _found = [];
    private DateTimeOffset? _searchedAt;

    public IReadOnlyList<FileSystemUsage> Read(DateTimeOffset now)
    {
        // Also when the clock was set back.
        if (_searchedAt is not { } searched || (now - searched).Duration() >= SearchInterval)
            (_found, _searchedAt) = (Find(), now);
        var usages = new List<FileSystemUsage>(_found.Count);
        foreach (MountPoint mount in _found)
        {
            if (space(mount.Path) is { Size: > 0 } found)
                usages.Add(found.Of(mount.Path, mount.Source, mount.Type));
        }

        return usages;
    }

    private List<MountPoint> Find() =>
    [
        .. MountPoint.ReadAll(mounts).Where(m => m.Path == "/" || IsLocal(m))
            .OrderBy(m => m.Path.Length).ThenBy(m => m.Path, StringComparer.Ordinal)

            // One may be mounted on the place of another, which is not seen then: the last counts. One may be seen in several places.
            .GroupBy(m => m.Path, StringComparer.Ordinal).Select(same => same.Last())
            .DistinctBy(m => m.Source.StartsWith('/') ? m.Source : m.Device, StringComparer.Ordinal),
    ];

    // Images are always full; single files of the host are mounted into containers.
    private bool IsLocal(MountPoint mount) =>
        (mount.Source.StartsWith("/dev/", StringComparison.Ordinal) || mount.Type == "zfs")
        && mount.Type is not ("devtmpfs" or "squashfs" or "iso9660" or "erofs" or "fuse")
        && files.FolderExists(mount.Path);
}
