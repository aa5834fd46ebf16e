namespace Varai.Data.Files;

/// <summary>Lists and checks the entries of a folder.</summary>
internal static class FileTree
{
    /// <summary>What the names of our own folders inside a tree begin with; they are no part of it.</summary>
    public const string OwnPrefix = ".varai-data-";

    /// <summary>What the names of items have between directories, on every system.</summary>
    public const char Separator = '/';

    private const char UndecodableName = '\uFFFD';

    /// <summary>All entries below a folder, a directory before what is in it. Links are not followed.</summary>
    public static IEnumerable<DataItem> List(string root)
    {
        using var entries = new FileTreeEnumerator(root);
        while (entries.MoveNext())
            yield return entries.Current;
    }

    /// <summary>The path of an item below a root.</summary>
    /// <exception cref="DataComponentException">The name leads elsewhere.</exception>
    public static string Resolve(string component, string root, string name)
    {
        ThrowIfOutside(component, name);
        return Path.Combine(root, Path.DirectorySeparatorChar == Separator ? name : name.Replace(Separator, Path.DirectorySeparatorChar));
    }

    /// <summary>Refuses a name that leads out of the folder.</summary>
    /// <exception cref="DataComponentException">The name leads elsewhere.</exception>
    public static void ThrowIfOutside(string component, string name)
    {
        if (!IsInside(name))
            throw new DataComponentException(component, $"The path '{name}' is not one below the folder of files, so nothing is written there.");
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
}
