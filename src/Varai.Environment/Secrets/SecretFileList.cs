namespace Varai.Secrets;

/// <summary>The secrets that a folder of files holds.</summary>
internal sealed class SecretFileList(string directory)
{
    /// <summary>Lists them by the names that the paths give.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    public IReadOnlyList<SecretInfo> Read(string provider, string? prefix, Func<DateTime, string> version, CancellationToken cancellationToken)
    {
        var found = new List<SecretInfo>();
        if (RealPath.Resolve(directory) is not { } root)
            return found;

        var folders = new Stack<(string Name, string Path, IReadOnlyList<string> Above)>([("", root, [root])]);
        while (folders.TryPop(out (string Name, string Path, IReadOnlyList<string> Above) folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (string entry in Directory.EnumerateFileSystemEntries(folder.Path))
            {
                string name = folder.Name + Path.GetFileName(entry);
                // A link that leads out of the folder or nowhere is no secret of this folder's; one that leads back up has no end.
                if (SecretFilePath.FromName(name) is null || RealPath.Resolve(entry) is not { } path || !RealPath.IsInside(path, root))
                    continue;
                if (!Directory.Exists(path))
                    Add(name, path);
                else if (!folder.Above.Contains(path))
                    folders.Push((name + "/", path, [.. folder.Above, path]));
            }
        }

        return found;

        void Add(string name, string path)
        {
            if (SecretName.FindProblem(name) is not null || prefix is not null && !name.StartsWith(prefix, StringComparison.Ordinal))
                return;
            DateTime changed = File.GetLastWriteTimeUtc(path);
            found.Add(new SecretInfo(name, provider) { Version = version(changed), ChangedAt = new DateTimeOffset(changed) });
        }
    }
}
