using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Varai.Secrets;

/// <summary>Reads and writes secrets as files of one folder: the file's name is the secret's, its content the value.</summary>
/// <remarks>
/// <see cref="SecretFilePath"/> has the rule for names; a name that can't be a file's is not here. One newline at the end of a
/// text is not part of the value. A link may not lead out of the folder; Kubernetes' <c>..data</c> links stay in it. Reading
/// completes synchronously. The version is the file's time of change; only the current one is kept. A listing gives names as the
/// path has them, with <c>/</c>: whether <c>Db__Password</c> was written as <c>Db:Password</c> can't be seen.
/// </remarks>
internal sealed class FileSecretProvider : ISecretProvider, ISecretWriter, ISecretLister, ISecretChangeNotifier, IDisposable
{
    /// <inheritdoc cref="SecretFileReader.MaximumBytes"/>
    public const int MaximumBytes = SecretFileReader.MaximumBytes;

    // A kubelet swaps ..data and deletes the old folder, so a path that was just resolved may be gone.
    private const int Attempts = 3;

    private const string TemporaryEnding = ".tmp";
    private static readonly TimeSpan LongestWrite = TimeSpan.FromHours(1);

    private readonly string _directory;
    private readonly SecretFileReader _reader;
    private readonly SecretSubscribers _subscribers;
    private readonly ILogger<FileSecretProvider> _logger;

    public FileSecretProvider(string name, string directory, bool requirePrivateFiles, ILogger<FileSecretProvider> logger)
    {
        Name = name;
        _directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        _reader = new SecretFileReader(name, requirePrivateFiles, logger);
        _subscribers = new SecretSubscribers(() => new FolderWatcher(_directory, "*", recursive: true, logger, OnChange));
        _logger = logger;
    }

    public string Name { get; }

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

    public async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = new SecretFileList(_directory);
        foreach (SecretInfo info in await Task.Run(
            () => Guard("list", prefix ?? "*", () => files.Read(Name, prefix, ToVersion, cancellationToken)), cancellationToken).ConfigureAwait(false))
            yield return info;
    }

    public IDisposable Subscribe(Action<string?> changed) => _subscribers.Add(changed);

    public void Dispose() => _subscribers.Dispose();

    private void OnChange(FileSystemEventArgs? change)
    {
        if (SecretFileChange.Affects(change, _directory, out string? changed))
            _subscribers.Notify(changed);
    }

    private Secret? Read(string secretName, string relative)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (FindFile("read", secretName, relative) is not { } path)
                return null;

            try
            {
                using SafeFileHandle handle = SecretFileReader.Open(path);
                if (_reader.FindModeProblem(handle, secretName) is { } refused)
                    throw Trouble("read", secretName, refused);
                SecretValue value = SecretFileReader.ReadValue(handle, out string? problem) ?? throw Trouble("read", secretName, problem!);
                return new Secret(secretName, value, Name) { Version = ToVersion(File.GetLastWriteTimeUtc(handle)) };
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && attempt < Attempts)
            {
                _logger.SecretFileMoved(Name, secretName);
            }
        }
    }

    private string Write(string secretName, string relative, SecretValue value)
    {
        string path = Path.Combine(_directory, relative);
        string folder = Path.GetDirectoryName(path)!;
        CreateFolders(secretName, folder);
        if (Directory.Exists(path))
            throw Trouble("write", secretName, $"'{path}' is a folder.");

        DateTime previous = File.Exists(path) ? File.GetLastWriteTimeUtc(path) : DateTime.MinValue;
        string temporary = Path.Combine(folder, $".{Guid.NewGuid():N}{TemporaryEnding}");
        DateTime written;
        try
        {
            written = WriteThrough(temporary, value.RevealBytes().Span, previous);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        DeleteLeftovers(folder, written - LongestWrite);
        return ToVersion(written);
    }

    // What processes that died while they wrote left behind. Others may be writing at this moment.
    private void DeleteLeftovers(string folder, DateTime before)
    {
        try
        {
            foreach (string left in Directory.EnumerateFiles(folder, $".*{TemporaryEnding}"))
            {
                bool isOurs = Guid.TryParseExact(Path.GetFileName(left).AsSpan()[1..^TemporaryEnding.Length], "N", out _);
                if (isOurs && File.GetLastWriteTimeUtc(left) < before)
                    File.Delete(left);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The write itself is done; the next one tries again.
            _logger.SecretLeftoverKept(Name, folder, e.GetType().Name);
        }
    }

    private static DateTime WriteThrough(string path, ReadOnlySpan<byte> bytes, DateTime previous)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixModes.PrivateFile;
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

    private void CreateFolders(string secretName, string folder)
    {
        // Looked at before anything is created: a link must not make us create folders elsewhere either.
        string existing = folder;
        while (!RealPath.Exists(existing))
            existing = Path.GetDirectoryName(existing)!;
        if (existing.Length >= _directory.Length)
            RefuseOutside("write", secretName, RealPath.Resolve(existing) + Path.DirectorySeparatorChar);

        // One by one: .NET gives the mode to the last folder only. Those above ours are none of our business.
        PrivateFolder.Create(_directory);
        string created = _directory;
        foreach (string part in Path.GetRelativePath(_directory, folder).Split(Path.DirectorySeparatorChar))
            PrivateFolder.CreateOne(created = Path.Combine(created, part));
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
            throw new SecretProviderException(Name, operation, secretName, e.Message, e) { IsTransient = true };
        }
    }

    private SecretProviderException Trouble(string operation, string secretName, string reason, Exception? inner = null) =>
        new(Name, operation, secretName, reason, inner);

    private static string ToVersion(DateTime changed) => changed.ToString("O", CultureInfo.InvariantCulture);
}
