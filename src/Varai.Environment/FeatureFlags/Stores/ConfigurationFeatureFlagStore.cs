using System.Runtime.CompilerServices;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Stores;

/// <summary>Takes the definitions from the environment's configuration files, and writes them into the environment's own file.</summary>
/// <remarks>The version is the content hash of the whole configuration, so that a change of another component makes a new version
/// too.</remarks>
internal sealed class ConfigurationFeatureFlagStore(IEnvironmentConfiguration configuration, HostFlagSections? host = null) : IFeatureFlagStore
{
    // Each round another writer was faster.
    private const int MaximumRounds = 10;

    public ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<FeatureFlagSet>(Read(configuration.Current));
    }

    public IChangeToken GetChangeToken() => host is null
        ? configuration.GetChangeToken()
        : new CompositeChangeToken([configuration.GetChangeToken(), host.GetChangeToken()]);

    public async Task<FeatureFlagSet> WriteAsync(FeatureFlagWrite write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        for (int round = 1; ; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ConfigurationSnapshot snapshot = configuration.Current;
            string version = snapshot.ContentHash;
            if (write.ExpectedVersion is { } expected && expected != version)
                throw new FeatureFlagConflictException(expected, version);
            FeatureFlagSet present = Read(snapshot);
            ConfigurationUpdate update = await PlanAsync(present, snapshot, write, cancellationToken).ConfigureAwait(false);
            if (update.Changes.Count == 0)
                return present;
            try
            {
                await configuration.UpdateAsync(update, cancellationToken).ConfigureAwait(false);
                return Read(configuration.Current);
            }
            catch (ConfigurationConflictException e)
            {
                // What another process wrote may not have been read here yet; then nothing but a later call helps.
                if (write.ExpectedVersion is not null || round == MaximumRounds || ReferenceEquals(configuration.Current, snapshot))
                    throw new FeatureFlagConflictException(version, e.Found, e);
            }
        }
    }

    /// <remarks>A recorded version says what it changed value by value; the definitions before and after come from walking back
    /// from the values in use.</remarks>
    public async IAsyncEnumerable<FeatureFlagRevision> GetHistoryAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RecordedFlags? flags = null;
        await foreach (ConfigurationVersion version in configuration.GetHistoryAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            flags ??= await ReadFlagsAsync(version, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<FeatureFlagDifference> changes = version.ParentHash is null ? flags.TakeBackAll() : flags.TakeBack(version.Changes);
            if (changes.Count > 0)
                yield return new FeatureFlagRevision(version.ContentHash, version.Time, version.Author, version.Reason, changes);
        }
    }

    private FeatureFlagSet Read(ConfigurationSnapshot snapshot)
    {
        var errors = new List<ConfigurationError>();
        FeatureFlagSet set = FlagDocument.Read(snapshot.Root, new FlagErrors(errors.Add), host, () => snapshot.ContentHash);
        return errors.Count == 0
            ? set
            : throw new ConfigurationException($"The feature flags of the environment '{configuration.EnvironmentName}' can't be used.", errors);
    }

    private async Task<ConfigurationUpdate> PlanAsync(
        FeatureFlagSet present, ConfigurationSnapshot snapshot, FeatureFlagWrite write, CancellationToken cancellationToken)
    {
        ForeignFlags.Refuse(present, write);
        FeatureFlagSet wanted = present.With(write, present.Version);
        var update = new ConfigurationUpdate(write.Author, write.Reason) { ExpectedContentHash = snapshot.ContentHash };
        foreach (FeatureFlagDifference change in wanted.GetDifferences(present))
        {
            ConfigurationNode? next = change.IsSegment ? wanted.FindSegment(change.Name)?.Node : wanted.Find(change.Name)?.Node;
            string key = $"{(change.IsSegment ? RecordedFlags.Segments : RecordedFlags.Flags)}:{change.Name}";
            LayeredValue value = await ReadLayersAsync(snapshot, key, cancellationToken).ConfigureAwait(false);
            LayeredUpdate.Plan(update, key, value, next);
        }

        return update;
    }

    /// <summary>What each file says for a key.</summary>
    private async Task<LayeredValue> ReadLayersAsync(ConfigurationSnapshot snapshot, string key, CancellationToken cancellationToken)
    {
        ConfigurationNode? present = snapshot.Root.FindKey(key);
        if (present is null)
            return new LayeredValue(Present: null, Lower: null, Own: null);

        // Which layer has what is answered with the history behind it, so not where one file says it all.
        if (snapshot.Files is [var only] && Path.GetFileNameWithoutExtension(only.Path) == snapshot.EnvironmentName)
            return new LayeredValue(present, Lower: null, present);
        ConfigurationExplanation explanation = await configuration.ExplainAsync(key, cancellationToken).ConfigureAwait(false);
        ConfigurationLayerValue? local = explanation.Layers.FirstOrDefault(static l => l.Layer == ConfigurationLayer.Local);
        if (local is not null)
        {
            throw new ConfigurationException(
                $"'{key}' can't be changed in the environment's own file, because a file of this machine overrides it.",
                [
                    new ConfigurationError("The definition stands here and would win over the change; change or remove it by hand.", local.Origin, key)
                    {
                        Check = RecordedFlags.Flags,
                    },
                ]);
        }

        return new LayeredValue(present, Find(ConfigurationLayer.Base), Find(ConfigurationLayer.Environment));

        ConfigurationNode? Find(ConfigurationLayer layer) =>
            explanation.Layers.FirstOrDefault(l => l.Layer == layer) is { } value ? ConfigurationJson.Parse(value.Value, value.Origin.File) : null;
    }

    /// <summary>The flags as they were in the newest recorded version.</summary>
    private async Task<RecordedFlags> ReadFlagsAsync(ConfigurationVersion newest, CancellationToken cancellationToken)
    {
        ConfigurationSnapshot snapshot = configuration.Current;
        var flags = new RecordedFlags(snapshot.Root);
        if (newest.ContentHash == snapshot.ContentHash)
            return flags;

        // Another process is ahead of this one, or has changed the values since the version was read.
        await foreach (ConfigurationVersion version in configuration.GetHistoryAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (version.ContentHash != snapshot.ContentHash)
                continue;
            flags.TakeBack(await configuration.DiffAsync(
                ConfigurationReference.Version(newest.Number), ConfigurationReference.Version(version.Number), cancellationToken).ConfigureAwait(false));
            break;
        }

        return flags;
    }
}
