using Varai.Configuration.Documents;
using Varai.Configuration.History;
using Varai.Configuration.Layers;
using Varai.Configuration.Validation;
using Varai.Configuration.Writing;
using Varai.State;

namespace Varai.Configuration.Sources;

/// <summary>Takes environments from files into the state store and back, byte for byte.</summary>
internal sealed class EnvironmentTransfer(
    ConfigurationEngine engine,
    ConfigurationHistory history,
    CandidateValidator validator,
    ConfigurationApplier applier,
    TimeProvider time) : IEnvironmentTransfer
{
    private const int MaximumRounds = 100;
    private const string WholeSchema = "schema.json";

    private StateEnvironmentSource Source => engine.State ?? throw new InvalidOperationException(
        $"The environments are files already, in {engine.Loader.Folder.DisplayPath}; call {nameof(VaraiOptions)}.{nameof(VaraiOptions.UseStateEnvironments)} to keep them in the state store.");

    public async Task<EnvironmentTransferResult> ImportAsync(EnvironmentImport import, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(import);
        cancellationToken.ThrowIfCancellationRequested();
        StateEnvironmentSource source = Source;
        Dictionary<string, byte[]> files = ReadFolder(import.Directory);
        ApplyResult? applied = null;
        try
        {
            using IDisposable entered = await applier.EnterAsync(cancellationToken).ConfigureAwait(false);
            for (int round = 1; ; round++)
            {
                await source.RefreshAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    (EnvironmentTransferResult result, LoadedConfiguration? own) = await TryImportAsync(source, files, import, cancellationToken).ConfigureAwait(false);
                    applied = own is null ? null : applier.Apply(own);
                    return result;
                }
                catch (StateConflictException) when (round < MaximumRounds)
                {
                    // Somebody changed the environments meanwhile: look again at what is there.
                }
            }
        }
        finally
        {
            if (applied is not null)
                applier.Notify(applied);
        }
    }

    /// <summary>Imports into an empty store; where another node was faster, nothing is left to do.</summary>
    public async Task<EnvironmentTransferResult> SeedAsync(EnvironmentImport import, CancellationToken cancellationToken)
    {
        StateEnvironmentSource source = Source;
        Dictionary<string, byte[]> files = ReadFolder(import.Directory);
        if (files.Count == 0)
            return new EnvironmentTransferResult([], []);
        try
        {
            return (await TryImportAsync(source, files, import, cancellationToken).ConfigureAwait(false)).Result;
        }
        catch (StateConflictException)
        {
            await source.RefreshAsync(cancellationToken).ConfigureAwait(false);
            return new EnvironmentTransferResult([], []);
        }
    }

    public async Task<EnvironmentTransferResult> ExportAsync(string directory, bool overwrite = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        cancellationToken.ThrowIfCancellationRequested();
        StateEnvironmentSource source = Source;
        await source.RefreshAsync(cancellationToken).ConfigureAwait(false);
        StateDocuments documents = source.Current;
        if (documents.Names.FirstOrDefault(n => !IsDocument(n)) is { } foreign)
            throw new StateException($"The state store names '{foreign}' as a document of the environments, which it can't be; it was changed by hand.");

        var written = new List<string>();
        string full = Path.GetFullPath(directory);
        try
        {
            string[] changed = [.. documents.Names.Where(n => !PlannedFile.IsSame(ReadFile(full, n), documents.Contents[n]))];
            string[] taken = [.. changed.Where(n => File.Exists(Path.Combine(full, n)))];
            if (taken.Length > 0 && !overwrite)
            {
                throw new ConfigurationException(
                    $"The environments were not exported to {directory}: {string.Join(", ", taken)} would be overwritten. Ask for that, or choose another folder.", []);
            }

            Directory.CreateDirectory(full);
            foreach (string name in changed)
            {
                string path = Path.Combine(full, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                AtomicFile.Write(path, documents.Contents[name]);
                written.Add(name);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The environments could not be exported to {directory}: {e.Message} Written: {written.Count} documents.", [], e);
        }

        return new EnvironmentTransferResult(EnvironmentsOf(documents.Names), written);
    }

    private static byte[]? ReadFile(string folder, string name) =>
        File.Exists(Path.Combine(folder, name)) ? File.ReadAllBytes(Path.Combine(folder, name)) : null;

    /// <summary>The files that the state store takes: shared and environments' layers, and schemas.</summary>
    private static Dictionary<string, byte[]> ReadFolder(string directory)
    {
        try
        {
            string full = Path.GetFullPath(directory);
            if (!Directory.Exists(full))
                throw new ConfigurationException($"There is no folder {directory} to import environments from.", []);
            var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            string schemas = Path.Combine(full, SchemaGate.ComponentFolder);
            IEnumerable<string> paths = Directory.EnumerateFiles(full);
            if (Directory.Exists(schemas))
                paths = paths.Concat(Directory.EnumerateFiles(schemas));
            foreach (string path in paths)
            {
                string name = Path.GetRelativePath(full, path).Replace('\\', '/');
                if (IsDocument(name))
                    files[name] = File.ReadAllBytes(path);
                else if (IsDocument(name.ToLowerInvariant()))
                    throw new ConfigurationException($"{directory}/{name} is not imported, because the names of environments' files are in lower case. Rename it.", []);
            }

            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The folder {directory} can't be read: {e.Message}", [], e);
        }
    }

    // Without the files of one machine: the store is shared.
    private static bool IsDocument(string name) =>
        name == WholeSchema
        || (name.StartsWith(SchemaGate.ComponentFolder + "/", StringComparison.Ordinal)
            && !name.AsSpan(SchemaGate.ComponentFolder.Length + 1).ContainsAny('/', '\\')
            && name.EndsWith(".json", StringComparison.Ordinal))
        || (LayerOf(name) is { } layer && (layer == EnvironmentFolder.BaseName || EnvironmentFolder.IsValidName(layer)));

    /// <summary>The name of a layer without its ending; <see langword="null"/> for what is no layer.</summary>
    private static string? LayerOf(string name) =>
        name.Contains('/', StringComparison.Ordinal) || !DocumentReader.Extensions.Contains(Path.GetExtension(name), StringComparer.Ordinal)
            ? null
            : Path.GetFileNameWithoutExtension(name);

    private static IReadOnlyList<string> EnvironmentsOf(IEnumerable<string> names) =>
        [.. names.Select(LayerOf).OfType<string>().Where(EnvironmentFolder.IsValidName).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private async Task<(EnvironmentTransferResult Result, LoadedConfiguration? Own)> TryImportAsync(
        StateEnvironmentSource source, Dictionary<string, byte[]> files, EnvironmentImport import, CancellationToken cancellationToken)
    {
        StateDocuments before = source.Current;
        Dictionary<string, byte[]?> changes = Plan(before, files, import);
        StateDocuments after = before.With(changes, before.Version);
        var transaction = new StateTransaction();
        LoadedConfiguration? own;
        using (source.Pin(after))
            own = await AppendAsync(import, after, transaction, cancellationToken).ConfigureAwait(false);

        var result = new EnvironmentTransferResult(EnvironmentsOf(files.Keys), [.. changes.Keys.Order(StringComparer.Ordinal)]);
        if (import.DryRun || changes.Count == 0)
            return (result, null);
        await source.CommitAsync(before, changes, transaction, cancellationToken).ConfigureAwait(false);
        return (result, own);
    }

    /// <summary>What changes in the store: a layer's file takes the place of the layer's, whatever that one's format.</summary>
    private static Dictionary<string, byte[]?> Plan(StateDocuments before, Dictionary<string, byte[]> files, EnvironmentImport import)
    {
        var changes = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        foreach ((string name, byte[] content) in files)
        {
            if (!PlannedFile.IsSame(before.Contents.GetValueOrDefault(name), content))
                changes[name] = content;
            if (LayerOf(name) is not { } layer)
                continue;
            foreach (string other in before.Names.Where(n => LayerOf(n) == layer && !files.ContainsKey(n)))
                changes[other] = null;
        }

        string[] taken = [.. changes.Keys.Where(before.Contents.ContainsKey).Order(StringComparer.Ordinal)];
        return taken.Length == 0 || import.Overwrite
            ? changes
            : throw new ConfigurationException(
                $"Nothing was imported: the state store has {string.Join(", ", taken)} already, with other content. Set {nameof(EnvironmentImport.Overwrite)} to replace them.", []);
    }

    /// <summary>Checks every environment as it will be, and adds the versions of those that change.</summary>
    /// <returns>This service's environment; <see langword="null"/> when there is none.</returns>
    private async Task<LoadedConfiguration?> AppendAsync(
        EnvironmentImport import, StateDocuments after, StateTransaction transaction, CancellationToken cancellationToken)
    {
        var errors = new List<ConfigurationError>();
        var environments = new List<LoadedConfiguration>();
        IReadOnlyList<string> names = EnvironmentsOf(after.Names);
        foreach (string name in names.Count == 0 ? [engine.EnvironmentName] : names)
        {
            LoadedConfiguration loaded = engine.LoadCandidate(name);
            bool isOwn = name == engine.EnvironmentName;
            await validator.ValidateAsync(loaded, checkSecrets: isOwn && engine.Options.RequireSecrets, cancellationToken).ConfigureAwait(false);
            errors.AddRange(loaded.Errors);
            environments.Add(loaded);
        }

        if (errors.Count > 0)
        {
            // One file may be wrong in several environments.
            throw new ConfigurationException(
                "Nothing was imported, since the environments would not be valid:", [.. errors.DistinctBy(e => (e.Origin, e.Key, e.Message))]);
        }

        LoadedConfiguration? own = null;
        DateTimeOffset now = time.GetUtcNow();
        foreach (LoadedConfiguration loaded in environments)
        {
            if (loaded.EnvironmentName == engine.EnvironmentName)
                own = loaded;
            if (loaded.Layers.Count == 0)
                continue;
            var pending = new PendingChange(
                loaded.ContentHash, import.Author, import.Reason, now, ConfigurationChangeSource.Import, []);
            await history.AppendAsync(transaction, loaded.EnvironmentName, [(Reading.Of(loaded), pending)], cancellationToken).ConfigureAwait(false);
        }

        return own;
    }
}
