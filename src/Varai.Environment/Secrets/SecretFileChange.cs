namespace Varai.Secrets;

/// <summary>What a change that the system tells of means for secrets.</summary>
internal static class SecretFileChange
{
    // Kubernetes renames this link when it has written a new version of all files of a mount.
    private const string MountedData = "..data";

    /// <summary>Whether a secret may have changed.</summary>
    /// <param name="change">What happened; null when that is not known.</param>
    /// <param name="folder">The folder of the secrets.</param>
    /// <param name="name">The secret's name; null when it may be any.</param>
    public static bool Affects(FileSystemEventArgs? change, string folder, out string? name)
    {
        name = null;
        if (change is null)
            return true;

        string relative = Path.GetRelativePath(folder, change.FullPath).Replace(Path.DirectorySeparatorChar, '/');
        if (relative.Split('/').FirstOrDefault(part => part.StartsWith('.')) is { } hidden)
        {
            // Everything else that is hidden is being prepared, such as a file that a writer will rename.
            return hidden == MountedData && relative == MountedData;
        }

        // What became of a folder's files when it was moved away is told by nobody, and two underscores may be a colon.
        bool isOne = change.ChangeType is WatcherChangeTypes.Changed or WatcherChangeTypes.Created || IsReplaced(change);
        if (isOne && !relative.Contains("__", StringComparison.Ordinal) && SecretFilePath.FromName(relative) is not null && !Directory.Exists(change.FullPath))
            name = relative;
        return true;
    }

    // A file that was hidden until it was whole; any other name that is gone was perhaps a secret's.
    private static bool IsReplaced(FileSystemEventArgs change) =>
        change is RenamedEventArgs { OldName: { } old } && Path.GetFileName(old).StartsWith('.');
}
