using Varai.Configuration.History;
using Varai.Configuration.Layers;
using Varai.Configuration.Sources;
using Varai.State;

namespace Varai.Configuration.Writing;

/// <summary>Carries changes out where the environments are documents of the state store.</summary>
internal sealed class DocumentChanges(
    ConfigurationEngine engine, ConfigurationApplier applier, ChangeValidator validator, ConfigurationHistory history, TimeProvider time)
{
    // Writers of other nodes make a compare-and-swap fail; each round one of them gets ahead.
    private const int MaximumRounds = 100;

    /// <summary>Changes documents of the state store: they and their versions are one commit, refused when somebody was faster.</summary>
    public async Task<HashedEntry> ChangeAsync(
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
                (LoadedConfiguration candidate, List<(LoadedConfiguration Before, LoadedConfiguration After)> others) =
                    await validator.ValidateAsync(change, cancellationToken).ConfigureAwait(false);
                List<LoadedConfiguration> candidates =
                    [candidate, .. others.Where(o => o.Before.Errors.Count == 0 && o.After.Errors.Count == 0).Select(o => o.After)];
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
                    applied = applier.Apply(candidate);
                return own!;
            }
        }
        finally
        {
            if (applied is not null)
                applier.Notify(applied);
        }
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
            if (own is not null && await history.NewestAsync(candidate.EnvironmentName, cancellationToken).ConfigureAwait(false) == 0)
                continue;
            var readings = new List<(Reading, PendingChange?)>(2);
            if (own is null && change.Present.Errors.Count == 0 && change.Present.Layers.Count > 0)
                readings.Add((Reading.Of(change.Present), null));
            var pending = new PendingChange(
                candidate.ContentHash, intent.Author, intent.Reason, time.GetUtcNow(), intent.Source, [], intent.Operation);
            readings.Add((Reading.Of(candidate, written), pending));
            HashedEntry entry = await history.AppendAsync(transaction, candidate.EnvironmentName, readings, cancellationToken).ConfigureAwait(false);
            own ??= entry;
        }

        return own;
    }
}
