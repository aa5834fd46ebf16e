using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Varai.Configuration.Layers;
using Varai.State;

namespace Varai.Configuration.Sources;

/// <summary>Brings the documents of the state store to this node: at start, whenever the store tells of a change, and from the
/// last known good file while the store is away.</summary>
/// <param name="engine">The document in use.</param>
/// <param name="contentRoot">What a relative folder is relative to.</param>
/// <param name="keep">Makes the file for an outage; it may be none.</param>
/// <param name="services">Gives the store, when it is first used.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to say what goes wrong.</param>
internal sealed class StateEnvironments(
    ConfigurationEngine engine,
    string contentRoot,
    Func<LastKnownGoodFile?> keep,
    IServiceProvider services,
    TimeProvider time,
    ILogger<StateEnvironments> logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private readonly StateEnvironmentSource _source = engine.State ?? throw new InvalidOperationException("The environments are files.");
    private readonly Lazy<LastKnownGoodFile?> _file = new(keep);
    private long _kept = -1;

    /// <summary>Shows readers the last known good documents, for whoever reads before the host starts.</summary>
    public void ShowLastKnownGood()
    {
        if (_file.Value?.Read() is not { } last)
            return;
        _source.Begin(new StateDocuments(
            last.Contents.ToFrozenDictionary(c => c.Key, c => c.Value.ToArray(), StringComparer.Ordinal), Version: 0, Changes: 0));
        LoadedConfiguration loaded = engine.LoadCandidate(engine.EnvironmentName);
        if (loaded.Errors.Count > 0)
        {
            // Refused by a schema or an option that has changed since: as good as none.
            _source.Begin(StateDocuments.Empty);
            Log.LastKnownGoodRefused(logger, string.Join("\n  ", loaded.Errors));
            return;
        }

        engine.Publish(engine.Prepare(loaded));
        engine.UpdateStatus(static (status, at) => status with { LastKnownGoodFrom = at }, last.ReadAt);
    }

    /// <summary>Reads the store, for as long as <see cref="EnvironmentConfigurationOptions.StartTimeout"/> allows; when it is away,
    /// goes on from the last known good documents.</summary>
    /// <exception cref="StateException">The store is away, and there are none.</exception>
    public async Task LoadFirstAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(engine.Options.StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        TimeSpan wait = FirstRetry / 4;
        Exception? failure = null;
        while (true)
        {
            try
            {
                // The wait ends with the token also when the store ignores it.
                await _source.RefreshAsync(either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
                if (_source.Current.Contents.Count == 0 && engine.Options.SeedDirectory is { } seed)
                    await SeedAsync(seed, either.Token).ConfigureAwait(false);
                if (_source.Current.Contents.Count == 0)
                    Log.NoEnvironments(logger);
                NoticeReached();
                return;
            }
            catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                failure ??= e;
            }
            catch (Exception e) when (e is StateException or Secrets.SecretException)
            {
                failure = e;
            }

            if (engine.Status.LastKnownGoodFrom is { } from)
            {
                Log.StartedFromLastKnownGood(logger, engine.EnvironmentName, from, time.GetUtcNow() - from, failure);
                return;
            }

            if (limit.IsCancellationRequested || failure is VaraiException { IsTransient: false })
                throw NotStarted(failure);
            await Task.Delay(Jitter(wait), time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            wait *= 2;
        }
    }

    /// <summary>Reads the store until that works.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait = FirstRetry;
        bool isFailing = engine.Status.LastKnownGoodFrom is not null;
        while (true)
        {
            try
            {
                await _source.RefreshAsync(cancellationToken).ConfigureAwait(false);
                NoticeReached();
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (!isFailing)
                {
                    Log.StateAway(logger, engine.EnvironmentName, e);
                    engine.UpdateStatus(static (status, at) => status with { LastKnownGoodFrom = at }, engine.View.Snapshot.LoadedAt);
                }

                isFailing = true;
                await Task.Delay(Jitter(wait), time, cancellationToken).ConfigureAwait(false);
                wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry;
            }
        }
    }

    /// <summary>Signals whenever documents may have changed, until it is cancelled.</summary>
    public async Task FollowAsync(Action changed, CancellationToken cancellationToken)
    {
        // Also without following: after a start from the last known good documents, those in the store are waited for.
        if (engine.Status.LastKnownGoodFrom is not null)
            changed();
        TimeSpan wait = FirstRetry;
        bool isFailing = false;
        while (engine.Options.Watch && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                IStateStore store = services.GetRequiredService<IStateStore>();
                long revision = await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false);

                // What happened before that revision no watch tells of.
                changed();
                await foreach (StateChange change in store.WatchAsync(revision, cancellationToken).ConfigureAwait(false))
                {
                    (wait, isFailing) = (FirstRetry, false);
                    if (change.Kind == StateChangeKind.Reset || change.Name.StartsWith(StateEnvironmentSource.Prefix, StringComparison.Ordinal))
                        changed();
                }

                throw new StateException("The state store has ended its change feed, which only a token or an error may.");
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!isFailing)
                    Log.StateNotFollowed(logger, e);
                isFailing = true;
                await Task.Delay(Jitter(wait), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry;
            }
        }
    }

    /// <summary>Keeps the documents that readers use now for a start during an outage.</summary>
    public void Keep()
    {
        StateDocuments documents = _source.Current;
        if (documents.Version == 0 || documents.Version == _kept || engine.Status is not { LastKnownGoodFrom: null, IsCurrent: true } || _file.Value is not { } file)
            return;
        using IDisposable pinned = _source.Pin(documents);
        if (!engine.LoadCandidate(engine.EnvironmentName).HasSameBytes(engine.View.Loaded))
            return; // newer ones came in between; they are kept once they are used
        _kept = documents.Version;
        file.Write(new LastKnownGood(
            time.GetUtcNow(),
            documents.Version,
            [.. documents.Names.Select(n => KeyValuePair.Create(n, (ReadOnlyMemory<byte>)documents.Contents[n]))]));
    }

    // Many nodes lose the store in the same moment.
    private static TimeSpan Jitter(TimeSpan wait) => wait * (RandomNumberGenerator.GetInt32(500, 1001) / 1000.0);

    private void NoticeReached()
    {
        if (engine.Status.LastKnownGoodFrom is null)
            return;
        Log.StateBack(logger, engine.EnvironmentName);
        engine.UpdateStatus(static (status, _) => status with { LastKnownGoodFrom = null }, 0);
    }

    private async Task SeedAsync(string directory, CancellationToken cancellationToken)
    {
        string full = Path.GetFullPath(Path.Combine(contentRoot, directory));
        if (!Directory.Exists(full))
            return;
        EnvironmentTransferResult result = await services.GetRequiredService<EnvironmentTransfer>().SeedAsync(
            new EnvironmentImport(full, engine.Options.FileAuthor, $"first start, from {directory}"), cancellationToken).ConfigureAwait(false);
        if (result.Documents.Count > 0)
            Log.Seeded(logger, directory, string.Join(", ", result.Documents));
    }

    private StateException NotStarted(Exception failure) => new(
        $"The environments lie in the state store, which could not be read within {engine.Options.StartTimeout} "
        + $"({EnvironmentConfigurationOptions.SectionName}:{nameof(EnvironmentConfigurationOptions.StartTimeout)}), and this node has no last known good ones"
        + $"{(_file.Value is { } file ? $" in {file.FullPath}" : "")}: {(failure is OperationCanceledException ? "the store does not answer." : failure.Message)}",
        failure)
    {
        IsTransient = true,
    };
}
