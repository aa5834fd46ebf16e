using Varai.Configuration.Documents;
using Varai.Configuration.History;
using Varai.Configuration.Layers;
using Varai.State;

namespace Varai.Configuration.Writing;

/// <summary>Finishes, or undoes, the changes that a process had begun to write when it died.</summary>
internal sealed class InterruptedChanges(ConfigurationEngine engine, ConfigurationHistory history)
{
    private EnvironmentFolder Folder => engine.Loader.Folder;

    /// <summary>Deals with every change that was begun. The caller holds the folder's lock, so nobody is at work on one.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        foreach (string name in await history.ListPendingAsync(cancellationToken).ConfigureAwait(false))
            await FinishAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The path of a file that the state store names: in the folder itself, whatever somebody wrote into the store.</summary>
    /// <exception cref="StateException">The name is none of a configuration file.</exception>
    public static string PathOf(EnvironmentFolder folder, string name) =>
        Path.GetFileName(name) == name && EnvironmentFolder.IsConfigurationFile(name)
            ? Path.Combine(folder.FullPath, name)
            : throw new StateException($"The state store names '{name}' as a configuration file, which it can't be; it was changed by hand.");

    private async Task FinishAsync(string environmentName, CancellationToken cancellationToken)
    {
        if (await history.ReadPendingAsync(environmentName, cancellationToken).ConfigureAwait(false) is not { } pending)
            return;
        long after = (await history.ReadHeadAsync(environmentName, cancellationToken).ConfigureAwait(false))?.Number ?? 0;
        if (await MendAsync(environmentName, pending, cancellationToken).ConfigureAwait(false))
        {
            LoadedConfiguration now = engine.LoadCandidate(environmentName);
            if (now.Errors.Count == 0 && now.Layers.Count > 0)
                await history.RecordAsync(Reading.Of(now), after, cancellationToken).ConfigureAwait(false);
        }

        await history.ClearPendingAsync([environmentName], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the files all as they were, or all as the change wanted them; where somebody has edited one since, they
    /// stay as they are.</summary>
    /// <returns>Whether they are as the change wanted them.</returns>
    private async Task<bool> MendAsync(string environmentName, PendingChange pending, CancellationToken cancellationToken)
    {
        var written = new List<PlannedFile>();
        var open = new List<PlannedFile>();
        foreach (PendingFile file in pending.Files)
        {
            string path = PathOf(Folder, file.Path);
            byte[]? before = file.Before is null ? null : await history.ReadBlobAsync(file.Before, cancellationToken).ConfigureAwait(false);
            var planned = new PlannedFile(path, before, await history.ReadBlobAsync(file.After, cancellationToken).ConfigureAwait(false));
            byte[]? now = await PlannedFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
            if (PlannedFile.IsSame(now, planned.After))
                written.Add(planned);
            else if (PlannedFile.IsSame(now, planned.Before))
                open.Add(planned);
            else
                return false;
        }

        if (open.Count == 0)
            return true;

        // It was checked together with the other layers as they were; where those have changed since, nobody has checked it.
        LoadedConfiguration finished = engine.LoadCandidate(environmentName, PlannedFile.Replacements(open));
        if (finished.Errors.Count == 0 && finished.ContentHash == pending.ContentHash)
        {
            foreach (PlannedFile file in open)
                AtomicFile.Write(file.Path, file.After);
            return true;
        }

        foreach (PlannedFile file in written)
            file.Undo();
        return false;
    }
}
