using System.Collections.Concurrent;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Varai.Secrets;

/// <summary>The rules for what a file that holds a secret may be: who may read it, how large it is, and what of it is the value.</summary>
internal sealed class SecretFileReader(string provider, bool requirePrivateFiles, ILogger logger)
{
    /// <summary>Far above any key or certificate bundle; a larger value is there by mistake.</summary>
    public const int MaximumBytes = 1024 * 1024;

    /// <summary>The newline that a text may have on top of that.</summary>
    private const int NewlineBytes = 2;

    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);

    /// <summary>Opens a file so that others may replace it meanwhile.</summary>
    public static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Checks the file's mode.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="file">What to call it in the log.</param>
    /// <returns>Why it may not be read, or null.</returns>
    public string? FindModeProblem(SafeFileHandle handle, string file)
    {
        if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(handle) & UnixModes.GroupOrOthers) is 0)
            return null;

        string octal = Convert.ToString((int)File.GetUnixFileMode(handle), 8);
        if (requirePrivateFiles)
        {
            return $"group or others have access to its file (mode {octal}). Run 'chmod 600' on it, or set "
                + $"{SecretOptions.SectionName}:{nameof(SecretOptions.RequirePrivateFiles)} to false.";
        }

        if (_warned.TryAdd(file, value: true))
            logger.SecretFileNotPrivate(provider, file, octal);
        return null;
    }

    /// <summary>Reads the value.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="problem">Why there is none.</param>
    public static SecretValue? ReadValue(SafeFileHandle handle, out string? problem)
    {
        long length = RandomAccess.GetLength(handle);
        problem = length > MaximumBytes + NewlineBytes ? TooLarge(length) : null;
        if (problem is not null)
            return null;

        using var buffer = new SecretBuffer(MaximumBytes + NewlineBytes);
        ReadOnlySpan<byte> bytes = ReadAll(handle, buffer, (int)length);
        int newline = NewlineAtEnd(bytes);
        if (bytes.Length - newline <= MaximumBytes)
            return new SecretValue(bytes[..^newline]);
        problem = TooLarge(bytes.Length);
        return null;
    }

    /// <summary>Reads a file into a buffer that is overwritten after use.</summary>
    public static ReadOnlySpan<byte> ReadAll(SafeFileHandle handle, SecretBuffer buffer, int length)
    {
        int total = 0;
        while (total < length && RandomAccess.Read(handle, buffer.GetSpan(length - total)[..(length - total)], total) is > 0 and int read)
        {
            buffer.Advance(read);
            total += read;
        }

        return buffer.WrittenSpan;
    }

    private static int NewlineAtEnd(ReadOnlySpan<byte> bytes) =>
        !bytes.EndsWith("\n"u8) || !Utf8.IsValid(bytes) ? 0 : bytes.EndsWith("\r\n"u8) ? 2 : 1;

    private static string TooLarge(long length) => $"the file has {length} bytes; at most {MaximumBytes} are allowed.";
}
