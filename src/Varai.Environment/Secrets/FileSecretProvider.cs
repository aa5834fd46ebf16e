using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Varai.Secrets;

/// <summary>Reads and writes secrets as files of one folder: the file's name is the secret's, its content the value.</summary>
/// <remarks>
/// <see cref="SecretFilePath"/> has the rule for names; a name that can't be a file's is not here. One newline at the end of a
/// text is not part of the value. A link may not lead out of the folder; Kubernetes' <c>..data</c> links stay in it. Reading
/// completes synchronously. The version is the file's time of change; only the current one is kept.
/// </remarks>
internal sealed class FileSecretProvider(
    string name, string directory, bool requirePrivateFiles, ILogger<FileSecretProvider> logger) : ISecretProvider, ISecretWriter
{
    /// <summary>Far above any key or certificate bundle; a larger file is there by mistake.</summary>
    public const int MaximumBytes = 1024 * 1024;

    // A kubelet swaps ..data and deletes the old folder, so a path that was just resolved may be gone.
    private const int Attempts = 3;

    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;

    private const UnixFileMode GroupOrOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly string _directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);

    public string Name => name;

    public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        if (SecretFilePath.FromName(request.Name) is not { } relative)
            return new ValueTask<Secret?>((Secret?)null);

        Secret? secret = Guard("read", request.Name, () => Read(request.Name, relative));
        return new ValueTask<Secret?>(request.Version is null || request.Version == secret?.Version ? secret : null);
    }

    public async ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        SecretName.ThrowIfInvalid(name);
        string relative = SecretFilePath.FromName(name) ?? throw new ArgumentException(
            $"The secret name '{name}' can't be a file's name: between slashes, it may have letters, digits, '_', '-', '.' and ':', "
            + "and may not begin with '.'.",
            nameof(name));
        if (value.RevealBytes().Length > MaximumBytes)
            throw Trouble("write", name, $"the value has {value.RevealBytes().Length} bytes; at most {MaximumBytes} are allowed.");

        return await Task.Run(() => Guard("write", name, () => Write(name, relative, value)), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        SecretName.ThrowIfInvalid(name);
        if (SecretFilePath.FromName(name) is not { } relative)
            return false;

        return await Task.Run(() => Guard("delete", name, () => Delete(name, relative)), cancellationToken).ConfigureAwait(false);
    }

    private Secret? Read(string secretName, string relative)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (FindFile("read", secretName, relative) is not { } path)
                return null;

            try
            {
                using SafeFileHandle handle =
                    File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                CheckMode(secretName, handle);
                byte[] bytes = ReadAll(secretName, handle);
                return new Secret(secretName, new SecretValue(bytes), name) { Version = ToVersion(File.GetLastWriteTimeUtc(handle)) };
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && attempt < Attempts)
            {
                logger.SecretFileMoved(name, secretName);
            }
        }
    }

    private byte[] ReadAll(string secretName, SafeFileHandle handle)
    {
        long length = RandomAccess.GetLength(handle);
        if (length > MaximumBytes)
            throw Trouble("read", secretName, $"the file has {length} bytes; at most {MaximumBytes} are allowed.");

        byte[] bytes = new byte[length];
        int total = 0;
        while (total < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(total), total) is > 0 and int read)
            total += read;

        int end = total;
        if (end > 0 && bytes[end - 1] == '\n' && Utf8.IsValid(bytes.AsSpan(0, end)))
            end -= end > 1 && bytes[end - 2] == '\r' ? 2 : 1;
        if (end == bytes.Length)
            return bytes;

        byte[] trimmed = bytes[..end];
        CryptographicOperations.ZeroMemory(bytes);
        return trimmed;
    }

    private string Write(string secretName, string relative, SecretValue value)
    {
        string path = Path.Combine(_directory, relative);
        string folder = Path.GetDirectoryName(path)!;
        CreateFolders(secretName, folder);
        if (Directory.Exists(path))
            throw Trouble("write", secretName, $"'{path}' is a folder.");

        DateTime previous = File.Exists(path) ? File.GetLastWriteTimeUtc(path) : DateTime.MinValue;
        string temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            DateTime written = WriteThrough(temporary, value.RevealBytes().Span, previous);
            File.Move(temporary, path, overwrite: true);
            return ToVersion(written);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static DateTime WriteThrough(string path, ReadOnlySpan<byte> bytes, DateTime previous)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = PrivateFile;
        using var stream = new FileStream(path, options);
        stream.Write(bytes);
        // The reader takes one newline away from a text, so one that belongs to the value gets another.
        if (bytes.EndsWith("\n"u8) && Utf8.IsValid(bytes))
            stream.WriteByte((byte)'\n');

        // Two writes within the clock's resolution are still two versions.
        if (File.GetLastWriteTimeUtc(stream.SafeFileHandle) <= previous)
            File.SetLastWriteTimeUtc(stream.SafeFileHandle, previous.AddMicroseconds(1));
        stream.Flush(flushToDisk: true);
        return File.GetLastWriteTimeUtc(stream.SafeFileHandle);
    }

    private bool Delete(string secretName, string relative)
    {
        if (FindFile("delete", secretName, relative) is null)
            return false;

        File.Delete(Path.Combine(_directory, relative));
        return true;
    }

    /// <summary>The file behind a name with all links resolved; null when there is none.</summary>
    private string? FindFile(string operation, string secretName, string relative)
    {
        if (RealPath.Resolve(Path.Combine(_directory, relative)) is not { } path)
            return null;

        RefuseOutside(operation, secretName, path);
        return Directory.Exists(path) ? null : path;
    }

    private void RefuseOutside(string operation, string secretName, string path)
    {
        if (RealPath.Resolve(_directory) is { } folder && !RealPath.IsInside(path, folder))
            throw Trouble(operation, secretName, $"a symbolic link leads out of the folder '{_directory}'.");
    }

    private void CheckMode(string secretName, SafeFileHandle handle)
    {
        if (OperatingSystem.IsWindows())
            return;

        UnixFileMode mode = File.GetUnixFileMode(handle);
        if ((mode & GroupOrOthers) == 0)
            return;

        string octal = Convert.ToString((int)mode, 8);
        if (requirePrivateFiles)
        {
            throw Trouble(
                "read",
                secretName,
                $"group or others have access to its file (mode {octal}). Run 'chmod 600' on it, or set "
                + $"{SecretOptions.SectionName}:{nameof(SecretOptions.RequirePrivateFiles)} to false.");
        }

        if (_warned.TryAdd(secretName, value: true))
            logger.SecretFileNotPrivate(name, secretName, octal);
    }

    private void CreateFolders(string secretName, string folder)
    {
        // Looked at before anything is created: a link must not make us create folders elsewhere either.
        string existing = folder;
        while (!Path.Exists(existing))
            existing = Path.GetDirectoryName(existing)!;
        if (existing.Length >= _directory.Length)
            RefuseOutside("write", secretName, RealPath.Resolve(existing) + Path.DirectorySeparatorChar);

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        // One by one: .NET gives the mode to the last folder only. Those above ours are none of our business.
        Directory.CreateDirectory(Path.GetDirectoryName(_directory) ?? _directory);
        string created = _directory;
        Directory.CreateDirectory(created, PrivateFolder);
        foreach (string part in Path.GetRelativePath(_directory, folder).Split(Path.DirectorySeparatorChar))
            Directory.CreateDirectory(created = Path.Combine(created, part), PrivateFolder);
    }

    private T Guard<T>(string operation, string secretName, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (UnauthorizedAccessException e)
        {
            throw Trouble(operation, secretName, $"access to the folder '{_directory}' or the file was denied. Check owner and mode.", e);
        }
        catch (IOException e)
        {
            throw new SecretProviderException(name, operation, secretName, e.Message, e) { IsTransient = true };
        }
    }

    private SecretProviderException Trouble(string operation, string secretName, string reason, Exception? inner = null) =>
        new(name, operation, secretName, reason, inner);

    private static string ToVersion(DateTime changed) => changed.ToString("O", CultureInfo.InvariantCulture);
}
