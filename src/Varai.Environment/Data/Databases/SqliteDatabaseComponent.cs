namespace Varai.Data.Databases;

/// <summary>A SQLite database in each environment.</summary>
internal sealed class SqliteDatabaseComponent(string name, DataSqliteOptions options, string contentRoot, TimeProvider time) : IDataComponent
{
    public string Name => name;

    public Task<IDataCapture> CaptureAsync(DataCaptureRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        DataNames.ThrowIfInvalidId(request.Id);
        return Task.Run(() => Capture(request, cancellationToken), cancellationToken);
    }

    public Task<IDataRestore> RestoreAsync(DataRestoreRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        DataNames.ThrowIfInvalidId(request.Id);
        return Task.Run<IDataRestore>(() => SqliteRestore.Open(name, PathOf(request.Environment), request.Id, options.BusyTimeout), cancellationToken);
    }

    public Task<IReadOnlyList<DataFingerprint>> FingerprintAsync(string environment, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<DataFingerprint>>(
            () =>
            {
                using SqliteFile file = SqliteSource.Open(name, PathOf(environment), options.BusyTimeout);
                return SqliteSource.Fingerprint(name, file, cancellationToken);
            },
            cancellationToken);

    private IDataCapture Capture(DataCaptureRequest request, CancellationToken cancellationToken)
    {
        string path = PathOf(request.Environment);
        SqliteFile file = SqliteSource.Open(name, path, options.BusyTimeout);
        bool isKept = false;
        try
        {
            if (request.Masker is { } masker)
            {
                SqliteTablesCapture tables = SqliteTablesCapture.Open(name, file, masker, time);
                isKept = true;
                return tables;
            }

            return SqliteWholeCapture.Open(name, file, path, request.Id, options.BusyTimeout, time, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataComponentException(name, $"The database '{path}' can't be copied: {e.Message}", e);
        }
        finally
        {
            if (!isKept)
                file.Dispose();
        }
    }

    // A link in the place of the file is followed: what is replaced is what it leads to.
    private string PathOf(string environment)
    {
        if (!options.Files.TryGetValue(environment, out string? path))
            throw new DataComponentException(name, $"The component '{name}' has no database in the environment '{environment}': name one with {nameof(DataSqliteOptions.File)}.");
        string full = Path.GetFullPath(path, contentRoot);
        return new FileInfo(full) is { Exists: true, LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : full;
    }
}
