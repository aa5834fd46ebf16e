using System.Globalization;
using Varai.Configuration.Layers;
using Varai.Configuration.Validation;

namespace Varai.Configuration.Writing;

/// <summary>Checks what a change would make of the environment that it is for, and of those that share a file with it.</summary>
internal sealed class ChangeValidator(ConfigurationEngine engine, CandidateValidator validator)
{
    private EnvironmentFolder Folder => engine.Loader.Folder;

    /// <summary>The environment as a plan would make it, and the others that share what it changes, each before and after.</summary>
    /// <exception cref="ConfigurationException">One of them would not be valid.</exception>
    public async Task<(LoadedConfiguration Candidate, List<(LoadedConfiguration Before, LoadedConfiguration After)> Others)> ValidateAsync(
        ChangePlan change, CancellationToken cancellationToken)
    {
        string name = change.Intent.EnvironmentName;
        Dictionary<string, byte[]> replacements = PlannedFile.Replacements(change.Files);
        (LoadedConfiguration candidate, List<(LoadedConfiguration Before, LoadedConfiguration After)> others) =
            await CheckAsync(name, replacements, change.IsShared, cancellationToken).ConfigureAwait(false);
        return candidate.Errors.Count == 0
            ? (candidate, others)
            : throw new ConfigurationException($"The configuration of '{name}' would not be valid:", candidate.Errors);
    }

    /// <summary>As <see cref="ValidateAsync"/>, but what is wrong is in the candidate's errors.</summary>
    public async Task<(LoadedConfiguration Candidate, List<(LoadedConfiguration Before, LoadedConfiguration After)> Others)> CheckAsync(
        string name, Dictionary<string, byte[]> replacements, bool isShared, CancellationToken cancellationToken)
    {
        LoadedConfiguration candidate = engine.LoadCandidate(name, replacements);
        bool own = name == engine.EnvironmentName;
        await validator.ValidateAsync(candidate, checkSecrets: own && engine.Options.RequireSecrets, cancellationToken).ConfigureAwait(false);
        List<(LoadedConfiguration Before, LoadedConfiguration After)> others = isShared
            ? await ValidateOthersAsync(candidate, replacements, cancellationToken).ConfigureAwait(false)
            : [];
        if (engine.State is null)
            CheckRoom(candidate, replacements);
        return (candidate, others);
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
}
