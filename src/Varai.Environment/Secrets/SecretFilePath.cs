namespace Varai.Secrets;

/// <summary>The rule that makes a file's relative path of a secret's name.</summary>
/// <remarks>
/// <c>/</c> leads into a sub-folder and <c>:</c> becomes two underscores (<c>Db:Password</c> is the file <c>Db__Password</c>,
/// as .NET's key-per-file configuration has it). Each part consists of letters, digits, <c>_</c>, <c>-</c> and <c>.</c> and does
/// not begin with a dot, which excludes <c>..</c>, hidden files, <c>..data</c> and files being written.
/// </remarks>
internal static class SecretFilePath
{
    public static string? FromName(string name)
    {
        string path = name.Replace(":", "__", StringComparison.Ordinal);
        foreach (Range range in path.AsSpan().Split('/'))
        {
            ReadOnlySpan<char> part = path.AsSpan()[range];
            if (part.IsEmpty || part[0] == '.' || part.Length > 255)
                return null;
            foreach (char c in part)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))
                    return null;
            }
        }

        return Path.DirectorySeparatorChar == '/' ? path : path.Replace('/', Path.DirectorySeparatorChar);
    }
}
