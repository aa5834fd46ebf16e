namespace Varai.Configuration.Writing;

/// <summary>Replaces a file as a whole: a reader, or a crash, finds the old content or the new.</summary>
internal static class AtomicFile
{
    // The leading dot and the ending keep it out of the layers and of most editors' file lists.
    private const string TemporaryEnding = ".tmp";

    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        // Through a link the target is replaced, so that the link stays one.
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        string temporary = Path.Combine(
            Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}{TemporaryEnding}");
        var settings = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows() && File.Exists(target))
            settings.UnixCreateMode = File.GetUnixFileMode(target);
        try
        {
            using (var stream = new FileStream(temporary, settings))
            {
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
}
