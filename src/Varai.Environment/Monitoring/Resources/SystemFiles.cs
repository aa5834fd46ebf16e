using Microsoft.Win32.SafeHandles;

namespace Varai.Monitoring.Resources;

/// <summary>The kernel's files below a root, which in tests is a folder. Used by one thread at a time.</summary>
/// <param name="root">The root, mostly <c>/</c>.</param>
internal sealed class SystemFiles(string root)
{
    private const int MaxLength = 4 << 20;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<SystemFileTrouble> _troubles = [];
    private byte[] _buffer = new byte[16 * 1024];

    public SystemFile Open(string path) => new(this, Map(path));

    public bool FileExists(string path) => File.Exists(Map(path));

    public bool FolderExists(string path) => Directory.Exists(Map(path));

    /// <summary>Whatever was found wrong since the last time; each file once in a lifetime.</summary>
    public SystemFileTrouble[] TakeTroubles()
    {
        if (_troubles.Count == 0)
            return [];
        SystemFileTrouble[] troubles = [.. _troubles];
        _troubles.Clear();
        return troubles;
    }

    public void Note(string path, string reason, Exception? error)
    {
        if (_known.Add(path))
            _troubles.Add(new SystemFileTrouble(path, reason, error));
    }

    public ReadOnlySpan<byte> ReadAll(SafeFileHandle handle)
    {
        int length = 0;
        int read;

        // Less than was asked for is not the end: the kernel gives pages.
        while ((read = RandomAccess.Read(handle, _buffer.AsSpan(length), length)) > 0)
        {
            length += read;
            if (length < _buffer.Length)
                continue;
            if (length >= MaxLength)
                throw new IOException("it is too long");
            Array.Resize(ref _buffer, length * 2);
        }

        return _buffer.AsSpan(0, length);
    }

    private string Map(string path) => root == "/" ? path : Path.Combine(root, path.TrimStart('/'));
}
