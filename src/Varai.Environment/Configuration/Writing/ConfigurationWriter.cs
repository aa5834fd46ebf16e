using Varai.Configuration.Documents;
using Varai.Configuration.History;
using Varai.Configuration.Layers;
using Varai.Configuration.Validation;

namespace Varai.Configuration.Writing;

/// <summary>Changes files on behalf of the API: plan, validate, note the intent, write, use, record.</summary>
internal sealed class ConfigurationWriter(
    ConfigurationEngine engine,
    ConfigurationApplier applier,
    CandidateValidator validator,
    ConfigurationHistory history,
    HistoryRecorder recorder,
    TimeProvider time)
{
    private EnvironmentFolder Folder => engine.Loader.Folder;

    public async Task<HashedEntry> UpdateAsync(ConfigurationUpdate update, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        if (update.Changes.Count == 0)
            throw new ArgumentException("The update changes nothing: call Set or Remove first.", nameof(update));
        string name = engine.RequireName(update.EnvironmentName);
        (HashedEntry Entry, ApplyResult? Applied) done;
        using (await applier.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            RequireFolder();
            var errors = new List<ConfigurationError>();
            string path = Folder.Find(update.Layer, name, errors) ?? Folder.DefaultPath(update.Layer, name);
            if (errors.Count > 0)
                throw new ConfigurationException($"The configuration of '{name}' can't be changed:", errors);
            byte[]? before = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
            byte[] after = FileEdits.Apply(Folder.Display(path), before, update, engine.Loader.Limits);
            LoadedConfiguration present = engine.LoadCandidate(name);
            if (update.ExpectedContentHash is { } expected && CanonicalJson.Hash(present.Root) != expected)
            {
                throw new ConfigurationException(
                    $"The configuration of '{name}' has changed since the update was prepared: expected the content hash {expected}, "
                    + $"found {CanonicalJson.Hash(present.Root)}. Read it again and decide anew.",
                    []);
            }

            var intent = new Intent(name, update.Author, update.Reason, ConfigurationChangeSource.Update);
            done = await WriteAsync(
                intent, present, [new PlannedFile(path, before, after)], sharedChanged: update.Layer == ConfigurationLayer.Base, cancellationToken)
                .ConfigureAwait(false);
        }

        if (done.Applied is not null)
            applier.Notify(done.Applied);
        return done.Entry;
    }

    public async Task<HashedEntry> RestoreAsync(ConfigurationRestore restore, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(restore);
        string name = engine.RequireName(restore.EnvironmentName);
        (HashedEntry Entry, ApplyResult? Applied) done;
        using (await applier.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            RequireFolder();
            VersionEntry version = (await history.ReadAsync(name, restore.Number, cancellationToken).ConfigureAwait(false)).Entry;
            var files = new List<PlannedFile>();
            foreach (VersionFile file in version.Files.Where(f => f.Layer != ConfigurationLayer.Base || restore.IncludeSharedFiles))
            {
                string path = PathOf(name, file, restore.Number);
                byte[]? before = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
                byte[] after = await history.ReadBlobAsync(file.Blob, cancellationToken).ConfigureAwait(false);
                if (before is null || !FileEdits.WithoutMark(before).AsSpan().SequenceEqual(after))
                    files.Add(new PlannedFile(path, before, after));
            }

            LoadedConfiguration result = engine.LoadCandidate(name, Replacements(files));
            if (result.Errors.Count == 0 && CanonicalJson.Hash(result.Root) != version.ContentHash)
            {
                ConfigurationNode wanted = await history.ReadDocumentAsync(version, cancellationToken).ConfigureAwait(false);
                throw NotRestorable(restore, DocumentDiff.Compare(wanted, result.Root), result);
            }

            var intent = new Intent(name, restore.Author, restore.Reason, ConfigurationChangeSource.Restore);
            done = await WriteAsync(intent, engine.LoadCandidate(name), files, restore.IncludeSharedFiles, cancellationToken).ConfigureAwait(false);
        }

        if (done.Applied is not null)
            applier.Notify(done.Applied);
        return done.Entry;
    }

    /// <summary>Finishes a change that a crash interrupted: files that still are as before it become as it wanted them. Where
    /// somebody has edited one since, the change is dropped and the files stay as they are.</summary>
    public async Task FinishInterruptedAsync(string environmentName, CancellationToken cancellationToken)
    {
        using IDisposable entered = await applier.EnterAsync(cancellationToken).ConfigureAwait(false);
        if (await history.ReadPendingAsync(environmentName, cancellationToken).ConfigureAwait(false) is not { } pending)
            return;
        var open = new List<(string Path, byte[] After)>();
        foreach (PendingFile file in pending.Files)
        {
            string path = Path.Combine(Folder.FullPath, file.Path);
            byte[]? now = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
            byte[] after = await history.ReadBlobAsync(file.After, cancellationToken).ConfigureAwait(false);
            byte[]? before = file.Before is null ? null : await history.ReadBlobAsync(file.Before, cancellationToken).ConfigureAwait(false);
            if (Same(now, after))
                continue;
            if (!Same(now, before))
            {
                await history.ClearPendingAsync(environmentName, cancellationToken).ConfigureAwait(false);
                return;
            }

            open.Add((path, after));
        }

        foreach ((string path, byte[] after) in open)
            AtomicFile.Write(path, after);
    }

    private static bool Same(byte[]? left, byte[]? right) =>
        left is null ? right is null : right is not null && left.AsSpan().SequenceEqual(right);

    private async Task<(HashedEntry Entry, ApplyResult? Applied)> WriteAsync(
        Intent intent, LoadedConfiguration present, List<PlannedFile> files, bool sharedChanged, CancellationToken cancellationToken)
    {
        Dictionary<string, byte[]> replacements = Replacements(files);
        LoadedConfiguration candidate = engine.LoadCandidate(intent.EnvironmentName, replacements);
        bool own = intent.EnvironmentName == engine.EnvironmentName;
        await validator.ValidateAsync(candidate, checkSecrets: own && engine.Options.RequireSecrets, cancellationToken).ConfigureAwait(false);
        if (sharedChanged)
            await ValidateOthersAsync(intent.EnvironmentName, candidate, replacements, cancellationToken).ConfigureAwait(false);
        if (candidate.Errors.Count > 0)
            throw new ConfigurationException($"The configuration of '{intent.EnvironmentName}' would not be valid:", candidate.Errors);

        // A person's edit that nobody has recorded yet must not get this change's author.
        if (own)
            await recorder.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (present.Errors.Count == 0 && present.Layers.Count > 0)
        {
            HashedEntry recorded = await history.RecordAsync(present, cancellationToken).ConfigureAwait(false);
            if (recorded.Entry.ContentHash == CanonicalJson.Hash(candidate.Root) && files.TrueForAll(f => Same(f.Before, f.After)))
                return (recorded, null);
        }

        await history.WritePendingAsync(
            intent.EnvironmentName, await DescribeAsync(intent, candidate, files, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);

        // From here on the change is finished, here or at the next start.
        await WriteAllAsync(files, intent.EnvironmentName).ConfigureAwait(false);
        ApplyResult? applied = own ? applier.Apply(candidate) : null;
        if (own)
            await recorder.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        HashedEntry entry = await history.RecordAsync(candidate, CancellationToken.None).ConfigureAwait(false);
        return (entry, applied);
    }

    private async Task ValidateOthersAsync(
        string changed, LoadedConfiguration candidate, Dictionary<string, byte[]> replacements, CancellationToken cancellationToken)
    {
        foreach (string other in Folder.ListEnvironments().Where(e => e != changed))
        {
            LoadedConfiguration loaded = engine.LoadCandidate(other, replacements);
            await validator.ValidateAsync(loaded, checkSecrets: false, cancellationToken).ConfigureAwait(false);

            // What was wrong there before is not this change's doing.
            LoadedConfiguration before = engine.LoadCandidate(other);
            await validator.ValidateAsync(before, checkSecrets: false, cancellationToken).ConfigureAwait(false);
            HashSet<(string, string)> known = [.. before.Errors.Select(e => (e.Key, e.Message))];
            candidate.Errors.AddRange(loaded.Errors
                .Where(e => !known.Contains((e.Key, e.Message)))
                .Select(e => e with { Message = $"In the environment '{other}': {e.Message}" }));
        }
    }

    private async Task<PendingChange> DescribeAsync(
        Intent intent, LoadedConfiguration candidate, List<PlannedFile> files, CancellationToken cancellationToken)
    {
        var pending = new List<PendingFile>(files.Count);
        foreach (PlannedFile file in files)
        {
            pending.Add(new PendingFile(
                Path.GetFileName(file.Path),
                file.Before is null ? null : await history.WriteBlobAsync(file.Before, cancellationToken).ConfigureAwait(false),
                await history.WriteBlobAsync(file.After, cancellationToken).ConfigureAwait(false)));
        }

        return new PendingChange(
            CanonicalJson.Hash(candidate.Root), intent.Author, intent.Reason, time.GetUtcNow(), intent.Source, pending);
    }

    private async Task WriteAllAsync(List<PlannedFile> files, string environmentName)
    {
        var written = new List<PlannedFile>();
        try
        {
            foreach (PlannedFile file in files)
            {
                Write(file, environmentName);
                written.Add(file);
            }
        }
        catch
        {
            foreach (PlannedFile file in written)
                Undo(file);
            await history.ClearPendingAsync(environmentName, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static void Undo(PlannedFile file)
    {
        if (file.Before is null)
            File.Delete(file.Path);
        else
            AtomicFile.Write(file.Path, file.Before);
    }

    private void Write(PlannedFile file, string environmentName)
    {
        try
        {
            byte[]? now = File.Exists(file.Path) ? File.ReadAllBytes(file.Path) : null;
            if (!Same(now, file.Before))
            {
                throw new ConfigurationException(
                    $"The configuration of '{environmentName}' was not changed: {Folder.Display(file.Path)} was saved by somebody else in this moment.", []);
            }

            AtomicFile.Write(file.Path, file.After);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"{Folder.Display(file.Path)} can't be written: {e.Message} The configuration is as it was.", [], e);
        }
    }

    private string PathOf(string environmentName, VersionFile file, long number)
    {
        var errors = new List<ConfigurationError>();
        string? present = Folder.Find(file.Layer, environmentName, errors);
        string path = Path.Combine(Folder.FullPath, file.Name);
        if (present is not null && present != path)
        {
            throw new ConfigurationException(
                $"Version {number} of '{environmentName}' can't be restored: its {file.Layer} layer was {file.Name}, and now is "
                + $"{Path.GetFileName(present)}. Remove that file first.",
                errors);
        }

        return path;
    }

    private static ConfigurationException NotRestorable(
        ConfigurationRestore restore, IReadOnlyList<ConfigurationDifference> differences, LoadedConfiguration result)
    {
        string why = restore.IncludeSharedFiles
            ? "a layer was added since"
            : "a file that other environments share, or a layer, has changed since; IncludeSharedFiles restores shared files too";
        return new ConfigurationException(
            $"Restoring the files of version {restore.Number} of '{result.EnvironmentName}' would not bring its values back: {why}.",
            [.. differences.Select(d => new ConfigurationError(
                $"The version has {d.Before ?? "nothing"}, the result would have {d.After ?? "nothing"}.", d.Origin, d.Key) { Check = "restore" })]);
    }

    private static async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false) : null;

    private static Dictionary<string, byte[]> Replacements(List<PlannedFile> files) =>
        files.ToDictionary(f => f.Path, f => FileEdits.WithoutMark(f.After), StringComparer.Ordinal);

    private void RequireFolder()
    {
        if (!Folder.Exists)
            throw new ConfigurationException($"There is no folder {Folder.DisplayPath}, so there is no configuration to change.", []);
    }

    private sealed record Intent(string EnvironmentName, string Author, string Reason, ConfigurationChangeSource Source);

    private sealed record PlannedFile(string Path, byte[]? Before, byte[] After);
}
