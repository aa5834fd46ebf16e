namespace Varai.Data;

/// <summary>The names of what is put on disk beside a component while it is moved.</summary>
internal static class DataNames
{
    private const int IdLength = 32;

    /// <summary>The path beside a file or folder that belongs to an attempt.</summary>
    public static string Beside(string path, string use, string id) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.varai-{use}-{id}");

    /// <summary>The paths of all attempts beside a file or folder.</summary>
    public static IEnumerable<string> FindBeside(string path, string use)
    {
        string folder = Path.GetDirectoryName(path)!;
        string prefix = $".{Path.GetFileName(path)}.varai-{use}-";
        return !Directory.Exists(folder)
            ? []
            : Directory.EnumerateFileSystemEntries(folder)
                .Where(p => Path.GetFileName(p).StartsWith(prefix, StringComparison.Ordinal) && Path.GetFileName(p).Length >= prefix.Length + IdLength);
    }

    public static string Lock(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.varai-lock");

    public static void ThrowIfInvalidId(string id)
    {
        if (id is not { Length: IdLength } || !id.All(char.IsAsciiHexDigitLower))
            throw new ArgumentException($"'{id}' is no id of an attempt: 32 lower-case hexadecimal digits are.", nameof(id));
    }
}
