namespace Varai.Configuration.History;

/// <summary>What a file tells besides its text.</summary>
/// <param name="Time">When it was last saved; <see langword="null"/> when that is not known.</param>
/// <param name="HasMark">Whether it begins with a byte order mark.</param>
internal sealed record SavedFile(DateTimeOffset? Time, bool HasMark)
{
    private static readonly SavedFile Unknown = new(null, HasMark: false);

    public static SavedFile Of(string path)
    {
        try
        {
            // A link's own time does not change when its target is saved.
            string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            using var stream = new FileStream(target, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
            });
            Span<byte> start = stackalloc byte[3];
            bool hasMark = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("\uFEFF"u8);
            DateTime time = File.GetLastWriteTimeUtc(stream.SafeFileHandle);

            // Before that, the time was never set.
            return new SavedFile(time.Year < 1980 ? null : new DateTimeOffset(time), hasMark);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Removed or locked since it was read: what was read is recorded all the same.
            return Unknown;
        }
    }
}
