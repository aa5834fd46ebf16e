namespace Varai.Secrets;

/// <summary>Resolves every symbolic link in a path, also in the middle of it, which .NET's own resolution leaves alone.</summary>
internal static class RealPath
{
    // What Linux itself allows before it reports a loop.
    private const int MaximumLinks = 40;

    /// <summary>The path without links, or null when a part of it does not exist.</summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="IOException">The links go round in a circle, or the path is too long.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder of the path may not be searched, so nobody can tell.</exception>
    public static string? Resolve(string path)
    {
        string root = Path.GetPathRoot(path)!;
        string resolved = root;
        var rest = new Stack<string>(Split(path[root.Length..]).Reverse());
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? root;
                continue;
            }

            string next = Path.Combine(resolved, part);
            if (!Exists(next))
                return null;
            if (LinkTarget(next) is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MaximumLinks)
                throw new IOException($"'{path}' passes through more than {MaximumLinks} symbolic links.");
            if (Path.IsPathRooted(target))
            {
                resolved = root = Path.GetPathRoot(target)!;
                target = target[root.Length..];
            }

            foreach (string piece in Split(target).Reverse())
                rest.Push(piece);
        }

        return resolved;
    }

    /// <summary>Where a file is, or will be made, that a link stands for: to replace the link would leave the file as it is.</summary>
    /// <param name="path">An absolute path.</param>
    public static string OfFile(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever opens it is told the same, and may say so.
            return path;
        }
    }

    /// <summary>Whether there is an entry of that name, a link that leads nowhere included.</summary>
    /// <remarks>Unlike <see cref="Path.Exists"/>, which calls everything missing that it may not look at.</remarks>
    /// <exception cref="UnauthorizedAccessException">A folder of the path may not be searched.</exception>
    public static bool Exists(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Whether a resolved path lies in a resolved folder.</summary>
    public static bool IsInside(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // FileInfo and DirectoryInfo agree on links: the entry itself is looked at, not what it points to.
    private static string? LinkTarget(string path) => new FileInfo(path).LinkTarget;

    private static IEnumerable<string> Split(string path) => path
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
        .Where(part => part != ".");
}
