namespace Varai.Vault.Secrets;

/// <summary>Paths in Vault: segments between slashes.</summary>
internal static class VaultPath
{
    /// <summary>The broken rule as the end of a sentence, or <see langword="null"/> for a path.</summary>
    public static string? FindProblem(string? path)
    {
        if (string.IsNullOrEmpty(path))
            return "is empty";
        foreach (Range range in path.AsSpan().Split('/'))
        {
            if (path.AsSpan()[range] is "" or "." or "..")
                return "has an empty segment or a segment '.' or '..'";
        }

        return path.Any(c => char.IsControl(c) || char.IsSurrogate(c)) ? "has a character that Vault can't hold" : null;
    }

    /// <summary>The path as it stands in an address.</summary>
    public static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <exception cref="ArgumentException">It is no path.</exception>
    public static string Valid(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return FindProblem(path) is { } problem ? throw new ArgumentException($"The Vault path {problem}.", nameof(path)) : path;
    }
}
