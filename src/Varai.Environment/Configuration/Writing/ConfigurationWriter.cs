using System.Globalization;
using Varai.Configuration.Documents;
using Varai.Configuration.History;
using Varai.Configuration.Layers;
using Varai.Configuration.Sources;
using Varai.Configuration.Validation;
using Varai.State;

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
    // Writers of other nodes make a compare-and-swap fail; each round one of them gets ahead.
    private const int MaximumRounds = 100;

    private readonly InterruptedChanges _interrupted = new(engine, history);

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
            long known = await NewestAsync(name, cancellationToken).ConfigureAwait(false);
            byte[]? before = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
            LoadedConfiguration present = engine.LoadCandidate(name);
            if (update.ExpectedContentHash is { } expected && CanonicalJson.Hash(present.Root) is var found && found != expected)
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
        LoadedConfiguration candidate = engine.LoadCandidate(name, replacements);
        bool own = name == engine.EnvironmentName;
        await validator.ValidateAsync(candidate, checkSecrets: own && engine.Options.RequireSecrets, cancellationToken).ConfigureAwait(false);
        if (update.Layer == ConfigurationLayer.Base)
            await ValidateOthersAsync(candidate, replacements, cancellationToken).ConfigureAwait(false);
        CheckRoom(candidate, replacements);
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
            long known = await NewestAsync(name, cancellationToken).ConfigureAwait(false);
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
            if (result.Errors.Count == 0 && CanonicalJson.Hash(result.Root) != version.ContentHash)
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
        if (engine.State is not null)
            return;
        IReadOnlyList<string> pending = await history.ListPendingAsync(cancellationToken).ConfigureAwait(false);
        if (pending.Count == 0 && AtomicFile.FindLeftovers(Folder.FullPath).Count == 0)
            return;
        using IDisposable entered = await applier.EnterAsync(cancellationToken).ConfigureAwait(false);
        using FileLock locked = await LockAsync(cancellationToken).ConfigureAwait(false);
        await _interrupted.FinishAsync(cancellationToken).ConfigureAwait(false);
        foreach (string leftover in AtomicFile.FindLeftovers(Folder.FullPath))
            File.Delete(leftover);

        // What was read while the host was set up may have been the change half made.
        if (!engine.LoadCandidate(engine.EnvironmentName).HasSameBytes(engine.View.Loaded))
            await recorder.ForgetAsync(cancellationToken).ConfigureAwait(false);
    }

    private Task<HashedEntry> ChangeAsync(string name, Func<string, Task<ChangePlan>> plan, CancellationToken cancellationToken) =>
        engine.State is { } state
            ? ChangeDocumentsAsync(state, name, plan, cancellationToken)
            : ChangeFilesAsync(name, plan, cancellationToken);

    /// <summary>Changes documents of the state store: they and their versions are one commit, refused when somebody was faster.</summary>
    private async Task<HashedEntry> ChangeDocumentsAsync(
        StateEnvironmentSource state, string name, Func<string, Task<ChangePlan>> plan, CancellationToken cancellationToken)
    {
        ApplyResult? applied = null;
        try
        {
            using IDisposable entered = await applier.EnterAsync(cancellationToken).ConfigureAwait(false);
            for (int round = 1; ; round++)
            {
                await state.RefreshAsync(cancellationToken).ConfigureAwait(false);
                StateDocuments documents = state.Current;
                using IDisposable pinned = state.Pin(documents);
                ChangePlan change = await plan(name).ConfigureAwait(false);
                List<LoadedConfiguration> candidates = await ValidatePlanAsync(change, cancellationToken).ConfigureAwait(false);
                var transaction = new StateTransaction();
                HashedEntry? own = await AppendVersionsAsync(change, candidates, transaction, cancellationToken).ConfigureAwait(false);
                if (transaction.Operations.Count == 0 && !change.Files.Exists(f => f.Changes))
                    return own!;
                if (change.Intent.Lease is { } lease)
                    transaction.Require(lease);
                try
                {
                    await state.CommitAsync(
                        documents,
                        change.Files.Where(f => f.Changes).ToDictionary(f => state.NameOf(f.Path), f => (byte[]?)f.After, StringComparer.Ordinal),
                        transaction,
                        cancellationToken).ConfigureAwait(false);
                }
                catch (StateConflictException e)
                {
                    if (round < MaximumRounds)
                        continue;
                    throw new StateException($"The environments in the state store changed {MaximumRounds} times while '{name}' was changed; nothing was changed.", e)
                    {
                        IsTransient = true,
                    };
                }

                if (name == engine.EnvironmentName)
                    applied = applier.Apply(candidates[0]);
                return own!;
            }
        }
        finally
        {
            if (applied is not null)
                applier.Notify(applied);
        }
    }

    /// <summary>The environments as a plan would make them: the one it is for, then the others that share what it changes.</summary>
    private async Task<List<LoadedConfiguration>> ValidatePlanAsync(ChangePlan change, CancellationToken cancellationToken)
    {
        string name = change.Intent.EnvironmentName;
        Dictionary<string, byte[]> replacements = PlannedFile.Replacements(change.Files);
        LoadedConfiguration candidate = engine.LoadCandidate(name, replacements);
        bool own = name == engine.EnvironmentName;
        await validator.ValidateAsync(candidate, checkSecrets: own && engine.Options.RequireSecrets, cancellationToken).ConfigureAwait(false);
        List<(LoadedConfiguration Before, LoadedConfiguration After)> others = change.IsShared
            ? await ValidateOthersAsync(candidate, replacements, cancellationToken).ConfigureAwait(false)
            : [];
        return candidate.Errors.Count == 0
            ? [candidate, .. others.Where(o => o.Before.Errors.Count == 0 && o.After.Errors.Count == 0).Select(o => o.After)]
            : throw new ConfigurationException($"The configuration of '{name}' would not be valid:", candidate.Errors);
    }

    /// <returns>The version that holds the values of the environment that the change is for.</returns>
    private async Task<HashedEntry?> AppendVersionsAsync(
        ChangePlan change, List<LoadedConfiguration> candidates, StateTransaction transaction, CancellationToken cancellationToken)
    {
        ChangeIntent intent = change.Intent;
        Dictionary<string, byte[]> written = change.Files.ToDictionary(f => f.Path, f => f.After, StringComparer.Ordinal);
        HashedEntry? own = null;
        foreach (LoadedConfiguration candidate in candidates)
        {
            // Others only where a history has begun: the first version is made by the service that runs there.
            if (own is not null && await NewestAsync(candidate.EnvironmentName, cancellationToken).ConfigureAwait(false) == 0)
                continue;
            var readings = new List<(Reading, PendingChange?)>(2);
            if (own is null && change.Present.Errors.Count == 0 && change.Present.Layers.Count > 0)
                readings.Add((Reading.Of(change.Present), null));
            var pending = new PendingChange(
                CanonicalJson.Hash(candidate.Root), intent.Author, intent.Reason, time.GetUtcNow(), intent.Source, [], intent.Operation);
            readings.Add((Reading.Of(candidate, written), pending));
            HashedEntry entry = await history.AppendAsync(transaction, candidate.EnvironmentName, readings, cancellationToken).ConfigureAwait(false);
            own ??= entry;
        }

        return own;
    }

    private async Task<HashedEntry> ChangeFilesAsync(string name, Func<string, Task<ChangePlan>> plan, CancellationToken cancellationToken)
    {
        ApplyResult? applied = null;
        try
        {
            using IDisposable entered = await applier.EnterAsync(cancellationToken).ConfigureAwait(false);
            if (!Folder.Exists)
                throw new ConfigurationException($"There is no folder {Folder.DisplayPath}, so there is no configuration to change.", []);
            using FileLock locked = await LockAsync(cancellationToken).ConfigureAwait(false);

            // Another process may have died here; its change comes first.
            await _interrupted.FinishAsync(cancellationToken).ConfigureAwait(false);
            ChangePlan change = await plan(name).ConfigureAwait(false);
            (IReadOnlyList<PlannedVersion> versions, HashedEntry? present) = await PrepareAsync(change, cancellationToken).ConfigureAwait(false);
            if (present is not null && !change.Files.Exists(f => f.Changes))
                return present;
            await NoteAsync(change, versions, cancellationToken).ConfigureAwait(false);

            // From here on the change is finished, here or at the next start.
            await WriteAllAsync(change, versions).ConfigureAwait(false);
            if (name == engine.EnvironmentName)
                applied = applier.Apply(versions[0].Candidate);
            return await RecordAsync(name, versions).ConfigureAwait(false);
        }
        finally
        {
            if (applied is not null)
                applier.Notify(applied);
        }
    }

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

    private Task<FileLock> LockAsync(CancellationToken cancellationToken) =>
        FolderLock.AcquireAsync(Folder.FullPath, Folder.DisplayPath, time, cancellationToken);

    private async Task<long> NewestAsync(string environmentName, CancellationToken cancellationToken) =>
        (await history.ReadHeadAsync(environmentName, cancellationToken).ConfigureAwait(false))?.Number ?? 0;

    private async Task<(IReadOnlyList<PlannedVersion> Versions, HashedEntry? Present)> PrepareAsync(
        ChangePlan change, CancellationToken cancellationToken)
    {
        string name = change.Intent.EnvironmentName;
        Dictionary<string, byte[]> replacements = PlannedFile.Replacements(change.Files);
        LoadedConfiguration candidate = engine.LoadCandidate(name, replacements);
        bool own = name == engine.EnvironmentName;
        await validator.ValidateAsync(candidate, checkSecrets: own && engine.Options.RequireSecrets, cancellationToken).ConfigureAwait(false);
        List<(LoadedConfiguration Before, LoadedConfiguration After)> others = change.IsShared
            ? await ValidateOthersAsync(candidate, replacements, cancellationToken).ConfigureAwait(false)
            : [];
        CheckRoom(candidate, replacements);
        if (candidate.Errors.Count > 0)
            throw new ConfigurationException($"The configuration of '{name}' would not be valid:", candidate.Errors);

        // A person's edit that nobody has recorded yet must not get this change's author.
        if (own)
            await recorder.FlushAsync(cancellationToken).ConfigureAwait(false);
        HashedEntry? present = change.Present.Errors.Count == 0 && change.Present.Layers.Count > 0
            ? await history.RecordAsync(Reading.Of(change.Present), change.Known, cancellationToken).ConfigureAwait(false)
            : null;
        var versions = new List<PlannedVersion> { new(candidate, present?.Entry.Number ?? change.Known) };
        foreach ((LoadedConfiguration before, LoadedConfiguration after) in others)
        {
            // Only where a history has begun: the first version is made by the service that runs there.
            long known = await NewestAsync(after.EnvironmentName, cancellationToken).ConfigureAwait(false);
            if (known == 0 || before.Errors.Count > 0 || after.Errors.Count > 0)
                continue;
            HashedEntry recorded = await history.RecordAsync(Reading.Of(before), known, cancellationToken).ConfigureAwait(false);
            versions.Add(new PlannedVersion(after, recorded.Entry.Number));
        }

        return (versions, present);
    }

    private async Task<List<(LoadedConfiguration Before, LoadedConfiguration After)>> ValidateOthersAsync(
        LoadedConfiguration candidate, Dictionary<string, byte[]> replacements, CancellationToken cancellationToken)
    {
        var others = new List<(LoadedConfiguration, LoadedConfiguration)>();
        foreach (string other in Folder.ListEnvironments().Where(e => e != candidate.EnvironmentName))
        {
            LoadedConfiguration after = engine.LoadCandidate(other, replacements);
            await validator.ValidateAsync(after, checkSecrets: false, cancellationToken).ConfigureAwait(false);

            // What was wrong there before is not this change's doing.
            LoadedConfiguration before = engine.LoadCandidate(other);
            await validator.ValidateAsync(before, checkSecrets: false, cancellationToken).ConfigureAwait(false);
            HashSet<(string, string)> known = [.. before.Errors.Select(e => (e.Key, e.Message))];
            candidate.Errors.AddRange(after.Errors
                .Where(e => !known.Contains((e.Key, e.Message)))
                .Select(e => e with { Message = $"In the environment '{other}': {e.Message}" }));
            others.Add((before, after));
        }

        return others;
    }

    // A file is written beside the present one before it takes its place.
    private void CheckRoom(LoadedConfiguration candidate, Dictionary<string, byte[]> replacements)
    {
        long needed = replacements.Values.Sum(static b => (long)b.Length);
        if (needed > 0 && FreeSpace.Missing(Folder.FullPath, needed) is > 0 and var missing)
        {
            candidate.Errors.Add(new ConfigurationError(
                string.Create(CultureInfo.InvariantCulture, $"The disk has no room for the changed files of {needed} bytes: {missing} are missing. Free space there."),
                new ConfigurationOrigin(Folder.DisplayPath, 0, 0),
                Key: "")
            {
                Check = "files",
            });
        }
    }

    private async Task NoteAsync(ChangePlan change, IReadOnlyList<PlannedVersion> versions, CancellationToken cancellationToken)
    {
        var files = new List<PendingFile>(change.Files.Count);
        foreach (PlannedFile file in change.Files)
        {
            files.Add(new PendingFile(
                Path.GetFileName(file.Path),
                file.Before is null ? null : await history.WriteBlobAsync(file.Before, cancellationToken).ConfigureAwait(false),
                await history.WriteBlobAsync(file.After, cancellationToken).ConfigureAwait(false)));
        }

        ChangeIntent intent = change.Intent;
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            await history.WritePendingAsync(
                versions.Select(v => KeyValuePair.Create(
                    v.Candidate.EnvironmentName,
                    new PendingChange(
                        CanonicalJson.Hash(v.Candidate.Root), intent.Author, intent.Reason, now, intent.Source, files, intent.Operation))),
                intent.Lease,
                cancellationToken).ConfigureAwait(false);
        }
        catch (LeaseLostException)
        {
            // Nothing was noted, and somebody else may be at work by now.
            throw;
        }
        catch (Exception e)
        {
            // After an error of the store, or a cancelled wait, the note may lie there all the same.
            await WithdrawAsync(versions, e).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes the note of a change back that was not made.</summary>
    /// <exception cref="ConfigurationException">It can't be taken back, so the change may still be made; nobody may be told that it
    /// was not.</exception>
    private async Task WithdrawAsync(IReadOnlyList<PlannedVersion> versions, Exception cause)
    {
        try
        {
            await history.ClearPendingAsync(versions.Select(v => v.Candidate.EnvironmentName), CancellationToken.None).ConfigureAwait(false);
        }
        catch (VaraiException e)
        {
            throw new ConfigurationException(
                $"{cause.Message} The state store can't forget the change ({e.Message}), so it is made when the store works again, "
                + "unless one of the files is edited before.",
                (cause as ConfigurationException)?.Errors ?? [],
                cause);
        }
    }

    private async Task WriteAllAsync(ChangePlan change, IReadOnlyList<PlannedVersion> versions)
    {
        var written = new List<PlannedFile>();
        try
        {
            foreach (PlannedFile file in change.Files)
            {
                Write(file, change.Intent.EnvironmentName);
                written.Add(file);
            }
        }
        catch (Exception e)
        {
            foreach (PlannedFile file in written)
                file.Undo();
            await WithdrawAsync(versions, e).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<HashedEntry> RecordAsync(string name, IReadOnlyList<PlannedVersion> versions)
    {
        try
        {
            if (name == engine.EnvironmentName)
                await recorder.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            HashedEntry? own = null;
            foreach (PlannedVersion version in versions)
            {
                HashedEntry entry = await history.RecordAsync(
                    Reading.Of(version.Candidate), version.After, CancellationToken.None).ConfigureAwait(false);
                own ??= entry;
            }

            await history.ClearPendingAsync(versions.Select(v => v.Candidate.EnvironmentName), CancellationToken.None).ConfigureAwait(false);
            return own!;
        }
        catch (VaraiException e)
        {
            throw new StateException(
                $"The configuration of '{name}' was changed and is in use, but its version could not be recorded yet. It will be, with its author "
                + $"and reason, once the state store can be written: {e.Message}",
                e)
            {
                IsTransient = e.IsTransient,
            };
        }
    }

    private void Write(PlannedFile file, string environmentName)
    {
        try
        {
            byte[]? now = File.Exists(file.Path) ? File.ReadAllBytes(file.Path) : null;
            if (!PlannedFile.IsSame(now, file.Before))
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

    private sealed record ChangePlan(
        ChangeIntent Intent, LoadedConfiguration Present, long Known, List<PlannedFile> Files, bool IsShared);
}
