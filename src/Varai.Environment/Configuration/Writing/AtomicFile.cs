namespace Varai.Configuration.Writing;

/// <summary>Replaces a file as a whole: a reader, or a crash, finds the old content or the new.</summary>
internal static class AtomicFile
{
    // The leading dot and the ending keep it out of the layers and of most editors' file lists.
    private const string TemporaryEnding = ".tmp";
    private const int UniqueLength = 32;

    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string target = TargetOf(path);
        string temporary = Path.Combine(
            Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}{TemporaryEnding}");
        var settings = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        try
        {
            using (var stream = new FileStream(temporary, settings))
            {
                // Not at its creation, where the process' mask would take rights away that the file had.
                if (!OperatingSystem.IsWindows() && File.Exists(target))
                    File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>What processes that died while they wrote left behind, beside the files of a folder and beside what links among
    /// them lead to.</summary>
    public static IReadOnlyList<string> FindLeftovers(string folder) =>
        [.. Directory.EnumerateFiles(folder)
            .Select(f => Path.GetDirectoryName(TargetOf(f))!)
            .Append(folder)
            .Distinct(StringComparer.Ordinal)
            .Where(Directory.Exists)
            .SelectMany(d => Directory.EnumerateFiles(d, $".*{TemporaryEnding}"))
            .Where(IsLeftover)];

    // Through a link the target is replaced, so that the link stays one. Asking for the target of a file that is not there fails.
    private static string TargetOf(string path) =>
        new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static bool IsLeftover(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        int dot = name.LastIndexOf('.');
        return dot > 0 && name.Length - dot - 1 == UniqueLength
            && Guid.TryParseExact(name.AsSpan(dot + 1), "N", out _)
            && Layers.EnvironmentFolder.IsConfigurationFile(name[1..dot]);
    }
}
