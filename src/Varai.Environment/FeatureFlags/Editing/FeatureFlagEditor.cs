using System.Runtime.CompilerServices;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;
using Varai.FeatureFlags.Stores;

namespace Varai.FeatureFlags.Editing;

/// <summary>Changes the flags of the store, and tells what changes in the snapshots that are made of them.</summary>
internal sealed class FeatureFlagEditor(
    IFeatureFlagStore store, IFlagSetValidator validator, IFeatureFlags flags, IFlagSetSource source, TimeProvider time) : IFeatureFlagEditor
{
    private const int MaximumAttempts = 10;

    // The first three follow at once; then somebody may have written what this process has not read yet.
    private const int AttemptsAtOnce = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    public async Task<FeatureFlagSet> GetAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await store.LoadAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<FeatureFlagSet> ApplyAsync(FeatureFlagEdit edit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(edit);
        for (int attempt = 1; ; attempt++)
        {
            FeatureFlagSet present = await GetAsync(cancellationToken).ConfigureAwait(false);
            if (edit.ExpectedVersion is { } expected && expected != present.Version)
                throw new FeatureFlagConflictException(expected, present.Version);
            FeatureFlagWrite write = Compute(edit, present);
            if (write.Flags.Count == 0 && write.Segments.Count == 0)
                return present;
            try
            {
                FeatureFlagSet written = await store.WriteAsync(write, cancellationToken).ConfigureAwait(false);
                // Whoever asks for the flag afterwards is to see it. A store that tells of the change at once has been read by now.
                if (written.Version.Length == 0 || source.Current.Version != written.Version)
                    await source.ReloadAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return written;
            }
            catch (FeatureFlagConflictException) when (edit.ExpectedVersion is null && attempt < MaximumAttempts)
            {
                if (attempt >= AttemptsAtOnce)
                    await Task.Delay(FirstPause * (1 << (attempt - AttemptsAtOnce)), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async IAsyncEnumerable<FeatureFlagRevision> GetHistoryAsync(
        string? name = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await foreach (FeatureFlagRevision revision in store.GetHistoryAsync(cancellationToken).ConfigureAwait(false))
        {
            if (name is null)
            {
                yield return revision;
                continue;
            }

            FeatureFlagDifference[] changes = [.. revision.Changes.Where(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
            if (changes.Length > 0)
                yield return revision with { Changes = changes };
        }
    }

    // The state to compare with is taken now, not when the enumeration begins.
    public IAsyncEnumerable<FeatureFlagsChanged> WatchAsync(CancellationToken cancellationToken = default) =>
        FollowAsync(Read().Set, cancellationToken);

    private async IAsyncEnumerable<FeatureFlagsChanged> FollowAsync(FeatureFlagSet seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Before the set, so that a change after it is not missed.
            IChangeToken token = flags.GetChangeToken();
            (long snapshotVersion, FeatureFlagSet set) = Read();
            if (ReferenceEquals(set, seen))
            {
                await WaitAsync(token, cancellationToken).ConfigureAwait(false);
                continue;
            }

            IReadOnlyList<FeatureFlagDifference> changes = set.GetDifferences(seen);
            seen = set;
            if (changes.Count > 0)
                yield return new FeatureFlagsChanged(snapshotVersion, set.Version, changes);
        }
    }

    private (long SnapshotVersion, FeatureFlagSet Set) Read()
    {
        while (true)
        {
            long version = flags.SnapshotVersion;
            FeatureFlagSet set = source.Current;
            if (version == flags.SnapshotVersion)
                return (version, set);
        }
    }

    private static async Task WaitAsync(IChangeToken token, CancellationToken cancellationToken)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable registration = token.RegisterChangeCallback(static state => ((TaskCompletionSource)state!).TrySetResult(), changed);
        await changed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What an edit comes to, checked.</summary>
    /// <exception cref="ConfigurationException">The result would be invalid.</exception>
    private FeatureFlagWrite Compute(FeatureFlagEdit edit, FeatureFlagSet present)
    {
        FeatureFlagSet next = present;
        foreach (Func<FeatureFlagSet, FeatureFlagEditStep> step in edit.Steps)
        {
            FeatureFlagEditStep change = step(next);
            FeatureFlagWrite one = Write(edit, change.IsSegment ? [] : [new(change.Name, change.Definition)], change.IsSegment ? [new(change.Name, change.Definition)] : []);
            ForeignFlags.Refuse(present, one);
            next = next.With(one, present.Version);
        }

        IReadOnlyList<FeatureFlagDifference> changes = next.GetDifferences(present);
        if (changes.Count > 0)
            Validate(next);
        return Write(
            edit,
            [.. changes.Where(static c => !c.IsSegment).Select(c => KeyValuePair.Create(c.Name, next.Find(c.Name)?.Node))],
            [.. changes.Where(static c => c.IsSegment).Select(c => KeyValuePair.Create(c.Name, next.FindSegment(c.Name)?.Node))])
            with
        {
            ExpectedVersion = present.Version.Length > 0 ? present.Version : null,
        };
    }

    private void Validate(FeatureFlagSet set)
    {
        var errors = new List<ConfigurationError>();
        validator.Validate(set, errors.Add);
        if (errors.Count > 0)
            throw new ConfigurationException("The feature flags would not be valid:", errors);
    }

    private static FeatureFlagWrite Write(
        FeatureFlagEdit edit, List<KeyValuePair<string, ConfigurationNode?>> changedFlags, List<KeyValuePair<string, ConfigurationNode?>> changedSegments) => new()
        {
            Author = edit.Author,
            Reason = edit.Reason,
            Flags = changedFlags,
            Segments = changedSegments,
        };
}
