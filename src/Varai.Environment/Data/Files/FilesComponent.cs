using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Varai.State;

namespace Varai.Data.Files;

/// <summary>A folder of files in each environment.</summary>
internal sealed class FilesComponent(
    string name, DataFilesOptions options, string contentRoot, IStateStore state, TimeProvider time, ILogger<FilesComponent> logger) : IDataComponent
{
    private readonly GuardedLogger _logger = new(logger);

    public string Name => name;

    public Task<IDataCapture> CaptureAsync(DataCaptureRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run<IDataCapture>(() => Capture(request.Environment, cancellationToken), cancellationToken);
    }

    public Task<IDataRestore> RestoreAsync(DataRestoreRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        DataNames.ThrowIfInvalidId(request.Id);
        return Task.Run<IDataRestore>(() => Restore(request), cancellationToken);
    }

    public async Task<IReadOnlyList<DataFingerprint>> FingerprintAsync(string environment, CancellationToken cancellationToken)
    {
        FilesCapture capture = await Task.Run(() => Capture(environment, cancellationToken), cancellationToken).ConfigureAwait(false);
        var sum = new RowFingerprint();
        await foreach (DataItem item in capture.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            string content = item.LinkTarget ?? "";
            if (item.Kind == DataItemKind.File)
            {
                Stream stream = await capture.OpenAsync(item, cancellationToken).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                    content = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
            }

            sum.Add(Encoding.UTF8.GetBytes($"{item.Kind}\0{item.Name}\0{content}"));
        }

        return [new DataFingerprint(".", sum.Rows, sum.ToString())];
    }

    private FilesRestore Restore(DataRestoreRequest request)
    {
        string root = RootOf(request.Environment);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root)!);
            FileLock held = FileLock.TryAcquire(DataNames.Lock(root))
                ?? throw new DataComponentException(name, $"Somebody else is restoring '{root}'. Try again later.") { IsTransient = true };
            try
            {
                var record = new FileRecord(state, name, request.Environment.ToLowerInvariant());
                return FilesRestore.Open(name, root, request, options, record, held, _logger);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataComponentException(name, $"The folder '{root}' can't be prepared: {e.Message}", e);
        }
    }

    private FilesCapture Capture(string environment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string root = RootOf(environment);
        if (!Directory.Exists(root))
            throw new DataComponentException(name, $"The folder '{root}' of {environment} does not exist.");
        try
        {
            return FilesCapture.Open(name, root, options, time, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataComponentException(name, $"The folder '{root}' can't be listed: {e.Message}", e);
        }
    }

    // A link in the place of the folder is followed: what is swapped is what it leads to.
    private string RootOf(string environment)
    {
        if (!options.Directories.TryGetValue(environment, out string? path))
            throw new DataComponentException(name, $"The component '{name}' has no folder in the environment '{environment}': name one with {nameof(DataFilesOptions.Directory)}.");
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, contentRoot));
        return new DirectoryInfo(full) is { Exists: true, LinkTarget: not null } link
            ? Path.TrimEndingDirectorySeparator(link.ResolveLinkTarget(returnFinalTarget: true)!.FullName)
            : full;
    }
}
