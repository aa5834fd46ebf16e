using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Varai.Data.Files;

/// <summary>The folder in which a new tree is built, beside the one it replaces, on the same file system.</summary>
internal sealed class StagedTree
{
    private const string Use = "new";

    private readonly string _root;
    private readonly string _container;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, bool> _made = new(StringComparer.Ordinal);

    private StagedTree(string root, string container, ILogger logger)
    {
        _root = root;
        _container = container;
        _logger = logger;
        Tree = Path.Combine(container, "tree");
    }

    /// <summary>The tree that is being built.</summary>
    public string Tree { get; }

    /// <summary>Whether an earlier attempt has begun it.</summary>
    public bool IsResumed { get; private set; }

    private string Mark => Path.Combine(_container, "tree.id");

    private string Old => Path.Combine(_container, "old");

    /// <summary>Makes the folder, or takes the one of an earlier attempt; what other attempts left is removed. Nobody else works
    /// on the target: the caller holds its lock.</summary>
    public static StagedTree Open(string component, string root, string id, DataFilesReplacement replacement, ILogger logger)
    {
        bool isMount = Directory.Exists(root) && Native.StatusOf(root) is { } inside && Native.StatusOf(Path.GetDirectoryName(root)!) is { } above
            && inside.Device != above.Device;
        if (isMount && replacement == DataFilesReplacement.Swap)
        {
            throw new DataComponentException(component,
                $"The folder '{root}' is a mount point, which can't be swapped as a whole: set {nameof(DataFilesOptions.Replacement)} to {nameof(DataFilesReplacement.PerFile)}, or name a folder below it.");
        }

        string container = isMount ? Path.Combine(root, FileTree.OwnPrefix + id) : DataNames.Beside(root, Use, id);
        var staged = new StagedTree(root, container, logger);
        IEnumerable<string> found = isMount
            ? Directory.EnumerateDirectories(root, FileTree.OwnPrefix + "*")
            : DataNames.FindBeside(root, Use);
        foreach (string left in found.ToList())
        {
            var other = new StagedTree(root, left, logger);
            other.PutBack();
            if (left != container || !other.IsBuilding())
                other.Remove();
        }

        staged.IsResumed = Directory.Exists(container);
        if (!staged.IsResumed)
            staged.Make();
        return staged;
    }

    /// <summary>The path of a file in the tree, with the directories above it made.</summary>
    public string Prepare(string component, string name)
    {
        string path = FileTree.Resolve(component, Tree, name);
        string folder = Path.GetDirectoryName(path)!;
        if (!_made.ContainsKey(folder))
        {
            // Known only when it is there: another thread writes into it then.
            Directory.CreateDirectory(folder);
            _made.TryAdd(folder, value: true);
        }

        return path;
    }

    /// <summary>Forgets which directories are there.</summary>
    public void Forget() => _made.Clear();

    /// <summary>Makes everything durable that was written below, where the system can.</summary>
    /// <exception cref="IOException">Something could not be written.</exception>
    public void Sync()
    {
        using SafeFileHandle handle = File.OpenHandle(Mark, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _ = Native.TrySync(handle);
    }

    /// <summary>Puts the tree in the place of the folder.</summary>
    public void Swap()
    {
        if (!Directory.Exists(_root))
        {
            Directory.Move(Tree, _root);
            return;
        }

        if (Native.TryExchange(Tree, _root))
            return;

        // Between the two there is no folder; an attempt after a crash puts the old one back first.
        Directory.Move(_root, Old);
        Directory.Move(Tree, _root);
    }

    /// <summary>Removes the folder with whatever is in it.</summary>
    public void Remove()
    {
        try
        {
            // The mark last: without it, what is left would be taken for a tree that is being built.
            foreach (string folder in new[] { Tree, Old }.Where(Directory.Exists))
                RemoveTree(folder);
            Directory.Delete(_container, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LeftoverStays(_container, e.Message);
        }
    }

    private static void RemoveTree(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            // Nobody can remove what is in a directory that may not be written.
            foreach (DataItem item in FileTree.List(folder).Where(i => i.Kind == DataItemKind.Directory && (i.Mode & Files.OwnerAll) != Files.OwnerAll).ToList())
                File.SetUnixFileMode(Path.Combine(folder, item.Name), Files.OwnerAll);
            File.SetUnixFileMode(folder, Files.OwnerAll);
        }

        Directory.Delete(folder, recursive: true);
    }

    private void Make()
    {
        PrivateFolder.CreateOne(_container);
        Directory.CreateDirectory(Tree);
        File.WriteAllText(Mark, Identity());
    }

    // After an exchange the folder holds what was replaced, which must not be built upon.
    private bool IsBuilding() => Directory.Exists(Tree) && File.Exists(Mark) && File.ReadAllText(Mark) == Identity();

    private string Identity() => Native.StatusOf(Tree) is { } identity
        ? string.Create(CultureInfo.InvariantCulture, $"{identity.Device}:{identity.Inode}")
        : "tree";

    private void PutBack()
    {
        if (!Directory.Exists(_root) && Directory.Exists(Old))
            Directory.Move(Old, _root);
    }

    private static class Files
    {
        public const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    }
}
