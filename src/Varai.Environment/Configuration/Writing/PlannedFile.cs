namespace Varai.Configuration.Writing;

/// <summary>A file that a change writes.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Before">Its bytes when the change was planned; <see langword="null"/> for a new file.</param>
/// <param name="After">Its bytes afterwards.</param>
internal sealed record PlannedFile(string Path, byte[]? Before, byte[] After)
{
    public bool Changes => !IsSame(Before, After);

    public static bool IsSame(byte[]? left, byte[]? right) =>
        left is null ? right is null : right is not null && left.AsSpan().SequenceEqual(right);

    public static async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false) : null;

    /// <summary>What the files would make a reading see.</summary>
    public static Dictionary<string, byte[]> Replacements(IEnumerable<PlannedFile> files) =>
        files.ToDictionary(f => f.Path, f => FileEdits.WithoutMark(f.After), StringComparer.Ordinal);

    public void Undo()
    {
        if (Before is null)
            File.Delete(Path);
        else
            AtomicFile.Write(Path, Before);
    }
}
