using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Varai.Secrets.LocalStore;

/// <summary>A file of master keys, one a line in base64: the first is the current one, the others are those of before, which other
/// stores may still need. Lines that begin with <c>#</c> are comments.</summary>
internal sealed class KeyFile(string path, TimeProvider time)
{
    private readonly string _file = RealPath.OfFile(path);

    private const int MaximumBytes = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string FullPath => path;

    public string Source => $"the key file '{path}'";

    /// <summary>The keys; none when there is no file.</summary>
    /// <exception cref="LocalStoreException">The file is not private, or holds something else.</exception>
    public IReadOnlyList<MasterKey> Read()
    {
        using SecretBuffer? text = ReadText();
        return text is null ? [] : Parse(text.WrittenSpan, Source);
    }

    /// <summary>Makes the file with a new key, unless another process was faster.</summary>
    public IReadOnlyList<MasterKey> Create()
    {
        PrivateFolder.Create(Path.GetDirectoryName(_file)!);
        using var text = new SecretBuffer();
        WriteNewKey(text);
        try
        {
            ReplacedFile.Write(_file, text.WrittenSpan, overwrite: false);
        }
        catch (IOException) when (File.Exists(_file))
        {
            // Its key is as good as ours.
            return Read();
        }

        return Read();
    }

    /// <summary>Puts a new key before the others.</summary>
    /// <exception cref="LocalStoreException">Another process keeps the file locked.</exception>
    public async Task AddAsync(CancellationToken cancellationToken)
    {
        using FileLock locked = await FileLock.AcquireAsync(_file + ".lock", Patience, time, cancellationToken).ConfigureAwait(false)
            ?? throw new LocalStoreException($"another process has been changing {Source} for {Patience.TotalSeconds} seconds. Try again.", isTransient: true);
        // They hold keys.
        ReplacedFile.DeleteLeftovers(_file);
        using SecretBuffer? before = ReadText();
        using var text = new SecretBuffer();
        WriteNewKey(text);
        if (before is not null)
        {
            before.WrittenSpan.CopyTo(text.GetSpan(before.WrittenSpan.Length));
            text.Advance(before.WrittenSpan.Length);
        }

        if (text.WrittenSpan.Length > MaximumBytes)
        {
            throw new LocalStoreException(
                $"{Source} would have {text.WrittenSpan.Length} bytes; at most {MaximumBytes} are allowed. Remove the keys that no store needs any more.");
        }

        ReplacedFile.Write(_file, text.WrittenSpan, overwrite: true);
    }

    /// <summary>Reads the keys of a text.</summary>
    /// <exception cref="LocalStoreException">A line holds no key.</exception>
    public static IReadOnlyList<MasterKey> Parse(ReadOnlySpan<byte> text, string source)
    {
        var keys = new List<MasterKey>();
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].Trim(" \t\r"u8);
            if (!line.IsEmpty && line[0] != '#')
                keys.Add(MasterKey.Parse(line, source));
        }

        return keys.Count > 0 ? keys : throw new LocalStoreException($"{source} is empty. Put the key back, or delete it where no store needs its key.");
    }

    private static void WriteNewKey(SecretBuffer text)
    {
        byte[] key = KeyBytes.Allocate();
        RandomNumberGenerator.Fill(key);
        System.Buffers.Text.Base64.EncodeToUtf8(key, text.GetSpan(64), out _, out int written);
        CryptographicOperations.ZeroMemory(key);
        text.Advance(written);
        text.GetSpan(1)[0] = (byte)'\n';
        text.Advance(1);
    }

    private SecretBuffer? ReadText()
    {
        try
        {
            using SafeFileHandle handle = SecretFileReader.Open(_file);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(handle) & UnixModes.GroupOrOthers) != 0)
            {
                throw new LocalStoreException(
                    $"group or others have access to {Source} (mode {Convert.ToString((int)File.GetUnixFileMode(handle), 8)}). Run 'chmod 600' on it; if they may have read it, rotate the key.");
            }

            long length = RandomAccess.GetLength(handle);
            if (length > MaximumBytes)
                throw new LocalStoreException($"{Source} has {length} bytes, so it is no key file.");
            var text = new SecretBuffer(MaximumBytes);
            SecretFileReader.ReadAll(handle, text, (int)length);
            return text;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
