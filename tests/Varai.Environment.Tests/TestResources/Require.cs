namespace Varai.Tests.TestResources;

/// <summary>Skips a test on a machine that lacks what it needs, with the cure as the reason.</summary>
internal static class Require
{
    /// <summary>Set to 1 where everything must be there: a missing program then fails the test.</summary>
    public const string Strict = "VARAI_REQUIRE_SERVERS";

    /// <summary>A program that <c>test.sh</c> knows how to install, such as a database server.</summary>
    /// <param name="what">What it is called in the reason.</param>
    /// <param name="install">The command that installs it.</param>
    /// <param name="names">The names of its executable, the preferred one first; an absolute path is looked up as it stands.</param>
    /// <returns>The path of the executable.</returns>
    public static string Program(string what, string install, params string[] names)
    {
        string? path = Find(names, Environment.GetEnvironmentVariable("PATH"));
        if (path is not null)
            return path;

        That(condition: false, $"{what} ({string.Join(" or ", names)}) is not on this machine. Install it with: {install}");
        return "";
    }

    /// <summary>Anything else that <c>test.sh</c> knows how to install.</summary>
    /// <param name="condition">Whether it is there.</param>
    /// <param name="reason">What is missing, and the command that installs it.</param>
    public static void That(bool condition, string reason)
    {
        if (!condition && Environment.GetEnvironmentVariable(Strict) == "1")
            Assert.Fail($"{reason}. {Strict}=1 allows no skip.");
        Assert.SkipUnless(condition, reason);
    }

    /// <summary>A folder that is no part of the tree and that nobody can install, such as a test suite kept beside it.</summary>
    /// <returns>Its full path.</returns>
    public static string Folder(string what, string path)
    {
        string full = Path.GetFullPath(path, Repository.Root);
        Assert.SkipUnless(Directory.Exists(full), $"{what} is not on this machine: there is no folder {full}.");
        return full;
    }

    /// <summary>The first of <paramref name="names"/> that is a file in a folder of <paramref name="searchPath"/>.</summary>
    internal static string? Find(IEnumerable<string> names, string? searchPath)
    {
        string[] folders = (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return names
            .SelectMany(name => Path.IsPathRooted(name) ? [name] : folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
