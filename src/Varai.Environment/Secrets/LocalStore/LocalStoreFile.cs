using Microsoft.Win32.SafeHandles;

namespace Varai.Secrets.LocalStore;

/// <summary>The store's file on disk.</summary>
internal sealed class LocalStoreFile(string path)
{
    public string FullPath { get; } = RealPath.OfFile(System.IO.Path.GetFullPath(path));

    public string Folder => System.IO.Path.GetDirectoryName(FullPath)!;

    public string LockPath => System.IO.Path.Combine(Folder, $".{System.IO.Path.GetFileName(FullPath)}.lock");

    /// <summary>The present content's stamp; null when there is no file.</summary>
    public FileStamp? FindStamp()
    {
        try
        {
            var info = new FileInfo(FullPath);
            return new FileStamp(info.LastWriteTimeUtc, info.Length);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="LocalStoreException">It is too large.</exception>
    public (byte[] Content, FileStamp Stamp)? Read()
    {
        try
        {
            using SafeFileHandle handle = SecretFileReader.Open(FullPath);
            long length = RandomAccess.GetLength(handle);
            if (length > LocalStoreFormat.MaximumBytes)
                throw new LocalStoreException($"it has {length} bytes; at most {LocalStoreFormat.MaximumBytes} are allowed.");
            byte[] content = new byte[length];
            int total = 0;
            while (total < content.Length && RandomAccess.Read(handle, content.AsSpan(total), total) is > 0 and int read)
                total += read;
            return (content, new FileStamp(File.GetLastWriteTimeUtc(handle), length));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public FileStamp Write(ReadOnlySpan<byte> content, FileStamp? before) => new(
        ReplacedFile.Write(FullPath, content, overwrite: true, before?.Written ?? default), content.Length);
}
