using Varai.Configuration.History;
using Varai.Configuration.Layers;
using Varai.State;

namespace Varai.Configuration.Writing;

/// <summary>Carries changes out where the environments are files on disk.</summary>
internal sealed class FileChanges(
    ConfigurationEngine engine,
    ConfigurationApplier applier,
    ChangeValidator validator,
    ConfigurationHistory history,
    HistoryRecorder recorder,
    TimeProvider time)
{
    private readonly InterruptedChanges _interrupted = new(engine, history);

    private EnvironmentFolder Folder => engine.Loader.Folder;

    /// <summary>Changes files: what is about to be written is noted, written, used and recorded.</summary>
    public async Task<HashedEntry> ChangeAsync(string name, Func<string, Task<ChangePlan>> plan, CancellationToken cancellationToken)
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

    /// <summary>Finishes or undoes what a crash interrupted, and removes what it left behind.</summary>
    public async Task FinishInterruptedAsync(CancellationToken cancellationToken)
    {
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

    private Task<FileLock> LockAsync(CancellationToken cancellationToken) =>
        FolderLock.AcquireAsync(Folder.FullPath, Folder.DisplayPath, time, cancellationToken);

    private async Task<(IReadOnlyList<PlannedVersion> Versions, HashedEntry? Present)> PrepareAsync(
        ChangePlan change, CancellationToken cancellationToken)
    {
        (LoadedConfiguration candidate, List<(LoadedConfiguration Before, LoadedConfiguration After)> others) =
            await validator.ValidateAsync(change, cancellationToken).ConfigureAwait(false);

        // A person's edit that nobody has recorded yet must not get this change's author.
        if (change.Intent.EnvironmentName == engine.EnvironmentName)
            await recorder.FlushAsync(cancellationToken).ConfigureAwait(false);
        HashedEntry? present = change.Present.Errors.Count == 0 && change.Present.Layers.Count > 0
            ? await history.RecordAsync(Reading.Of(change.Present), change.Known, cancellationToken).ConfigureAwait(false)
            : null;
        var versions = new List<PlannedVersion> { new(candidate, present?.Entry.Number ?? change.Known) };
        foreach ((LoadedConfiguration before, LoadedConfiguration after) in others)
        {
            // Only where a history has begun: the first version is made by the service that runs there.
            long known = await history.NewestAsync(after.EnvironmentName, cancellationToken).ConfigureAwait(false);
            if (known == 0 || before.Errors.Count > 0 || after.Errors.Count > 0)
                continue;
            HashedEntry recorded = await history.RecordAsync(Reading.Of(before), known, cancellationToken).ConfigureAwait(false);
            versions.Add(new PlannedVersion(after, recorded.Entry.Number));
        }

        return (versions, present);
    }

    private async Task NoteAsync(ChangePlan change, IReadOnlyList<PlannedVersion> versions, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>[] contents = [.. change.Files.SelectMany(f => f.Before is null ? new ReadOnlyMemory<byte>[] { f.After } : [f.After, f.Before])];
        var blobs = new Queue<string>(await history.WriteBlobsAsync(contents, cancellationToken).ConfigureAwait(false));
        var files = new List<PendingFile>(change.Files.Count);
        foreach (PlannedFile file in change.Files)
        {
            string after = blobs.Dequeue();
            files.Add(new PendingFile(Path.GetFileName(file.Path), file.Before is null ? null : blobs.Dequeue(), after));
        }

        ChangeIntent intent = change.Intent;
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            await history.WritePendingAsync(
                versions.Select(v => KeyValuePair.Create(
                    v.Candidate.EnvironmentName,
                    new PendingChange(
                        v.Candidate.ContentHash, intent.Author, intent.Reason, now, intent.Source, files, intent.Operation))),
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
}
