using Varai.Configuration.Documents;
using Varai.Configuration.History;
using Varai.Configuration.Layers;

namespace Varai.Configuration.Writing;

/// <summary>Changes environments on behalf of the API: plans, and has the plan carried out where the environments are.</summary>
internal sealed class ConfigurationWriter(
    ConfigurationEngine engine, ChangeValidator validator, ConfigurationHistory history, FileChanges onDisk, DocumentChanges inState)
{
    private EnvironmentFolder Folder => engine.Loader.Folder;

    public async Task<HashedEntry> UpdateAsync(ConfigurationUpdate update, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        if (update.Changes.Count == 0)
            throw new ArgumentException("The update changes nothing: call Set or Remove first.", nameof(update));
        await Folder.Source.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return await ChangeAsync(engine.RequireName(update.EnvironmentName), PlanUpdateAsync, cancellationToken).ConfigureAwait(false);

        async Task<ChangePlan> PlanUpdateAsync(string name)
        {
            string path = FindFile(update, name);
            long known = await history.NewestAsync(name, cancellationToken).ConfigureAwait(false);
            byte[]? before = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
            LoadedConfiguration present = engine.LoadCandidate(name);
            if (update.ExpectedContentHash is { } expected && present.ContentHash is var found && found != expected)
                throw new ConfigurationConflictException(name, expected, found);

            byte[] after = FileEdits.Apply(Folder.Display(path), before, update, engine.Loader.Documents);
            var intent = new ChangeIntent(name, update.Author, update.Reason, update.Source) { Operation = update.Operation, Lease = update.RequiredLease };
            return new ChangePlan(intent, present, known, [new PlannedFile(path, before, after)], update.Layer == ConfigurationLayer.Base);
        }
    }

    /// <summary>The environment as an update would make it, checked.</summary>
    public async Task<LoadedConfiguration> PreviewAsync(ConfigurationUpdate update, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        cancellationToken.ThrowIfCancellationRequested();
        await Folder.Source.RefreshAsync(cancellationToken).ConfigureAwait(false);
        string name = engine.RequireName(update.EnvironmentName);
        string path = FindFile(update, name);
        byte[]? before = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        var replacements = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (update.Changes.Count > 0)
            replacements[path] = FileEdits.WithoutMark(FileEdits.Apply(Folder.Display(path), before, update, engine.Loader.Documents));
        (LoadedConfiguration candidate, _) = await validator.CheckAsync(
            name, replacements, isShared: update.Layer == ConfigurationLayer.Base, cancellationToken).ConfigureAwait(false);
        return candidate;
    }

    public async Task<HashedEntry> RestoreAsync(ConfigurationRestore restore, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(restore);
        await Folder.Source.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return await ChangeAsync(engine.RequireName(restore.EnvironmentName), PlanRestoreAsync, cancellationToken).ConfigureAwait(false);

        async Task<ChangePlan> PlanRestoreAsync(string name)
        {
            VersionEntry version = (await history.ReadAsync(name, restore.Number, cancellationToken).ConfigureAwait(false)).Entry;
            long known = await history.NewestAsync(name, cancellationToken).ConfigureAwait(false);
            var files = new List<PlannedFile>();
            foreach (VersionFile file in version.Files.Where(f => f.Layer != ConfigurationLayer.Base || restore.IncludeSharedFiles))
            {
                string path = PathOf(name, file, restore.Number);
                byte[]? before = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
                byte[] content = await history.ReadBlobAsync(file.Blob, cancellationToken).ConfigureAwait(false);
                var planned = new PlannedFile(path, before, file.Mark == true ? FileEdits.WithMark(content) : content);
                if (planned.Changes)
                    files.Add(planned);
            }

            LoadedConfiguration result = engine.LoadCandidate(name, PlannedFile.Replacements(files));
            if (result.Errors.Count == 0 && result.ContentHash != version.ContentHash)
            {
                ConfigurationNode wanted = await history.ReadDocumentAsync(version, cancellationToken).ConfigureAwait(false);
                throw NotRestorable(restore, DocumentDiff.Compare(wanted, result.Root), result);
            }

            var intent = new ChangeIntent(name, restore.Author, restore.Reason, ConfigurationChangeSource.Restore);
            return new ChangePlan(intent, engine.LoadCandidate(name), known, files, restore.IncludeSharedFiles);
        }
    }

    /// <summary>Finishes or undoes what a crash interrupted, and removes what it left behind.</summary>
    public async Task FinishInterruptedAsync(CancellationToken cancellationToken)
    {
        // A commit of the state store is made as a whole or not at all.
        if (engine.State is null)
            await onDisk.FinishInterruptedAsync(cancellationToken).ConfigureAwait(false);
    }

    private Task<HashedEntry> ChangeAsync(string name, Func<string, Task<ChangePlan>> plan, CancellationToken cancellationToken) =>
        engine.State is { } state
            ? inState.ChangeAsync(state, name, plan, cancellationToken)
            : onDisk.ChangeAsync(name, plan, cancellationToken);

    /// <exception cref="ConfigurationException">Two files claim to be the layer.</exception>
    private string FindFile(ConfigurationUpdate update, string name)
    {
        if (update.Layer == ConfigurationLayer.Local && !Folder.Source.HasLocalLayer)
        {
            throw new ConfigurationException(
                $"The configuration of '{name}' can't be changed: environments in the state store are shared, so no machine has a layer of its own. "
                + "Override a value by an environment variable.",
                []);
        }

        var errors = new List<ConfigurationError>();
        string path = Folder.Find(update.Layer, name, errors) ?? Folder.DefaultPath(update.Layer, name);
        return errors.Count == 0 ? path : throw new ConfigurationException($"The configuration of '{name}' can't be changed:", errors);
    }

    private async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return engine.State is { } state
                ? state.ReadBytes(path)
                : await PlannedFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{Folder.Display(path)} can't be read: {e.Message} The configuration is as it was.", [], e);
        }
    }

    private string PathOf(string environmentName, VersionFile file, long number)
    {
        var errors = new List<ConfigurationError>();
        string? present = Folder.Find(file.Layer, environmentName, errors);
        string path = InterruptedChanges.PathOf(Folder, file.Name);
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
}
