namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>Finds the folders of the groups that the process is in.</summary>
internal sealed class CgroupLocator(SystemFiles files, IReadOnlyList<CgroupMembership> memberships, IReadOnlyList<MountPoint> mounts)
{
    /// <summary>Whether version 1 has a controller: then version 2 has not.</summary>
    public bool HasV1(string controller) => mounts.Any(m => IsV1(m, controller));

    /// <summary>The group of a controller of version 1, and the groups around it; empty when the process is in the machine's own.</summary>
    public IReadOnlyList<string> V1(string controller) =>
        Levels(mounts.FirstOrDefault(m => IsV1(m, controller)), memberships.FirstOrDefault(m => m.Controllers.Contains(controller, StringComparer.Ordinal)),
            isRoot: folder => files.FileExists($"{folder}/release_agent"));

    /// <summary>The group of version 2, and the groups around it; empty when the process is in the machine's own.</summary>
    public IReadOnlyList<string> V2() =>
        Levels(mounts.FirstOrDefault(m => m.Type == "cgroup2"), memberships.FirstOrDefault(m => m.Controllers.Count == 0),
            isRoot: folder => !files.FileExists($"{folder}/cgroup.events"));

    private static bool IsV1(MountPoint mount, string controller) =>
        mount.Type == "cgroup" && mount.Options.Split(',').Contains(controller, StringComparer.Ordinal);

    private List<string> Levels(MountPoint? mount, CgroupMembership? membership, Func<string, bool> isRoot)
    {
        // A path that leads out of what a namespace shows: what can be seen is the group of others.
        if (mount is null || membership is null || LeadsOut(mount.Root) || LeadsOut(membership.Path))
            return [];
        string folder = $"{mount.Path}{Below(mount.Root, membership.Path)}".TrimEnd('/');
        if (!files.FolderExists(folder))
            folder = mount.Path;
        var levels = new List<string>();
        while (!isRoot(folder))
        {
            levels.Add(folder);
            if (folder.Length <= mount.Path.Length)
                break;
            folder = folder[..folder.LastIndexOf('/')];
        }

        return levels;
    }

    private static bool LeadsOut(string path) => path.StartsWith("/..", StringComparison.Ordinal);

    // Where only a part of the hierarchy is mounted, as in containers, the path begins above it.
    private static string Below(string root, string path) =>
        path == root ? "" : path.StartsWith(root + "/", StringComparison.Ordinal) ? path[root.Length..] : path;
}
